import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ROOT } from '../built.js';
import { type Job, needsOf, readAction, type Step, type Workflow } from './workflow.js';

/** What GitHub would know of a run. */
export interface RunnerOptions {
  /** The folders that stand for commits, by what `ref` says; '' is the event's own commit. */
  readonly commits: Readonly<Record<string, string>>;
  /** Values of `${{ … }}` by their paths, such as `github.sha`. */
  readonly values: Readonly<Record<string, string>>;
  readonly event: unknown;
  readonly api: string;
  /** Variables of the environments that jobs name: their credentials. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Called after each job, with the machine that it ran on. */
  readonly after?: (job: string, workspace: string) => void;
}

export interface JobRun {
  readonly result: 'success' | 'failure' | 'skipped';
  /** What all its steps printed. */
  readonly output: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** An artifact: files by their paths in it. */
type Artifact = ReadonlyMap<string, Buffer>;

/**
 * Runs a workflow's jobs on this machine, in order: every step's own script by a real bash, with the
 * environment that its job has and no other. Each job has a folder of its own, as it has a machine of
 * its own at GitHub. Stubs, since they belong to GitHub or need a network: checkout, the artifacts and the
 * set-up actions, and `npm`, which puts the built package where `npm ci` would.
 */
export class WorkflowRunner {
  readonly root = mkdtempSync(join(tmpdir(), 'reprieve-workflow-'));
  /** Artifacts by the run that they are of: '' is this one's. */
  readonly artifacts = new Map<string, Map<string, Artifact>>();
  readonly jobs = new Map<string, JobRun>();

  constructor(private readonly options: RunnerOptions) {
    const stub = join(this.root, 'stubs/npm');
    mkdirSync(dirname(stub));
    writeFileSync(stub, NPM);
    chmodSync(stub, 0o755);
  }

  async run(workflow: Workflow): Promise<ReadonlyMap<string, JobRun>> {
    this.artifacts.set('', new Map());
    this.jobs.clear();
    for (const [name, job] of Object.entries(workflow.jobs)) {
      const failed = needsOf(job).some((each) => this.jobs.get(each)?.result !== 'success');
      const isRun = !failed || String(job.if).includes('!cancelled()');
      const skipped = { result: 'skipped', output: '', outputs: {} } as const;
      this.jobs.set(name, isRun ? await this.runJob(name, job) : skipped);
    }
    return this.jobs;
  }

  /** The artifacts of the run, as those of another one, by its id. */
  handOver(run: string): ReadonlyMap<string, Artifact> {
    const made = this.artifacts.get('') ?? new Map();
    this.artifacts.set(run, made);
    return made;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private async runJob(name: string, job: Job): Promise<JobRun> {
    const machine = new Machine(mkdtempSync(join(this.root, `${name}-`)), name, job, this);
    let result: JobRun['result'] = 'success';
    for (const step of job.steps) {
      const goesOn = result === 'success' || String(step.if).includes('!cancelled()');
      if (goesOn && (await machine.step(step)) !== 0) result = 'failure';
    }
    this.options.after?.(name, machine.workspace);
    const outputs = Object.entries(job.outputs ?? {}).map(([key, value]) => {
      return [key, result === 'success' ? machine.filled(value) : ''];
    });
    return { result, output: machine.output, outputs: Object.fromEntries(outputs) };
  }

  /** @internal */
  get known(): RunnerOptions {
    return this.options;
  }
}

class Machine {
  readonly workspace: string;
  output = '';
  private readonly values = new Map<string, string>();

  constructor(
    private readonly folder: string,
    name: string,
    private readonly job: Job,
    private readonly runner: WorkflowRunner,
  ) {
    for (const each of ['workspace', 'temp', 'home']) mkdirSync(join(folder, each));
    this.workspace = join(folder, 'workspace');
    writeFileSync(join(folder, 'event'), JSON.stringify(runner.known.event));
    for (const [path, value] of Object.entries(runner.known.values)) this.values.set(path, value);
    this.values.set('runner.temp', join(folder, 'temp'));
    for (const [id, { result, outputs }] of runner.jobs) {
      if (!needsOf(job).includes(id)) continue;
      this.values.set(`needs.${id}.result`, result);
      for (const [key, value] of Object.entries(outputs)) {
        this.values.set(`needs.${id}.outputs.${key}`, value);
      }
    }
    this.output = `# ${name}\n`;
  }

