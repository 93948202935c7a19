import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstDeploy } from '../support/gate/chains.js';
import { CLAUSES, type Clause } from '../support/gate/clauses.js';
import { draftOf } from '../support/gate/honest.js';
import type { KnownStep } from '../support/gate/known-chains.js';
import type { Deaf, World } from '../support/gate/world.js';
import { ROOT } from '../support/scratch.js';

async function take(world: World, { after, edit, isReviewed, approved }: KnownStep) {
  world.time += after ?? 1;
  const draft = draftOf(world.config);
  edit(draft, world);
  return world.propose({
    config: draft,
    ...(isReviewed === undefined ? {} : { isReviewed }),
    ...(approved === undefined ? {} : { approved }),
  });
}

/** Which step of a chain is the first that doesn't pass, and why not. */
async function goThrough({ isOld, steps }: Clause, deaf: Deaf) {
  const world = await firstDeploy(isOld === true, deaf);
  for (const [at, step] of steps.entries()) {
    const { passed, review } = await take(world, step);
    if (!passed) return { at, why: review.why.filter((each) => !deaf(each)), world };
  }
  return { at: undefined, why: [], world };
}

describe.each(CLAUSES)('$clause ($code)', (clause) => {
  const isOf: Deaf = ({ code, message }) =>
    code === clause.code && message.includes(clause.says ?? '');

  it('stops a chain, and nothing else does', async () => {
    const { at, why, world } = await goThrough(clause, () => false);
    expect(why.filter((reason) => !isOf(reason))).toEqual([]);
    expect(at).toBe(clause.stopped);
    expect(world.ledger.broken).toEqual([]);
  });

  it('is needed: without it, the chain does harm', async () => {
    const { at, why, world } = await goThrough(clause, isOf);
    if (clause.harm === 'stuck') {
      expect(at).toBe(clause.steps.length - 1);
      expect(world.ledger.broken).toEqual([]);
    } else {
      expect(why).toEqual([]);
      expect(world.ledger.broken.map(({ what }) => what)).toContain(clause.harm);
    }
  });
});

const HARM: Readonly<Record<Clause['harm'], string>> = {
  ended: 'an object ends early',
  emptied: 'an object is emptied',
  stuck: 'an honest change is stuck',
};

it('is listed in docs/gate.md', () => {
  const rows = CLAUSES.map(
    ({ clause, code, harm }) => `| ${clause} | \`${code}\` | ${HARM[harm]} |`,
  );
  const table = ['| clause | reason | without it |', '| --- | --- | --- |', ...rows].join('\n');
  const path = join(ROOT, 'docs/gate.md');
  const document = readFileSync(path, 'utf8');
  const between = /(<!-- clauses: begin -->\n)[\s\S]*(<!-- clauses: end -->)/;
  const written = document.replace(between, `$1${table}\n$2`);
  if (process.env['REPRIEVE_DOCS'] === 'write') writeFileSync(path, written);
  else expect(document).toBe(written);
});

/** What a model of states can't show, since it is about the plan as such or what isn't in it. */
const BY_PLANS: Readonly<Record<string, string>> = {
  action: 'blocks an action',
  'approval-undated': 'approval-undated',
  deferred: 'put off',
  'content-overwritten': 'content-overwritten',
  'import-unknown': 'import-unknown',
  'imported-alike': 'imported-alike',
  'lost-outside': 'drift-lost',
  'marks-hidden': 'marks-hidden',
  'marks-overwritten': 'marks-overwritten',
  'no-approvers': 'no-approvers',
  'plan-errored': 'plan-errored',
  'plan-from-future': 'plan-from-future',
  'plan-incomplete': 'plan-incomplete',
  'plan-partial': 'plan-partial',
  'plan-stale': 'plan-stale',
  'revision-differs': 'revision-differs',
  'rotation-lost': 'rotation-lost',
};

/** What is only told, and stops nothing. */
const NOTICES = new Set([
  'records-go',
  'plan-old',
  'rules-ignored',
  'imported-protected',
  'secret-readable',
  'protection-ends',
  'approval-by-file',
  'before-reclaim',
]);

it('every reason of the gate is shown to be needed, or by a plan', () => {
  const folder = join(ROOT, 'lib/gate');
  const source = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const given = source
    .join('\n')
    .matchAll(/(?:\bcode: |\b(?:stop|refused|whole)\(\s*)'([a-z]+(?:-[a-z]+)*)'/g);
  const codes = new Set([...given].map(([, code]) => code ?? ''));
  const plans = ['review-plans', 'other-resources', 'rotations', 'rules-record']
    .map((name) => readFileSync(join(ROOT, `test/gate/${name}.test.ts`), 'utf8'))
    .join('\n');
  const shown = new Set(CLAUSES.map(({ code }) => code));
  const left = [...codes].filter((code) => !shown.has(code) && !NOTICES.has(code));
  expect(left.filter((code) => BY_PLANS[code] === undefined)).toEqual([]);
  expect(left.filter((code) => !plans.includes(BY_PLANS[code] ?? ''))).toEqual([]);
});
