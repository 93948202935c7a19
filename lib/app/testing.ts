import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem, type Problem } from '../base/problem.js';
import { ReprieveApp } from '../constructs/app.js';
import { UsageError } from '../constructs/context.js';
import type { ProjectFiles } from '../constructs/project-files.js';
import type { ReprieveStack } from '../constructs/stack.js';
import type { TerraformJson } from '../constructs/targets/index.js';
import type { DeletionEntry, SettingsDocument } from '../files/documents.js';
import { formatLock } from '../files/projects-lock.js';
import { hasPolicies } from '../files/settings.js';
import type { FileTexts } from '../files/user-files.js';
import { problemsOf } from './failure.js';
import { checkPolicies } from './policies.js';
import { loadProjectFiles } from './project-files.js';

/** A deletion request; only the target has to be named. */
export interface TestDeletion extends Partial<DeletionEntry> {
  /** A project, or an item in it: `billing`, `billing/job-templates/nightly`. */
  readonly target: string;
}

/** reprieve.yaml as an object, without its version. */
export type TestSettings = Omit<SettingsDocument, 'version'>;

/** What stands beside the app under test. */
export interface TestOptions {
  /**
   * Deletion requests, or the text of a deletions.yaml. A request is soft unless it says otherwise.
   *
   * @default - none
   * @example [{ target: 'billing/job-templates/nightly' }]
   */
  readonly deletions?: readonly TestDeletion[] | string;
  /**
   * Settings, or the text of a reprieve.yaml.
   *
   * @default - the default settings
   * @example { reclamation: { period: '14d' } }
   */
  readonly settings?: TestSettings | string;
  /**
   * The text of a projects.lock.yaml, such as the `lock` of an earlier result: it knows what was
   * declared then.
   *
   * @default - nothing was declared before
   */
  readonly lock?: string;
  /** Whether a lock that differs from the code is a problem, as under CI. @default false */
  readonly frozenLock?: boolean;
  /**
   * The time at which waivers expire, and until when the age of credentials is counted.
   *
   * @default - 2026-01-01T00:00:00Z, so that a test does not depend on the day it runs on
   */
  readonly now?: Date;
  /** The folder that `policies.paths` of the settings start from. @default - the working directory */
  readonly folder?: string;
}

/** What an app came to. */
export interface TestResult {
  /** Everything that is wrong, each with its construct's path and the line of the test. */
  readonly problems: readonly Problem[];
  /** The codes of the problems, in the same order. */
  readonly codes: readonly string[];
  /** The projects.lock.yaml that this synthesis would write: the `lock` of a later one. */
  readonly lock: string;
  /**
   * A stack as Terraform's JSON, which is what `cdktf synth` writes into `cdk.tf.json`. Fails with
   * the problems where there are any.
   *
   * @param stack The stack's name. @default - the app's only stack
   */
  json(stack?: string): TerraformJson;
}

const DEFAULT_TIME = new Date('2026-01-01T00:00:00Z');

/**
 * Synthesizes apps for unit tests, whatever files are in the working directory: the app, the
 * requests and the settings are all that counts.
 *
 * @example
 * const { codes } = Testing.synthesize(declare, { deletions: [{ target: 'billing' }] });
 * assert.deepEqual(codes, []);
 */
