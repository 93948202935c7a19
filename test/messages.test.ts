import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { ROOT } from './support/built.js';

/** What holds a name from outside, by the last word of the expression. */
const NAME =
  /\b(?:name|target|stack|project|path|file|folder|address|namespace|id|owner|former|user|by|requestedBy|cwd|uid|variable|names|targets|stacks|paths|files)(?:\(\))?$/;
/** Lists of names: each is quoted by itself. */
const LIST =
  /^(?!.*(?:quote|quoteName|written)\b)(?:lost|gone|remaining|names|known|taken|fitting)\b.*\.join\(/;
/** Names of this package's own, numbers, and what is quoted where it is put together. */
const OURS: readonly string[] = [
  'lib/app/synthesize.ts name',
  'lib/files/settings.ts owner',
  'lib/gate/breaches.ts targets',
  'lib/engine/find.ts engine.name',
  'lib/files/schema-problems.ts name',
  "lib/model/job-template.ts known.join(', ')",
];

interface Placeholder {
  readonly file: string;
  readonly expression: string;
  readonly isQuoted: boolean;
}

/** What stands in the messages of a file: of problems, reasons and notices. */
function placeholdersIn(file: string): readonly Placeholder[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found: Placeholder[] = [];
  const visit = (node: ts.Node, isMessage: boolean): void => {
    const isOne = isMessage || (ts.isPropertyAssignment(node) && node.name.getText() === 'message');
    if (isOne && ts.isTemplateExpression(node)) {
      let before = node.head.text;
      for (const { expression, literal } of node.templateSpans) {
        const sign = before.slice(-1);
        const isQuoted = /^[`'"]$/.test(sign) && literal.text.startsWith(sign);
        const written = expression.getText().replaceAll(/\s+/g, ' ');
        found.push({ file, expression: written, isQuoted });
        before = literal.text;
      }
    }
    ts.forEachChild(node, (child) => visit(child, isOne));
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), false);
  return found;
}

it('quotes every name in a message', () => {
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('lib', name));
  const all = files.flatMap(placeholdersIn);
  expect(all.length).toBeGreaterThan(400);
  const bare = all
    .filter(
      ({ expression, isQuoted }) => !isQuoted && (NAME.test(expression) || LIST.test(expression)),
    )
    .map(({ file, expression }) => `${file} ${expression}`)
    .filter((each) => !OURS.includes(each));
  expect(bare).toEqual([]);
});
