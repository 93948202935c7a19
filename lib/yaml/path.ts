import { quote } from '../base/inert.js';
import type { Problem, Source } from '../base/problem.js';

/** The way to a value in a document: keys of maps and indices of lists. */
export type YamlPath = readonly (string | number)[];

/** A document with the place of each of its values. */
export interface YamlFile<T> {
  readonly file: string;
  readonly value: T;
  /** Where a value stands; where there is none, the nearest one around it. */
  at(path: YamlPath): Source;
  /** Where a value's key stands, or its entry in a list. */
  keyAt(path: YamlPath): Source;
}

/** The text form of a path, such as `deletions[2].mode` or `stacks["my stack"].period`. */
export function formatPath(path: YamlPath): string {
  return path.map(formatStep).join('').replace(/^\./, '');
}

/** A problem with the path and the place of the value that it is about. */
export function placed(file: YamlFile<unknown>, path: YamlPath, problem: Problem): Problem {
  return { ...problem, path: formatPath(path), source: file.at(path) };
}

function formatStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  return /^[A-Za-z_][\w-]{0,60}$/.test(step) ? `.${step}` : `[${quote(step)}]`;
}
