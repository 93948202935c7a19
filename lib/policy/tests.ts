import { isRecord, memberOf } from '../base/guards.js';
import type { PolicyDocument, PolicyTest, TestVerdict } from '../model/policy-document.js';
import { isLateTarget, lateViews } from './change-views.js';
import { judgementOf } from './evaluate.js';
import { Compiler } from './json-schema/compiler.js';
import { onlyUnknown } from './json-schema/instance.js';
import { ObjectIndex } from './object-index.js';
import { compilePolicy, type Policy } from './policy.js';
import type { PlannedResource } from './resource.js';
import { Views } from './targets.js';
import { Uses } from './uses/uses.js';
import type { View } from './view.js';

type TestResource = NonNullable<PolicyTest['resource']>;

/** How one case of a policy went. */
export interface TestResult {
  readonly policy: string;
  readonly name: string;
  readonly expected: TestVerdict;
  /** What came out; a text where the policy couldn't be used with the case's parameters. */
  readonly actual: TestVerdict | { readonly problem: string };
  readonly ok: boolean;
}

/** The cases of some policies, and the policies that prove too little. */
export interface TestRun {
  readonly results: readonly TestResult[];
  /** Ids of policies without a case that passes, or without one that fails. */
  readonly unproven: readonly string[];
  readonly ok: boolean;
}

/** Tries every policy on its own cases. Each has to show at least one pass and one failure. */
export function runPolicyTests(documents: readonly PolicyDocument[]): TestRun {
  const compiler = new Compiler();
  const results = documents.flatMap((document) =>
    (document.tests ?? []).map((test) => resultOf(document, test, compiler)),
  );
  const unproven = documents.filter((document) => !isProven(document)).map(({ id }) => id);
  return { results, unproven, ok: unproven.length === 0 && results.every(({ ok }) => ok) };
}

function isProven({ tests = [] }: PolicyDocument): boolean {
  return ['pass', 'fail'].every((verdict) => tests.some((test) => test.verdict === verdict));
}

function resultOf(document: PolicyDocument, test: PolicyTest, compiler: Compiler): TestResult {
  const { value: policy, problems } = compilePolicy(document, test.parameters, compiler);
  const problem = problems[0]?.message ?? 'it failed';
  const actual = policy === undefined ? { problem } : verdictOf(policy, test);
  const { name, verdict: expected } = test;
  return { policy: document.id, name, expected, actual, ok: actual === expected };
}

/** The worst that the policy says of anything it sees. */
function verdictOf(policy: Policy, test: PolicyTest): TestVerdict {
  const objects = indexOf(test);
  const said = viewsIn(policy, test).map((view) => judgementOf(policy, view, objects)?.verdict);
  const order: readonly TestVerdict[] = ['fail', 'undecided', 'pass'];
  return order.find((verdict) => said.some((each) => each === verdict)) ?? 'skip';
}

function indexOf({ others = [] }: PolicyTest): ObjectIndex {
  const objects = new ObjectIndex();
  for (const other of others) {
    const { value, unknown } = withMarks(other);
    objects.add(String(memberOf(value, 'kind')), { value, unknown: onlyUnknown(unknown) });
  }
  return objects;
}

function viewsIn({ document: { target } }: Policy, test: PolicyTest): readonly View[] {
  if (test.resource !== undefined) {
    const views = new Views(resourceIn(test.resource));
    return isLateTarget(target) ? lateViews(target, views, usesIn(test, views)) : views.of(target);
  }
  const { value, unknown } = withMarks(test.object);
  const kind = target === 'manifest' ? memberOf(value, 'kind') : undefined;
  const original = (pointer: string) => pointer;
  return [{ value, unknown: onlyUnknown(unknown), sensitive: {}, kind, original }];
}

/** The manifests beside it are what stays. */
function usesIn({ others = [] }: PolicyTest, { held }: Views): Uses {
  const uses = new Uses();
  for (const { manifest } of held) uses.goes(manifest);
  for (const other of others) {
    const { value, unknown } = withMarks(other);
    const address = `${memberOf(value, 'kind')} ${memberOf(memberOf(value, 'metadata'), 'name')}`;
    const resource = { values: { manifest: value }, unknown: { manifest: unknown }, sensitive: {} };
    const views = new Views({ ...resource, address, type: 'kubernetes_manifest' });
    for (const each of views.held) uses.stays(each, address);
  }
  return uses;
}

function resourceIn({ type, values, before }: TestResource): PlannedResource {
  const { value, unknown } = withMarks(values);
  if (values === null && before !== undefined)
    return { address: type, type, values: before, unknown: {}, sensitive: {}, removed: true };
  const resource = { address: type, type, values: value, unknown, sensitive: {} };
  if (before === undefined) return resource;
  return before === null ? { ...resource, actions: ['create'] } : { ...resource, before };
}

/** Takes what stands for unknown values out, and marks it as a plan does. */
function withMarks(tree: unknown): { readonly value: unknown; readonly unknown: unknown } {
  if (Array.isArray(tree)) {
    const parts = tree.map(withMarks);
    return { value: parts.map(({ value }) => value), unknown: parts.map(({ unknown }) => unknown) };
  }
  if (!isRecord(tree)) return { value: tree, unknown: false };
  if (tree['$unknown'] === true) return { value: null, unknown: true };
  const parts = Object.entries(tree).map(([key, each]) => [key, withMarks(each)] as const);
  const known = parts.filter(([, { unknown }]) => unknown !== true);
  return {
    value: Object.fromEntries(known.map(([key, { value }]) => [key, value])),
    unknown: Object.fromEntries(parts.map(([key, { unknown }]) => [key, unknown])),
  };
}
