import { quote } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import { formatProblem } from '../../base/problem.js';

/** What is usually imported in cdktf.json's `app`. */
const USUAL = ['reprieve/register', 'tsx', 'main.ts'];

const MISSING = [
  /Cannot find (?:module|package) '([^']+)'/,
  /Package subpath '([^']+)' is not defined by "exports"/,
];

/**
 * What an app said that ended before it could check anything, as a user can use it: an import that
 * isn't there by its name, anything else without Node's own stack.
 */
export function failureText(stderr: string): string {
  const missing = MISSING.map((each) => each.exec(stderr)?.[1]).find((each) => each !== undefined);
  if (missing === undefined) return withoutStack(stderr);
  const name = missing.split('/node_modules/').at(-1) ?? missing;
  const shown = name.startsWith('./') ? `reprieve${name.slice(1)}` : name;
  const problem = {
    code: 'cli/app-import',
    message: `The command \`app\` in cdktf.json needs ${quote(shown)}, which can't be found.${didYouMean(shown, USUAL)}`,
    remedy: 'Correct `app` in cdktf.json, or install what is missing: npm install',
    source: { file: 'cdktf.json' },
  };
  return `${formatProblem(problem)}\n`;
}

/** Without the lines that only say where Node was. */
function withoutStack(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s+at .*[(:]|^node:internal|^Node\.js v/.test(line));
  return lines.join('\n').replaceAll(/\n{3,}/g, '\n\n');
}
