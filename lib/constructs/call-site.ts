import { dirname, isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IConstruct } from 'constructs';
import type { Source } from '../base/problem.js';

/** The folder of this library's own code: frames in it are not the user's. */
const LIBRARY = `${dirname(dirname(fileURLToPath(import.meta.url)))}${sep}`;

/** Deep enough for helpers of the user's around a constructor; a longer stack costs time. */
const DEPTH = 16;

const sources = new WeakMap<IConstruct, Source>();

/** Remembers where a construct was declared: the given place, or the line that called us. */
export function rememberSource(construct: IConstruct, source = callSite()): void {
  if (source !== undefined) sources.set(construct, source);
}

/** Where a construct, or the nearest one above it that we know of, was declared. */
export function sourceOf(construct: IConstruct): Source | undefined {
  for (const scope of [...construct.node.scopes].reverse()) {
    const source = sources.get(scope);
    if (source !== undefined) return source;
  }
  return undefined;
}

/** The first line on the stack that is the user's, its file relative to the working directory. */
export function callSite(): Source | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEPTH;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return sourceInStack(stack);
}

/** The first line of a stack trace that is the user's. */
export function sourceInStack(stack: string | undefined): Source | undefined {
  for (const line of (stack ?? '').split('\n').slice(1)) {
    const source = readFrame(line);
    if (source !== undefined) return source;
  }
  return undefined;
}

function readFrame(line: string): Source | undefined {
  const match =
    /^\s+at (?:async )?(?:.*\()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/.exec(line);
  if (match === null) return undefined;
  const [, location = '', row, column] = match;
  const path = location.startsWith('file://') ? fileURLToPath(location) : location;
  if (path.startsWith(LIBRARY) || path.includes(`${sep}node_modules${sep}`)) return undefined;
  return { file: displayPath(path), line: Number(row), column: Number(column) };
}

function displayPath(path: string): string {
  const short = relative(process.cwd(), path);
  const shown = short.startsWith('..') || isAbsolute(short) ? path : short;
  return shown.split(sep).join('/');
}
