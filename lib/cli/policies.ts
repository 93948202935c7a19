import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { named, quote } from '../model/inert.js';
import type { PolicyDocument } from '../model/policy-document.js';
import { type Problem, Problems, type Source } from '../model/problem.js';
import type { CodeSource, PolicyFinding, Why } from '../plan/review.js';
import { Compiler } from '../policy/compiler.js';
import { Evaluation, type Outcome } from '../policy/evaluate.js';
import { compilePolicy, type Policy } from '../policy/policy.js';
import type { Verdicts } from '../policy/verdicts.js';
import { type Waiver, Waivers } from '../policy/waivers.js';
import { withoutIndex } from '../reclamation/address.js';
import type { PolicyLevel } from '../reclamation/documents.js';
import { readProjectFile } from '../reclamation/files.js';
import { compareTexts } from '../reclamation/order.js';
import type { Settings } from '../reclamation/settings.js';
import { parseDate } from '../reclamation/timestamp.js';
import { parseYamlFile, type YamlFile } from '../reclamation/yaml-file.js';
import { type Io, sayProblems } from './io.js';
import type { ReviewProject } from './review-context.js';

/** More files than this in one folder are no policies. */
const MAX_FILES = 2000;

/** The policies that reprieve.yaml names, and what is wrong with the others. */
function loadPolicies(project: ReviewProject): {
  readonly policies: readonly Policy[];
  readonly problems: readonly Problem[];
} {
  const problems = new Problems();
  const policies = new Map<string, Policy>();
  const compiler = new Compiler();
  for (const file of policyFiles(project, problems)) {
    const policy = readPolicy(project, file, problems, compiler);
    if (policy === undefined) continue;
    const { id } = policy.document;
    if (policies.has(id)) problems.add(twice(id, file));
    else policies.set(id, policy);
  }
  return { policies: [...policies.values()], problems: problems.all };
}

function policyFiles({ folder, settings }: ReviewProject, problems: Problems): readonly string[] {
  return settings.policies.paths.flatMap((path) => {
    try {
      const full = join(folder ?? '.', path);
      if (!statSync(full).isDirectory()) return [path];
      const names = readdirSync(full, { recursive: true, encoding: 'utf8' });
      const found = names.filter((name) => /\.ya?ml$/.test(name)).sort();
      if (found.length > MAX_FILES) throw new Error(`it has more than ${MAX_FILES} files`);
      return found.map((name) => join(path, name));
    } catch (error) {
      problems.add(noPath(path, error));
      return [];
    }
  });
}

function readPolicy(
  { folder = '.', settings }: ReviewProject,
  file: string,
  problems: Problems,
  compiler: Compiler,
): Policy | undefined {
  const { text, problem } = readProjectFile(folder, file);
  if (problem !== undefined) problems.add(problem);
  if (text === undefined) return undefined;
  const opened = problems.take(parseYamlFile(relative('.', file), text, 'policy'));
  if (opened === undefined) return undefined;
  const compiled = compilePolicy(
    opened.value,
    settings.policies.parameters.get(opened.value.id),
    compiler,
  );
  for (const each of compiled.problems) problems.add({ ...each, source: sourceOf(each, opened) });
  return compiled.value;
}

/** What a setting of reprieve.yaml makes wrong isn't the policy's file's fault. */
function sourceOf({ path = '' }: Problem, opened: YamlFile<unknown>): Source {
  const isSetting = path.startsWith('policies.parameters.');
  return isSetting ? { file: 'reprieve.yaml' } : opened.at(path === '' ? [] : path.split('.'));
}

/** How much a policy counts. */
export function levelOf({ policies }: Settings, id: string): PolicyLevel {
  return policies.levels.get(id) ?? 'advisory';
}

/** The policies that reprieve.yaml names. One that can't be used is told, and the others stay. */
export function usablePolicies(io: Io, project: ReviewProject): ReturnType<typeof loadPolicies> {
  const loaded = loadPolicies(project);
  if (loaded.problems.length > 0) sayProblems(io, loaded.problems);
  return loaded;
}

/** The notice that some policy was left out. */
export const UNUSABLE = 'policy-unusable';

/** Policies at work on the plans of one review. */
export class PolicyReview {
  private readonly evaluations = new Map<string, Evaluation>();
  private readonly waivers: Waivers;

  constructor(
    private readonly policies: readonly Policy[],
    private readonly settings: Settings,
    now: Date,
    /** How many policies can't be used. */
    private readonly unusable = 0,
  ) {
    const dated = settings.waivers.map(
      (waiver): Waiver => ({ ...waiver, until: parseDate(waiver.expires).value }),
    );
    this.waivers = new Waivers(dated, now.getTime());
  }

