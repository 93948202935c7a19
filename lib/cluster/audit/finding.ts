import { escapeInvisible } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';

/** Something that an audit saw in a cluster. `path` names the object. */
export interface AuditFinding extends Problem {
  /** A finding has to be dealt with; a note is to be known. */
  readonly level: 'finding' | 'note';
}

/** Something to be dealt with. Names in it may come from anybody: what can't be seen is written out. */
export function finding(code: string, path: string, message: string, remedy: string): AuditFinding {
  return told('finding', code, path, message, remedy);
}

/** Something to be known. */
export function note(code: string, path: string, message: string, remedy: string): AuditFinding {
  return told('note', code, path, message, remedy);
}

function told(
  level: AuditFinding['level'],
  code: string,
  path: string,
  message: string,
  remedy: string,
): AuditFinding {
  return {
    level,
    code,
    path: escapeInvisible(path),
    message: escapeInvisible(message),
    remedy: escapeInvisible(remedy),
  };
}
