import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseExactly } from '../base/exact-json.js';
import type { Problem } from '../base/problem.js';
import type { ReprieveApp } from '../constructs/app.js';
import { sourcesOf } from '../constructs/sources.js';
import type { DeletionRequest } from '../files/deletions.js';
import type { Settings } from '../files/settings.js';
import { synthesizedResources } from '../policy/synthesized.js';
import type { PolicyFinding } from '../review/review.js';
import { loadPolicies } from '../validation/load-policies.js';
import { PolicyReview } from '../validation/policy-review.js';

/** What the policies are held against, and by which settings. */
export interface PolicyCheck {
  readonly app: ReprieveApp;
  readonly folder: string;
  readonly settings: Settings;
  readonly deletions: readonly DeletionRequest[];
  readonly now: Date;
}

/** What the policies say of an app that was synthesized. */
export interface PolicyVerdict {
  /** Policies that can't be used. */
  readonly unusable: readonly Problem[];
  /** Everything found, where something in it must be mended before anything can be deployed. */
  readonly stops: readonly Problem[];
}

/**
 * Holds the policies that reprieve.yaml names against what Terraform is going to read. One that is
 * hard-mandatory and fails stops the synthesis, with everything that was found.
 */
export function checkPolicies({
  app,
  folder,
  settings,
  deletions,
  now,
}: PolicyCheck): PolicyVerdict {
  const { policies, problems } = loadPolicies({ folder, settings });
  const files = { lock: app.lock, deletions };
  const review = new PolicyReview(policies, settings, now, { files });
  const sources = new Map(app.stacks.map((stack) => [stack.node.id, sourcesOf(stack)]));
  const findings = configurationsOf(app).flatMap(({ name, file }) => {
    const json: unknown = parseExactly(readFileSync(file, 'utf8'));
    for (const resource of synthesizedResources(json)) review.of(name).add(resource);
    return review.findings(name, new Map(Object.entries(sources.get(name) ?? {})));
  });
  const isStopped = findings.some((each) => isOpen(each) && each.level === 'hard-mandatory');
  return { unusable: problems, stops: isStopped ? findings.filter(isOpen).map(problemOf) : [] };
}

/** Leaves nothing that could be deployed. */
export function discard(app: ReprieveApp): void {
  for (const { file } of configurationsOf(app)) rmSync(file, { force: true });
  rmSync(join(app.outdir, 'manifest.json'), { force: true });
}

/** What was written for Terraform: a user's own stacks beside ours, too. */
function configurationsOf({ manifest, outdir }: ReprieveApp) {
  return Object.values(manifest.stacks).map(({ name, synthesizedStackPath }) => ({
    name,
    file: join(outdir, synthesizedStackPath),
  }));
}

function isOpen({ state }: PolicyFinding): boolean {
  return state === 'open';
}

function problemOf({
  policy,
  level,
  address,
  pointer,
  message,
  remediation,
  source,
}: PolicyFinding) {
  const { path = address, file, line } = source ?? {};
  return {
    code: `policy/${policy}`,
    message: `${level} policy \`${policy}\`: ${message}`,
    remedy: remediation,
    path: pointer === '' ? path : `${path} (${address}${pointer})`,
    ...(file === undefined ? {} : { source: line === undefined ? { file } : { file, line } }),
  };
}
