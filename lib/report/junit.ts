import { escapeInvisible } from '../base/inert.js';
import {
  type Deletion,
  isMandatory,
  isStopped,
  type PolicyFinding,
  type Reason,
  type Review,
  type RuleChange,
} from '../review/review.js';
import { requestNotices } from './requests.js';
import {
  causeInWords,
  findingInFull,
  kindInWords,
  placeInWords,
  ruleInWords,
  titleOf,
} from './words.js';

/**
 * The review as JUnit's XML, which most build servers show: one case for each deletion, policy
 * finding, whole-plan reason and notice; what is blocked is a failure, a notice is skipped.
 */
export function renderJunit(review: Review): string {
  const byAddress = new Map<string, Reason[]>();
  for (const why of review.why) {
    const known = byAddress.get(keyOf(why));
    if (known === undefined) byAddress.set(keyOf(why), [why]);
    else known.push(why);
  }
  const shown = new Set(review.deletions.map(keyOf));
  const cases = [
    ...review.deletions.map((each) => deletionCase(each, byAddress.get(keyOf(each)) ?? [])),
    ...review.why.filter((why) => !shown.has(keyOf(why))).map(whyCase),
    ...review.findings.map(findingCase),
    ...(review.rules ?? []).map(ruleCase),
    ...[...review.notices, ...requestNotices(review)].map(noticeCase),
  ];
  const failures = cases.filter((each) => each.includes('<failure')).length;
  const skipped = cases.filter((each) => each.includes('<skipped')).length;
  const command = review.scope === 'policies' ? 'reprieve validate' : 'reprieve review';
  const head = `tests="${cases.length}" failures="${failures}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${command}" ${head}>`,
    `  <testsuite name="${titleOf(review).toLowerCase()}" ${head} errors="0" skipped="${skipped}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function keyOf({ stack, address }: { readonly stack: string; readonly address: string }): string {
  return `${stack}\0${address}`;
}

function deletionCase(deletion: Deletion, why: readonly Reason[]): string {
  const { kind, address, stack } = deletion;
  const said = [
    `${kindInWords(deletion)}: ${causeInWords(deletion)}`,
    ...why.map((each) => each.message),
  ];
  return testCase(
    stack,
    address,
    said.join('\n'),
    isStopped(deletion) || why.length > 0 ? kind : undefined,
  );
}

function whyCase(why: Reason): string {
  return testCase(why.stack, why.address === '' ? why.code : why.address, why.message, why.code);
}

function findingCase(finding: PolicyFinding): string {
  const name = `${finding.policy} ${finding.address}${finding.pointer}`;
  const text = [findingInFull(finding), ...placeInWords(finding.source)].join('\n');
  if (finding.state === 'waived') return skippedCase(finding.stack, name, text);
  return testCase(finding.stack, name, text, isMandatory(finding) ? finding.policy : undefined);
}

/** What is not allowed is among the reasons to stop. */
function ruleCase(change: RuleChange): string {
  return testCase('', `rules/${change.direction} ${change.rule}`, ruleInWords(change), undefined);
}

/** A policy that said nothing has not run, either. */
function noticeCase({ stack, code, address, message }: Reason): string {
  return skippedCase(stack, [code, address].join(' ').trim(), message);
}

/** What was excepted is shown as not run. */
function skippedCase(suite: string, name: string, text: string): string {
  const message = text.split('\n').map(xml).join(' ');
  return `    <testcase classname="${xml(suite)}" name="${xml(name)}"><skipped message="${message}"/></testcase>`;
}

function testCase(suite: string, name: string, text: string, failure: string | undefined): string {
  const head = `    <testcase classname="${xml(suite)}" name="${xml(name)}"`;
  const body =
    failure === undefined
      ? `<system-out>${xmlLines(text)}</system-out>`
      : `<failure type="${xml(failure)}" message="${xml(text.split('\n')[0] ?? '')}">${xmlLines(text)}</failure>`;
  return `${head}>${body}</testcase>`;
}

function xmlLines(text: string): string {
  return text.split('\n').map(xml).join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML has no way to write most control characters: they are shown as escapes. */
function xml(text: string): string {
  return escapeInvisible(text)
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
