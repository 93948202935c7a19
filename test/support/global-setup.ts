import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { ROOT } from './built.js';
import { controlPlaneMissing, providerMissing } from './engines.js';
import { evaluatorMissing } from './pod-security/evaluator.js';
import { postgresMissing } from './postgres.js';

/** Decides once a run what is there, and says in a line each what isn't, and what that skips. */
export function setup(): void {
  say(controlPlaneMissing(), 'controlPlaneMissing');
  say(providerMissing(), 'providerMissing');
  say(evaluatorMissing(), 'evaluatorMissing');
  say(postgresMissing(), 'postgresMissing');
}

/** @param asked the function by which a test file asks for what may be missing */
function say(missing: string | undefined, asked: string): void {
  if (missing === undefined) return;
  const files = testFiles(join(ROOT, 'test')).filter((file) =>
    readFileSync(file, 'utf8').includes(`${asked}()`),
  );
  const names = files.map((file) => relative(join(ROOT, 'test'), file)).join(', ');
  process.stderr.write(`Skipped: ${names} (${missing}).\n`);
}

function testFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .sort();
}
