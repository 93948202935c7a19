import { quote } from '../base/inert.js';
import type { Problems } from '../base/problem.js';
import { placed, type YamlFile, type YamlPath } from '../yaml/path.js';

/** A place in a configuration that is being read, and where its problems go. */
export interface Reading {
  readonly file: YamlFile<unknown>;
  readonly problems: Problems;
}

/** Reports what is wrong at a place. */
export function fault(
  { file, problems }: Reading,
  path: YamlPath,
  code: string,
  message: string,
  remedy: string,
): void {
  problems.add(placed(file, path, { code: `encryption/${code}`, message, remedy }));
}

/** Keys that nobody reads would be lost when the file is written again. */
export function onlyKeys(
  reading: Reading,
  path: YamlPath,
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  for (const key of Object.keys(value).filter((it) => !known.includes(it))) {
    const message = `${quote(key)} is not a field here.`;
    fault(reading, [...path, key], 'field', message, `Fields: ${known.join(', ')}.`);
  }
}
