import { isDay } from '../base/day.js';
import { isRecord } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { hasOther } from './references.js';
import type { CredentialSpec } from './specification.js';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/;

/** Names that Terraform keeps for itself. */
const RESERVED = [
  'source',
  'version',
  'providers',
  'count',
  'for_each',
  'lifecycle',
  'depends_on',
  'locals',
];

const MAX_REVISION = 2 ** 31 - 1;

/**
 * Checks that a credential came in as a variable. Whatever else it is may be the secret itself, so
 * no message says anything about it, not even its length.
 */
export function checkCredential(value: unknown, field: string): Checked<CredentialSpec> {
  if (!isRecord(value) || typeof value['variable'] !== 'string') {
    return { problems: [literal(field)] };
  }
  // A value beside the variable would be dropped in silence, but it stands in the code all the same.
  if (hasOther(value, ['variable', 'revision', 'rotated'])) return { problems: [literal(field)] };
  const { variable, revision, rotated } = value;
  const problems = new Problems();
  if (!VARIABLE.test(variable) || RESERVED.includes(variable)) problems.add(badVariable(field));
  if (!isRevision(revision)) problems.add(badRevision(field, revision));
  if (rotated !== undefined && !isDay(rotated)) problems.add(badDay(field));
  if (!isRevision(revision)) return { problems: problems.all };
  return problems.result({
    variable,
    revision,
    ...(isDay(rotated) ? { rotated } : {}),
  });
}

function isRevision(revision: unknown): revision is number {
  return (
    Number.isSafeInteger(revision) && Number(revision) >= 1 && Number(revision) <= MAX_REVISION
  );
}

function literal(field: string): Problem {
  return {
    code: 'credential/literal',
    message: `\`${field}\` is not a credential. A value in code would end up in files, plans and state.`,
    remedy: `Use Credential.fromVariable('NAME', { revision: 1 }) and set TF_VAR_NAME. If a real password stood here, change it.`,
  };
}

function badVariable(field: string): Problem {
  return {
    code: 'credential/variable',
    message: `\`${field}\` does not name a Terraform variable.`,
    remedy: `Use letters, digits, \`_\` and \`-\`, beginning with a letter or \`_\`; not ${RESERVED.join(', ')}.`,
  };
}

/** What stands there is not repeated: it may be anything that was put in the wrong place. */
function badDay(field: string): Problem {
  return {
    code: 'credential/rotated',
    message: `\`${field}.rotated\` is not a day of the calendar.`,
    remedy:
      'Write the day since when the value has been in use, such as 2026-01-31, or leave it out.',
  };
}

function badRevision(field: string, revision: unknown): Problem {
  return {
    code: 'credential/revision-number',
    message: `\`${field}.revision\` ${typeof revision === 'number' ? revision : quote(typeof revision)} is not a revision.`,
    remedy: 'Use a whole number from 1, and raise it whenever the value changes.',
  };
}
