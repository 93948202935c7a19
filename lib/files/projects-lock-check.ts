import { quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { MAX_LEXEMES, MAX_NESTING } from '../yaml/syntax.js';
import { faultsOf, readLock } from './projects-lock-reader.js';
import type { LockedStack, ProjectsLock } from './projects-lock-types.js';
import { formatLock } from './projects-lock-writer.js';
import { validatorOf } from './schema.js';
import { MAX_LENGTH } from './yaml-file.js';

/**
 * Why a lock could not be read back once it is written. It asks the content itself, and only what YAML
 * might change is written and read: to do so with all of it takes longer than the rest of a synthesis.
 */
export function unreadableLock(file: string, lock: ProjectsLock): readonly Problem[] {
  if (isReadable(lock)) return [];
  const { problems } = readLock(file, formatLock(lock));
  return problems.map((each) => (each.code === 'yaml/too-large' ? tooLarge(file) : each));
}

function tooLarge(file: string): Problem {
  return {
    code: 'lock/too-large',
    message: `${quoteName(file)} would be too large to be read again.`,
    remedy: 'Declare some of the projects in an app of their own, in another folder.',
    source: { file },
  };
}

function isReadable(lock: ProjectsLock): boolean {
  if (!validatorOf('projects.lock')(lock) || faultsOf(lock).length > 0) return false;
  const size = new Size();
  const odd = Object.entries(lock.stacks).flatMap((entry) => oddParts(entry, size));
  if (!size.isSmall) return false;
  return odd.length === 0 || isReadBack({ ...lock, stacks: Object.fromEntries(odd) });
}

function isReadBack(lock: ProjectsLock): boolean {
  return readLock('', formatLock(lock)).problems.length === 0;
}

/** A stack with those of its projects whose texts YAML might not keep as they are, if there are any. */
function oddParts([name, { projects, ...rest }]: [string, LockedStack], size: Size) {
  const odd = Object.entries(projects).filter(([project, it]) => !size.add({ [project]: it }, 4));
  const isPlain = size.add({ [name]: rest }, 2);
  if (isPlain && odd.length === 0) return [];
  return [[name, { ...rest, projects: Object.fromEntries(odd) }] as const];
}

/** Texts on one line that are kept as they are, in quotes at most. */
const PLAIN = /^[ -~]{0,512}$/;

/** Counts what the text of a lock will have at most, without writing it. */
class Size {
  private characters = 1024;
  private lexemes = 100;
  private depth = 0;

  get isSmall(): boolean {
    const { characters, lexemes, depth } = this;
    return characters < MAX_LENGTH['projects.lock'] && lexemes < MAX_LEXEMES && depth < MAX_NESTING;
  }

  /** @returns whether all texts in it are plain */
  add(value: unknown, depth: number): boolean {
    this.depth = Math.max(this.depth, depth);
    if (typeof value !== 'object' || value === null) return this.addScalar(value);
    // The brackets of what is on one line, an empty line before a project.
    this.lexemes += 4;
    const isList = Array.isArray(value);
    let isPlain = true;
    for (const [key, part] of Object.entries(value)) {
      // A line's end, its indentation, a colon or a dash, and a space.
      this.characters += 4 * depth + 8 + key.length;
      this.lexemes += 4;
      if (!isList && !this.addScalar(key)) isPlain = false;
      if (!this.add(part, depth + 1)) isPlain = false;
    }
    return isPlain;
  }

  private addScalar(value: unknown): boolean {
    const text = String(value);
    this.characters += 2 * text.length + 4;
    this.lexemes += 2;
    return PLAIN.test(text);
  }
}
