import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { named, quote } from '../../model/inert.js';
import { type Problem, Problems } from '../../model/problem.js';
import { isMandatory, type PolicyFinding, type Review, type Why } from '../../plan/review.js';
import type { Evaluation } from '../../policy/evaluate.js';
import { synthesizedResources } from '../../policy/synthesized.js';
import { type Disagreement, Verdicts } from '../../policy/verdicts.js';
import { withoutIndex } from '../../reclamation/address.js';
import { renderFindings } from '../../report/findings.js';
import type { PolicyReview } from '../../validation/policy-review.js';
import { CommandFailure, EXIT, type ExitCode, type Io, misuse } from '../io.js';
import { findProject, type ReviewProject, sourcesOf, stackNameOf } from '../review-context.js';
import { exitOf, policyReview, readPlanFile } from './review.js';

const MAX_SYNTHESIZED = 256 * 2 ** 20;

export interface ValidateOptions {
  readonly format?: string;
  readonly stack?: string;
}

/** `validate`: what the policies say of plans, or of stacks as they were synthesized. */
export async function validateFiles(
  io: Io,
  files: readonly string[],
  { format = 'text', stack }: ValidateOptions,
): Promise<ExitCode> {
  const project = findProject(io);
  if (project.settings.policies.paths.length === 0) misuse(noPolicies());
  const policies = policyReview(io, project, io.now());
  const problems = new Problems();
  const found: (readonly PolicyFinding[])[] = [];
  const disagreements: (readonly Why[])[] = [];
  for (const file of files) {
    const name = stack ?? stackNameOf(file);
    if (isSynthesized(file)) {
      addSynthesized(io.cwd, file, policies.of(name), problems);
    } else {
      const compared = compareWith(project, name, policies);
      problems.take(await readPlanFile(io, project, file, stack, policies));
      policies.of(name).settle();
      disagreements.push(compared?.() ?? []);
    }
    found.push(policies.findings(name, sourcesOf(project, name) ?? new Map()));
  }
  if (problems.all.length > 0) throw new CommandFailure(EXIT.usage, problems.all);
  const findings = found.flat();
  const notices = [...policies.notices(), ...disagreements.flat()];
  const review = { ...NOTHING, verdict: verdictOf(findings), findings, notices };
  io.stdout.write(await rendered(review, format, project.folder ?? io.cwd));
  return exitOf(review);
}

const NOTHING: Omit<Review, 'verdict' | 'findings' | 'notices'> = {
  why: [],
  deletions: [],
  reclamations: [],
  plans: [],
  reviewedAt: '',
};

async function rendered(review: Review, format: string, folder: string): Promise<string> {
  if (format === 'json') {
    const { verdict, findings, notices } = review;
    const value = { schemaVersion: 1, verdict, findings, notices };
    return `${JSON.stringify(value, undefined, 2)}\n`;
  }
  if (format === 'sarif') return (await import('../../report/sarif.js')).renderSarif(review);
  return renderFindings(review, (file) => linesOf(folder, file));
}

function verdictOf(findings: readonly PolicyFinding[]): Review['verdict'] {
  return findings.some(isMandatory) ? 'blocked' : 'pass';
}

function isSynthesized(file: string): boolean {
  return file.endsWith('.tf.json');
}

function addSynthesized(
  cwd: string,
  file: string,
  evaluation: Evaluation,
  problems: Problems,
): void {
  try {
    const path = resolve(cwd, file);
    if (statSync(path).size > MAX_SYNTHESIZED) throw new Error('it is larger than 256 MiB');
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    for (const each of synthesizedResources(json)) evaluation.add(each);
  } catch (error) {
    problems.add(unreadable(file, error));
  }
}

/**
 * Prepares to compare a plan with the stack that it was made from, where that is at hand: what the
 * policies say of the one and not of the other.
 */
function compareWith(
  { folder = '.' }: ReviewProject,
  stack: string,
  policies: PolicyReview,
): (() => readonly Why[]) | undefined {
  const file = join(folder, 'cdktf.out', 'stacks', stack, 'cdk.tf.json');
  if (!/^[\w.-]+$/.test(stack) || !existsSync(file)) return undefined;
  const [planned, declared] = [new Verdicts(withoutIndex), new Verdicts(withoutIndex)];
  policies.of(stack, planned);
  return () => {
    const synthesized = policies.another(declared);
    // A stack that can't be read has nothing to be compared with.
    addSynthesized('.', file, synthesized, new Problems());
    synthesized.settle();
    return planned.against(declared).map((each) => disagreement(stack, each));
  };
}

function disagreement(stack: string, { policy, address, verdict, other }: Disagreement): Why {
  return {
    code: 'policy-disagreement',
    address,
    stack,
    message: `The policy \`${policy}\` says ${verdict} of ${named(address)} in the plan, and ${other} in cdk.tf.json: the provider fills in what the code leaves out, or the plan is of other code. Say it in the code.`,
  };
}

function linesOf(folder: string, file: string): readonly string[] {
  try {
    const path = resolve(folder, file);
    return statSync(path).size > 2 ** 20 ? [] : readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}

function unreadable(file: string, error: unknown): Problem {
  return {
    code: 'cli/synthesized-unreadable',
    message: `The stack ${quote(file)} can't be read: ${error instanceof Error ? error.message : 'it failed'}.`,
    remedy: 'Give cdktf.out/stacks/STACK/cdk.tf.json as `cdktf synth` wrote it, or a plan.',
  };
}

function noPolicies(): Problem {
  return {
    code: 'cli/no-policies',
    message: 'reprieve.yaml names no policies.',
    remedy: 'Add `policies: { paths: [policies] }`, with the folder that they are in.',
  };
}
