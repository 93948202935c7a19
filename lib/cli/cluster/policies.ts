import { stringify } from 'yaml';
import { admissionPolicies } from '../../cluster/admission-policies.js';
import type { Manifest } from '../../cluster/manifest.js';
import { clusterRules } from '../../cluster/rules.js';
import { OLDEST_STATIC_MINOR, staticPolicies } from '../../cluster/static-policies.js';
import { OLDEST_MINOR, versionProblems } from '../../cluster/version.js';
import { findProject } from '../review/context.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';

export interface PoliciesOptions {
  readonly output?: string;
  readonly static?: boolean;
  readonly kubernetes?: string;
  readonly stack?: readonly string[];
}

/** `cluster policies`: the admission policies as manifests, for kubectl or a repository. */
export function printPolicies(io: Io, options: PoliciesOptions): ExitCode {
  const oldest = options.static === true ? OLDEST_STATIC_MINOR : OLDEST_MINOR;
  const { kubernetes } = options;
  const tooOld = kubernetes === undefined ? [] : versionProblems(kubernetes, oldest);
  const { value, problems } = clusterRules(findProject(io).settings, options.stack);
  if (value === undefined || tooOld.length > 0) return misuse(...tooOld, ...problems);
  if (value.approvers.length === 0) say(io, NOBODY_APPROVES);
  const manifests = options.static === true ? staticPolicies(value) : admissionPolicies(value);
  print(io, options.output === 'json' ? json(manifests) : yaml(manifests));
  return EXIT.ok;
}

const NOBODY_APPROVES =
  'note: no approver in reprieve.yaml has a kubernetesUser, so nobody can approve a hard deletion in the cluster.';

function json(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2);
}

/** Expressions are kept on one line each, and shared parts written out. */
function yaml(manifests: readonly Manifest[]): string {
  const options = { lineWidth: 0, aliasDuplicateObjects: false };
  return manifests.map((manifest) => stringify(manifest, options).trimEnd()).join('\n---\n');
}
