import { stringify } from 'yaml';
import { inert, quote } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import { compareTexts } from '../../base/order.js';
import { admissionPolicies } from '../../cluster/admission-policies.js';
import { anchorManifests } from '../../cluster/anchor.js';
import type { Manifest } from '../../cluster/manifest.js';
import { type ClusterRules, clusterRules } from '../../cluster/rules.js';
import { OLDEST_STATIC_MINOR, staticPolicies } from '../../cluster/static-policies.js';
import { OLDEST_MINOR, versionProblems } from '../../cluster/version.js';
import { findProject, type ReviewProject } from '../review/context.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { synthesizedStacks } from '../workspace/output-folder.js';
import { type ClusterOptions, clusterOf } from './access.js';
import { applyPolicies } from './apply.js';

export interface PoliciesOptions extends ClusterOptions {
  readonly output?: string;
  readonly static?: boolean;
  readonly anchor?: boolean;
  readonly apply?: boolean;
  readonly kubernetes?: string;
  readonly stack?: readonly string[];
}

/** `cluster policies`: the admission policies as manifests, for kubectl or a repository; or applied. */
export async function clusterPolicies(io: Io, options: PoliciesOptions): Promise<ExitCode> {
  const rules = rulesFor(io, options);
  if (options.apply === true) {
    await applyPolicies(io, clusterOf(io, options), rules);
    return EXIT.ok;
  }
  const manifests = printed(rules, options);
  print(io, options.output === 'json' ? json(manifests) : yaml(manifests));
  return EXIT.ok;
}

function rulesFor(io: Io, options: PoliciesOptions): ClusterRules {
  const { kubernetes } = options;
  const [one, other] = (['static', 'anchor', 'apply'] as const).filter(
    (it) => options[it] === true,
  );
  if (one !== undefined && other !== undefined) misuse(notTogether(one, other));
  const oldest = options.static === true ? OLDEST_STATIC_MINOR : OLDEST_MINOR;
  const tooOld = kubernetes === undefined ? [] : versionProblems(kubernetes, oldest);
  const project = findProject(io);
  const strange = unknownStacks(project, options.stack ?? []);
  const { value, problems } = clusterRules(project.settings, options.stack);
  if (value === undefined || tooOld.length + strange.length > 0) {
    return misuse(...tooOld, ...strange, ...problems);
  }
  if (value.approvers.length === 0) say(io, NOBODY_APPROVES);
  return value;
}

/** A mistyped stack would have the periods of no stack, and nobody would notice. */
function unknownStacks({ folder, settings }: ReviewProject, stacks: readonly string[]) {
  const synthesized = folder === undefined ? [] : synthesizedStacks(folder);
  const known = [...new Set([...settings.stacks.keys(), ...synthesized])].sort(compareTexts);
  return stacks
    .filter((stack) => !known.includes(stack))
    .map((stack) => ({
      code: 'cli/stack',
      message: `There is no stack ${quote(stack)}: reprieve.yaml has no periods of it, and nothing was synthesized for it.`,
      remedy:
        known.length === 0
          ? 'Run `cdktf synth` first.'
          : `Name one of: ${known.map(inert).join(', ')}.${didYouMean(stack, known)}`,
    }));
}

function printed(rules: ClusterRules, options: PoliciesOptions): readonly Manifest[] {
  if (options.static === true) return staticPolicies(rules);
  return options.anchor === true ? anchorManifests(rules) : admissionPolicies(rules);
}

function notTogether(one: string, other: string) {
  return {
    code: 'cli/options',
    message: `--${one} and --${other} exclude each other.`,
    remedy:
      '--apply puts up anchor and policies; --static and --anchor print what belongs elsewhere.',
  };
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
