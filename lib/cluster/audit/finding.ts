import type { Problem } from '../../model/problem.js';

/** Something that an audit saw in a cluster. `path` names the object. */
export interface AuditFinding extends Problem {
  /** A finding has to be dealt with; a note is to be known. */
  readonly level: 'finding' | 'note';
}

/** Something to be dealt with. */
export function finding(code: string, path: string, message: string, remedy: string): AuditFinding {
  return { level: 'finding', code, path, message, remedy };
}

/** Something to be known. */
export function note(code: string, path: string, message: string, remedy: string): AuditFinding {
  return { level: 'note', code, path, message, remedy };
}
