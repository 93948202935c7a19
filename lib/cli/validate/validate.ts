import { quoteName } from '../../base/inert.js';
import { type Problem, Problems } from '../../base/problem.js';
import { rfc3339 } from '../../base/timestamp.js';
import { hasPolicies } from '../../files/settings.js';
import { type Disagreement, Verdicts } from '../../policy/verdicts.js';
import { isMandatory, type PolicyFinding, type Reason, type Review } from '../../review/review.js';
import { withoutIndex } from '../../state/address.js';
import { compareFindings, mergeFindings } from '../../validation/merge-findings.js';
import type { Origin, PolicyReview } from '../../validation/policy-review.js';
import { readPlanFile } from '../plan/file.js';
import {
  findProject,
  type ReviewProject,
  sourcesOf,
  stackNameOf,
  timeOf,
} from '../review/context.js';
import { checkNamedStack } from '../review/named-stack.js';
import { policyReview } from '../review/policy-review.js';
import { exitOf } from '../review/review.js';
import { type Rules, rulesFor } from '../rules/rules.js';
import { CommandFailure, EXIT, type ExitCode, type Io, misuse, say } from '../terminal/io.js';
import { outputsOf, writeOutputs } from '../terminal/outputs.js';
import { readSynthesized } from '../workspace/synthesized-file.js';
import { inputsOf, type StackInput, synthesizedFileOf } from './inputs.js';
import { isManifestFile, placedFindings, readManifests } from './manifests.js';

export interface ValidateOptions {
  /** `FORMAT` or `FORMAT=FILE`, each once. */
  readonly format?: readonly string[];
  /** Files with Kubernetes objects, beside those whose names say so. */
  readonly manifest?: readonly string[];
  readonly stack?: string;
  readonly now?: string;
  readonly artifact?: string;
  /** Whose rules hold: a commit, or a folder that has its files. @default - what the forge says */
  readonly rules?: string;
}

/** `validate`: what the policies say of plans, and of stacks as they were synthesized. */
export async function validateFiles(
  io: Io,
  files: readonly string[],
  options: ValidateOptions,
): Promise<ExitCode> {
  const outputs = outputsOf(options.format ?? ['text']);
  const project = findProject(io);
  const rules = await rulesFor(io, project, options.rules);
  const isNamed = hasPolicies(rules.held);
  if (!isNamed && options.rules === undefined) misuse(noPolicies());
  // Without policies, the rules are compared all the same.
  const manifests = [...files.filter(isManifestFile), ...(options.manifest ?? [])];
  const others = files.filter((file) => !isManifestFile(file));
  const isAboutStacks = others.length > 0 || manifests.length === 0;
  if (isAboutStacks) checkNamedStack(io, project, options.stack, 'refuse');
  const inputs = isNamed && isAboutStacks ? inputsOf(io, project, others, options.stack) : [];
  if (!isNamed) say(io, RULES_ALONE);
  const now = timeOf(io, options.now);
  const validation = new Validation(io, project, policyReview(io, project, rules, now));
  for (const input of inputs) await validation.add(input);
  for (const file of isNamed ? manifests : [])
    await validation.addManifests(file, options.stack ?? stackNameOf(file));
  const review = validation.finish(now, rules);
  await writeOutputs(io, review, outputs, { ...options, folder: project.folder });
  return exitOf(review);
}

/** Collects what is found in one stack after the other. */
class Validation {
  private readonly problems = new Problems();
  private readonly found: PolicyFinding[] = [];
  private readonly disagreements: Reason[] = [];
  /** How many files of manifests there were. */
  private manifests = 0;

  constructor(
    private readonly io: Io,
    private readonly project: ReviewProject,
    private readonly policies: PolicyReview,
  ) {}

  async add(input: StackInput): Promise<void> {
    const { stack, plan, code } = input;
    const [planned, declared] = [new Verdicts(withoutIndex), new Verdicts(withoutIndex)];
    if (plan !== undefined) {
      this.policies.of(stack, this.isCompared(input) ? planned : undefined);
      const { problems } = await readPlanFile(this.io, this.project, plan, stack, this.policies);
      for (const each of problems) this.problems.add(each);
      this.policies.of(stack).settle();
    }
    if (code === undefined) this.lookAtCode(stack, declared);
    else this.addCode(stack, code, declared);
    const sources = sourcesOf(this.project, stack) ?? new Map();
    const [inPlan, inCode] = [plan, code].map((file, index) =>
      file === undefined
        ? []
        : this.policies.findings(stack, sources, index === 0 ? 'plan' : 'code'),
    );
    this.found.push(...mergeFindings(inPlan ?? [], inCode ?? []));
    this.disagreements.push(...planned.against(declared).map((each) => disagreement(stack, each)));
  }

  /** Objects that are in no plan, each found by the line that it is on. */
  async addManifests(file: string, stack: string): Promise<void> {
    const found = this.problems.take(await readManifests(this.io, file)) ?? [];
    const origin: Origin = `manifests-${this.manifests}`;
    this.manifests += 1;
    const evaluation = this.policies.of(stack, undefined, origin);
    for (const { resource } of found) evaluation.add(resource);
    evaluation.settle();
    this.found.push(...placedFindings(this.policies, { stack, file, found, origin }));
  }

  private isCompared({ stack, code }: StackInput): boolean {
    const { folder = this.io.cwd } = this.project;
    return code !== undefined || synthesizedFileOf(folder, stack) !== undefined;
  }

  /** Whether a change may make rules weaker is the review’s to say, which asks the forge. */
  finish(now: Date, { changes, notices }: Rules): Review {
    if (this.problems.all.length > 0) throw new CommandFailure(EXIT.usage, this.problems.all);
    const findings = this.found.sort(compareFindings);
    return {
      scope: 'policies',
      verdict: findings.some(isMandatory) ? 'blocked' : 'pass',
      why: [],
      deletions: [],
      reclamations: [],
      groups: [],
      plans: [],
      reviewedAt: rfc3339(now),
      findings,
      notices: [...this.policies.notices(), ...this.disagreements, ...notices],
      rules: changes,
    };
  }

  private addCode(stack: string, file: string, verdicts: Verdicts): void {
    const resources = this.problems.take(readSynthesized(this.io.cwd, file)) ?? [];
    const evaluation = this.policies.of(stack, verdicts, 'code');
    for (const each of resources) evaluation.add(each);
    evaluation.settle();
  }

  /** Where the code is at hand, a plan is compared with it; what can't be read, can't be compared. */
  private lookAtCode(stack: string, verdicts: Verdicts): void {
    const { folder = this.io.cwd } = this.project;
    const file = synthesizedFileOf(folder, stack);
    if (file === undefined) return;
    const evaluation = this.policies.another(verdicts);
    for (const each of readSynthesized(folder, file).value ?? []) evaluation.add(each);
    evaluation.settle();
  }
}

function disagreement(stack: string, { policy, address, verdict, other }: Disagreement): Reason {
  return {
    code: 'policy-disagreement',
    address,
    stack,
    message: `The policy \`${policy}\` says ${verdict} of ${quoteName(address)} in the plan, and ${other} in cdk.tf.json: the provider fills in what the code leaves out, or the plan is of other code. Say it in the code.`,
  };
}

const RULES_ALONE =
  'note: neither reprieve.yaml nor its base names policies, so only the rules were compared.';

function noPolicies(): Problem {
  return {
    code: 'cli/no-policies',
    message: 'reprieve.yaml names no policies.',
    remedy:
      'Add `policies: { profiles: [deletion, supply-chain] }` for some that come with Reprieve, or `policies: { paths: [policies] }` with the folder that your own are in.',
  };
}