  /** A text with its expressions filled in; one that isn't known fails the test. */
  filled(text: string, more: Readonly<Record<string, string>> = {}): string {
    return text.replaceAll(/\$\{\{\s*([^}]+?)\s*\}\}/g, (_, path: string) => {
      const value = more[path] ?? this.values.get(path);
      if (value === undefined) throw new Error(`no value for ${path}`);
      return value;
    });
  }

  async step(step: Step, inputs: Readonly<Record<string, string>> = {}): Promise<number> {
    if (step.run !== undefined) return this.script(step, inputs, {});
    const entries = Object.entries(step.with ?? {}).map(([key, value]) => {
      return [key, this.filled(String(value))] as const;
    });
    const options = Object.fromEntries(entries);
    const action = (step.uses ?? '').split('@')[0] ?? '';
    switch (action) {
      case 'actions/checkout':
        return this.checkout(options);
      case 'actions/upload-artifact':
        return this.upload(options);
      case 'actions/download-artifact':
        return this.download(options);
      case 'actions/setup-node':
      case 'hashicorp/setup-terraform':
        return 0;
      default:
        return this.composite(action, options);
    }
  }

  /** Stub: copies the folder that stands for the commit. */
  private checkout({ ref = '', path = '.' }: Readonly<Record<string, string>>): number {
    const commit = this.runner.known.commits[ref];
    if (commit === undefined) throw new Error(`no commit ${ref}`);
    cpSync(commit, join(this.workspace, path), { recursive: true, verbatimSymlinks: true });
    return 0;
  }

  /** Stub: keeps the files, by their paths below the first wildcard. */
  private upload({ name = '', path = '' }: Readonly<Record<string, string>>): number {
    const patterns = path.split('\n').filter((line) => line !== '');
    const folders = patterns.map((each) => dirname(each.split('*')[0]?.concat('x') ?? each));
    const common = folders.reduce(commonFolder);
    const files = patterns.flatMap((each) => matching(this.workspace, each));
    if (files.length === 0) return 1;
    const kept = files.map(
      (file) =>
        [
          file.slice(common === '.' ? 0 : common.length + 1),
          readFileSync(join(this.workspace, file)),
        ] as const,
    );
    this.runner.artifacts.get('')?.set(name, new Map(kept));
    return 0;
  }