  /** Where the resources of a stack are handed in; `verdicts` counts on the first call. */
  of(stack: string, verdicts?: Verdicts): Evaluation {
    const evaluation = this.evaluations.get(stack) ?? this.another(verdicts);
    this.evaluations.set(stack, evaluation);
    return evaluation;
  }

  /** The same policies, for something to be compared with. */
  another(verdicts?: Verdicts): Evaluation {
    return new Evaluation(this.policies, verdicts);
  }

  /** Everything found in a stack, in a fixed order. */
  findings(stack: string, sources: ReadonlyMap<string, CodeSource>): readonly PolicyFinding[] {
    return this.of(stack)
      .outcomes.flatMap((outcome) => this.found(stack, outcome, sources))
      .sort(
        (a, b) =>
          compareTexts(a.policy, b.policy) ||
          compareTexts(a.address, b.address) ||
          compareTexts(a.pointer, b.pointer),
      );
  }

  /** Policies that were about nothing, and waivers that are over or were not needed. */
  notices(): readonly Why[] {
    const evaluations = [...this.evaluations.values()];
    const vacuous = this.policies.filter((policy) =>
      evaluations.every(({ unmatched }) => unmatched.includes(policy)),
    );
    return [
      ...(this.unusable === 0 ? [] : [unused(this.unusable)]),
      ...vacuous.map(({ document }) =>
        notice(
          'policy-unmatched',
          `The policy \`${document.id}\` is about ${aboutOf(document)}, and no plan has that: it says nothing.`,
        ),
      ),
      ...this.waivers.over.map(({ policy, path, expires }) =>
        notice(
          'waiver-over',
          `The waiver of \`${policy}\` for ${named(path)} no longer holds: it expired at ${named(expires)}. Remove it, or have it given anew.`,
        ),
      ),
      ...this.waivers.unused.map(({ policy, path }) =>
        notice(
          'waiver-unused',
          `The waiver of ${named(policy)} for ${named(path)} was not needed. Remove it.`,
        ),
      ),
    ];
  }

  private found(
    stack: string,
    { policy, address, verdict, faults }: Outcome,
    sources: ReadonlyMap<string, CodeSource>,
  ): readonly PolicyFinding[] {
    const { id, title, remediation, url } = policy.document;
    const level = levelOf(this.settings, id);
    const source = sources.get(withoutIndex(address));
    const waiver = this.waivers.find(id, source?.path ?? `${stack}/${address}`);
    const isWaived = waiver !== undefined && level !== 'hard-mandatory';
    const state = verdict === 'undecided' ? 'undecided' : isWaived ? 'waived' : 'open';
    return faults.map(({ pointer, message }) => ({
      policy: id,
      title,
      level,
      state,
      stack,
      address,
      pointer,
      message: `${balanced(title)}: it ${balanced(message)}.`,
      remediation: balanced(remediation),
      ...(url === undefined ? {} : { url }),
      ...(isWaived
        ? { waiver: { reason: waiver.reason, owner: waiver.owner, expires: waiver.expires } }
        : {}),
      ...(source === undefined ? {} : { source }),
    }));
  }
}

function aboutOf({ target, kinds = [] }: PolicyDocument): string {
  const within = kinds.length === 0 ? '' : ` of ${kinds.map(named).join(', ')}`;
  return `\`${target}\`${within}`;
}

/** A backtick left over would make names of our words, and words of names. */
function balanced(text: string): string {
  return text.split('`').length % 2 === 1 ? text : text.replaceAll('`', "'");
}

function unused(count: number): Why {
  const what = count === 1 ? 'A policy' : 'Several policies';
  return notice(UNUSABLE, `${what} can't be used, so nobody knows what would have been found.`);
}

function notice(code: string, message: string): Why {
  return { code, address: '', message, stack: '' };
}

function twice(id: string, file: string): Problem {
  return {
    code: 'policy/twice',
    message: `There are two policies ${quote(id)}.`,
    remedy: 'Give each its own id.',
    source: { file },
  };
}

function noPath(path: string, error: unknown): Problem {
  return {
    code: 'policy/path',
    message: `The policies at ${quote(path)} can't be read: ${error instanceof Error ? error.message : 'it failed'}.`,
    remedy: 'Correct policies.paths in reprieve.yaml.',
    source: { file: 'reprieve.yaml' },
  };
}
