import { Token } from 'cdktf';
import type { Problem } from '../base/problem.js';

/**
 * Finds values that only Terraform will know. A specification is kept in the lock and can be
 * rebuilt from there, so it has to be literal.
 */
export function findTokens(value: unknown, path = ''): readonly Problem[] {
  if (typeof value === 'string' || typeof value === 'number') {
    return Token.isUnresolved(value) ? [tokenProblem(path)] : [];
  }
  if (typeof value !== 'object' || value === null || 'node' in value) return [];
  if (Token.isUnresolved(value)) return [tokenProblem(path)];
  return Object.entries(value).flatMap(([key, entry]) =>
    findTokens(entry, path === '' ? key : `${path}.${key}`),
  );
}

function tokenProblem(path: string): Problem {
  return {
    code: 'construct/token',
    message: `\`${path}\` refers to a value that only Terraform will know.`,
    remedy:
      'Write the value itself: a specification is recorded in projects.lock.yaml, so that it can be brought back after its code is gone.',
  };
}
