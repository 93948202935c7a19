import type { Problem, Problems } from '../base/problem.js';
import { isPerhapsKey, shownText } from '../model/encryption.js';
import { placed, type YamlFile, type YamlPath } from '../yaml/path.js';

/** A place in a configuration that is being read, and where its problems go. */
export interface Reading {
  readonly file: YamlFile<unknown>;
  readonly problems: Problems;
}

/** Reports what is wrong at a place. */
export function fault(
  reading: Reading,
  path: YamlPath,
  code: string,
  message: string,
  remedy: string,
): void {
  report(reading, path, { code: `encryption/${code}`, message, remedy });
}

/** Reports a problem at a place, whose path is not shown where a key stands in it. */
export function report({ file, problems }: Reading, path: YamlPath, problem: Problem): void {
  const shown = path.map((step) => (isPerhapsKey(step) ? '…' : step));
  problems.add({ ...placed(file, shown, problem), source: file.at(path) });
}

/** Keys that nobody reads would be lost when the file is written again. */
export function onlyKeys(
  reading: Reading,
  path: YamlPath,
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  for (const key of Object.keys(value).filter((it) => !known.includes(it))) {
    const message = `${shownText(key)} is not a field here.`;
    fault(reading, [...path, key], 'field', message, `Fields: ${known.join(', ')}.`);
  }
}