  /** Stub: writes the files of an artifact. */
  private download(options: Readonly<Record<string, string>>): number {
    const { name = '', path = '' } = options;
    const artifact = this.runner.artifacts.get(options['run-id'] ?? '')?.get(name);
    if (artifact === undefined) return 1;
    const folder = resolve(this.workspace, path);
    if (existsSync(folder) && readdirSync(folder).length > 0)
      throw new Error(`${path} isn't empty`);
    for (const [file, bytes] of artifact) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), bytes);
    }
    return 0;
  }

  /** An action of the workspace: its own steps, really run. */
  private async composite(path: string, given: Readonly<Record<string, string>>): Promise<number> {
    const folder = join(this.workspace, path);
    const { inputs, runs } = readAction(join(folder, 'action.yml'));
    const all = Object.keys(inputs).map((key) => {
      return [`inputs.${key}`, given[key] ?? this.filled(inputs[key]?.default ?? '')];
    });
    for (const step of runs.steps) {
      const code = await this.script(step, Object.fromEntries(all), { GITHUB_ACTION_PATH: folder });
      if (code !== 0) return code;
    }
    return 0;
  }

  private async script(
    step: Step,
    inputs: Readonly<Record<string, string>>,
    more: Readonly<Record<string, string>>,
  ): Promise<number> {
    const outputs = join(this.folder, 'outputs');
    writeFileSync(outputs, '');
    const own = Object.entries(step.env ?? {}).map(([key, value]) => [
      key,
      this.filled(value, inputs),
    ]);
    const { environments, api } = this.runner.known;
    const env = {
      PATH: `${join(this.runner.root, 'stubs')}:${process.env['PATH']}`,
      HOME: join(this.folder, 'home'),
      REPRIEVE_TEST_ROOT: ROOT,
      CHECKPOINT_DISABLE: '1',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: this.values.get('github.event_name') ?? '',
      GITHUB_REF: this.values.get('github.ref') ?? '',
      GITHUB_SHA: this.values.get('github.sha') ?? '',
      GITHUB_API_URL: api,
      GITHUB_REPOSITORY: this.values.get('github.repository') ?? '',
      GITHUB_EVENT_PATH: join(this.folder, 'event'),
      GITHUB_OUTPUT: outputs,
      GITHUB_STEP_SUMMARY: join(this.folder, 'summary'),
      RUNNER_TEMP: join(this.folder, 'temp'),
      REPRIEVE_RETRY_DELAY: '1',
      ...environments[this.job.environment ?? ''],
      ...Object.fromEntries(own),
      ...more,
    };
    const folder = this.filled(step['working-directory'] ?? '.', inputs);
    const cwd = resolve(this.workspace, folder);
    // As GitHub runs `shell: bash`.
    const args = ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run ?? ''];
    const child = spawn('bash', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (part) => (this.output += part));
    child.stderr.on('data', (part) => (this.output += part));
    const code = await new Promise<number>((done) => child.on('close', (it) => done(it ?? -1)));
    for (const [key, value] of outputsIn(readFileSync(outputs, 'utf8'))) {
      this.values.set(`steps.${step.id}.outputs.${key}`, value);
    }
    return code;
  }
}

/** `key=value`, or `key<<END` with lines up to END. */
function outputsIn(text: string): readonly (readonly [string, string])[] {
  const pattern = /^([\w-]+)(?:=(.*)|<<(\S+)\n([\s\S]*?)\n?^\3)$/gm;
  return [...text.matchAll(pattern)].map(([, key = '', line, , block]) => [
    key,
    line ?? block ?? '',
  ]);
}

/** The files that a pattern with `*` names, as paths below the folder. */
function matching(folder: string, pattern: string): readonly string[] {
  const expand = (paths: readonly string[], part: string) =>
    paths.flatMap((path) => {
      if (!part.includes('*')) return [join(path, part)];
      if (!existsSync(join(folder, path))) return [];
      const names = readdirSync(join(folder, path));
      const [before = '', after = ''] = part.split('*');
      return names
        .filter((name) => name.startsWith(before) && name.endsWith(after))
        .map((name) => join(path, name));
    });
  return pattern
    .split('/')
    .reduce(expand, ['.'])
    .filter((path) => existsSync(join(folder, path)));
}

function commonFolder(one: string, other: string): string {
  const [a, b] = [one.split('/'), other.split('/')];
  const end = a.findIndex((part, at) => part !== b[at]);
  return (end === -1 ? a : a.slice(0, end)).join('/') || '.';
}

/** A copy of the package, so that a test's app can overwrite it; the rest is this repository's. */
const NPM = `#!/bin/sh
echo "npm is a stub here: $*"
[ "$1" = ci ] || exit 1
mkdir node_modules && ln -s "$REPRIEVE_TEST_ROOT"/node_modules/* "$REPRIEVE_TEST_ROOT"/node_modules/.bin node_modules/
mkdir node_modules/reprieve
for each in bin dist action.yml package.json policies; do
  cp -R "$REPRIEVE_TEST_ROOT/$each" node_modules/reprieve/
done
case "$*" in *--ignore-scripts*) ;; *) if [ -f postinstall.sh ]; then sh postinstall.sh; fi ;; esac
`;
