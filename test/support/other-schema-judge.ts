import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './built.js';

const PYTHON = process.env['REPRIEVE_PYTHON'] ?? 'python3';

/** A schema, with values as JSON. */
export interface SchemaCase {
  readonly schema: string;
  readonly values: readonly string[];
}

/** Whether Python's jsonschema is there; if not, a line says how to have it. */
export function hasOtherJudge(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import jsonschema'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(
      "Skipped: the comparison with another JSON Schema. To enable it, install Python's jsonschema (Debian: python3-jsonschema), or name a Python that has it in REPRIEVE_PYTHON.",
    );
    return false;
  }
}

/** What Python's jsonschema says of each value of each case. */
export function otherVerdicts(cases: readonly SchemaCase[]): readonly (readonly boolean[])[] {
  const lines = cases.map(
    ({ schema, values }) => `{"schema":${schema},"values":[${values.join()}]}\n`,
  );
  const out = execFileSync(PYTHON, [join(ROOT, 'test/support/json_schema_judge.py')], {
    input: lines.join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  return out
    .trim()
    .split('\n')
    .map((line): readonly boolean[] => JSON.parse(line));
}
