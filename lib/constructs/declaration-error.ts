import type { Problem } from '../base/problem.js';

/**
 * The declarations have problems; nothing was written.
 *
 * @example
 * try {
 *   app.synth();
 * } catch (error) {
 *   if (!DeclarationError.isDeclarationError(error)) throw error;
 *   for (const { message, remedy } of error.problems) console.error(message, remedy);
 * }
 */
export class DeclarationError extends Error {
  constructor(
    /** All of them, in the order of the constructs. */
    readonly problems: readonly Problem[],
  ) {
    super(`${problems.length} problem${problems.length === 1 ? '' : 's'}`);
    this.name = 'DeclarationError';
  }

  /** Whether an error is one, of whatever copy of the library. */
  static isDeclarationError(x: unknown): x is DeclarationError {
    return x instanceof Error && x.name === 'DeclarationError' && 'problems' in x;
  }
}