export const Testing = {
  /**
   * Declares an app, checks it, and synthesizes it if it has no problems. Mistakes in what is
   * declared are problems of the result; whatever else the function throws goes on to the test.
   *
   * @example
   * const { problems, json } = Testing.synthesize(
   *   (app) => {
   *     const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
   *     new Project(stack, 'billing');
   *   },
   *   { deletions: [{ target: 'billing' }] },
   * );
   * assert.deepEqual(problems, []);
   * assert.match(JSON.stringify(json('sandbox')), /soft-deleted/);
   */
  synthesize(declare: (app: ReprieveApp) => void, options: TestOptions = {}): TestResult {
    const outdir = mkdtempSync(join(tmpdir(), 'reprieve-testing-'));
    try {
      const files = loadProjectFiles(textsOf(options));
      const app = new ReprieveApp({ files, frozenLock: options.frozenLock === true, outdir });
      const problems = declared(app, declare) ?? app.check();
      if (problems.length > 0) return resultOf(app, problems, new Map());
      app.synth();
      const policies = policyProblems(app, files, options);
      return resultOf(app, policies, policies.length > 0 ? new Map() : synthesized(app));
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  },
} as const;

/** The problems of a mistake that leaves nothing to go on with. */
function declared(
  app: ReprieveApp,
  declare: (app: ReprieveApp) => void,
): readonly Problem[] | undefined {
  try {
    const result: unknown = declare(app);
    if (!(result instanceof Promise)) return undefined;
    throw new UsageError(
      'The function that declares the app is asynchronous: the test would not wait for it.',
      'Await what it needs before, and declare the app in a function that is not async.',
    );
  } catch (error) {
    if (!UsageError.isUsageError(error)) throw error;
    return problemsOf(error);
  }
}

function textsOf({ deletions, settings, lock, now = DEFAULT_TIME }: TestOptions): FileTexts {
  return {
    ...(deletions === undefined ? {} : { deletions: deletionsText(deletions, now) }),
    ...(settings === undefined ? {} : { settings: settingsText(settings) }),
    ...(lock === undefined ? {} : { lock }),
  };
}

function deletionsText(deletions: readonly TestDeletion[] | string, now: Date): string {
  if (typeof deletions === 'string') return deletions;
  const entries = deletions.map((request) => ({
    mode: 'soft',
    reason: 'Requested by a test',
    requestedBy: 'test@example.org',
    requestedAt: now.toISOString(),
    ...request,
  }));
  return JSON.stringify({ version: 1, deletions: entries });
}

function settingsText(settings: TestSettings | string): string {
  return typeof settings === 'string' ? settings : JSON.stringify({ version: 1, ...settings });
}

function policyProblems(
  app: ReprieveApp,
  { settings, deletions }: ProjectFiles,
  { folder = process.cwd(), now = DEFAULT_TIME }: TestOptions,
): readonly Problem[] {
  if (!hasPolicies(settings)) return [];
  const { unusable, stops } = checkPolicies({ app, folder, settings, deletions, now });
  return [...unusable, ...stops];
}

function synthesized(app: ReprieveApp): ReadonlyMap<string, TerraformJson> {
  const entries = app.stacks.map((stack) => {
    const file = join(app.outdir, 'stacks', stack.node.id, 'cdk.tf.json');
    const json: TerraformJson = JSON.parse(readFileSync(file, 'utf8'));
    return [stack.node.id, withUsualState(stack, json)] as const;
  });
  return new Map(entries);
}

/** Beside cdktf.json, as in a user's folder: where the test's own output was is not a result. */
function withUsualState(stack: ReprieveStack, json: TerraformJson): TerraformJson {
  if (stack.localState === undefined) return json;
  const path = `../../../terraform.${stack.node.id}.tfstate`;
  return { ...json, terraform: { ...Object(json['terraform']), backend: { local: { path } } } };
}

function resultOf(
  app: ReprieveApp,
  problems: readonly Problem[],
  stacks: ReadonlyMap<string, TerraformJson>,
): TestResult {
  const names = app.stacks.map((stack) => stack.node.id);
  return {
    problems,
    codes: problems.map(({ code }) => code),
    lock: formatLock(app.lock),
    json: (stack) => {
      const [only, ...more] = names;
      const json = stacks.get(stack ?? (more.length === 0 ? (only ?? '') : ''));
      if (json !== undefined) return json;
      throw new Error(noJson(problems, stack, names));
    },
  };
}

function noJson(
  problems: readonly Problem[],
  stack: string | undefined,
  names: readonly string[],
): string {
  if (problems.length > 0) return problems.map(formatProblem).join('\n\n');
  const known = names.join(', ') || 'none';
  return stack === undefined
    ? `The app has several stacks, or none: name one of ${known}.`
    : `The app has no stack ${stack}. It has: ${known}.`;
}
