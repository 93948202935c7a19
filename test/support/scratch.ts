import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { built, ROOT } from './built.js';
import { killAt, killOnce, type Moment } from './kill.js';

export { ROOT } from './built.js';

/** An app in one of its languages. */
interface Language {
  readonly main: string;
  /** Where the library is imported from. */
  readonly library: string;
  /** The same for the admission policies. */
  readonly admission: string;
  /** What cdktf runs. */
  readonly app: string;
}

const LANGUAGES = {
  /** As in this repository's cdktf.json, from anywhere. */
  TypeScript: {
    main: 'main.ts',
    library: `${ROOT}/lib/index.js`,
    admission: `${ROOT}/lib/exports/admission.js`,
    app: `node --import tsx --import ${ROOT}/lib/app/register.ts main.ts`,
  },
  /** On what is published, in half the time: nothing is compiled. */
  JavaScript: {
    main: 'main.js',
    library: `${ROOT}/dist/index.js`,
    admission: `${ROOT}/dist/exports/admission.js`,
    app: `node --import ${ROOT}/dist/app/register.js main.js`,
  },
  /** On the package as npm has installed it, in a `node_modules` of the test's own. */
  Package: {
    main: 'main.js',
    library: 'reprieve',
    admission: 'reprieve/admission',
    app: 'node --import reprieve/register main.js',
  },
} as const satisfies Record<string, Language>;

/** What a command did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** Both streams, without colours. */
  readonly output: string;
  /** The same in one line, since Terraform wraps its messages. */
  readonly flat: string;
}

/** What a deployment did, told from the state before and after it. */
export interface Deployed extends Outcome {
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
}

/** An entry of the stack's `reclamations` output. */
export interface ShownReclamation {
  readonly target: string;
  readonly status: string;
  readonly deletedAt: string;
  readonly reclaimAfter: string;
  readonly members: readonly string[];
  readonly images: readonly string[];
}

/** A resource as `terraform show -json` prints it. */
export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A local state, as far as it is read here. */
export interface StateFile {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      /** Where the resource has a count. */
      readonly index_key?: number;
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

/** Settings with a period that does not end while a test runs. */
export const LONG_PERIOD = settings('1h', '10m');

/**
 * Settings with a period short enough to wait for. A plan that the machine keeps waiting for half a
 * minute is still applied.
 */
export const SHORT_PERIOD = settings('81s', '40s');

/** How long to wait after a deployment until the short period is certainly over. */
export const SHORT_SECONDS = 82;

function settings(period: string, planMaxAge: string): string {
  return [
    'version: 1',
    `reclamation: { period: ${period}, floor: 1s, planMaxAge: ${planMaxAge} }`,
    'approvers: [{ id: bob@example.org }]',
    '',
  ].join('\n');
}

/**
 * A user's folder: real cdktf, real Terraform, and nothing of this repository but the library.
 * Its app is JavaScript, unless a test is about what only TypeScript has, or about all that a user
 * does.
 */
export class Scratch {
  readonly folder: string;
  private readonly language: Language;

  constructor(
    private readonly env: Readonly<Record<string, string>> = {},
    folder?: string,
    private readonly languageName: keyof typeof LANGUAGES = 'JavaScript',
    modules: string = join(ROOT, 'node_modules'),
  ) {
    this.language = LANGUAGES[languageName];
    this.folder = folder ?? realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-')));
    if (folder === undefined) this.fill(modules);
  }

  /** A folder whose app is a main.ts. */
  static inTypeScript(env: Readonly<Record<string, string>> = {}, folder?: string): Scratch {
    return new Scratch(env, folder, 'TypeScript');
  }

  /** The same folder under another environment. */
  with(env: Readonly<Record<string, string>>): Scratch {
    return new Scratch({ ...this.env, ...env }, this.folder, this.languageName);
  }

  /** The name of the app's file. */
  get main(): string {
    return this.language.main;
  }

  private fill(modules: string): void {
    // The command is the built one in any case, and the library mostly.
    built('dist');
    this.install(modules);
    this.write('package.json', '{ "type": "module" }\n');
    this.write(
      'cdktf.json',
      JSON.stringify({
        language: 'typescript',
        app: this.language.app,
        projectId: 'scratch',
        sendCrashReports: 'false',
      }),
    );
  }

  /** Has the app run on the packages of another folder. */
  install(modules: string): void {
    rmSync(join(this.folder, 'node_modules'), { force: true });
    symlinkSync(modules, join(this.folder, 'node_modules'));
  }

  /** Writes the app: `body` fills it, with everything of the library in scope. */
  declare(body: string): void {
    const names = [
      'ConfigMap, Credential, Cpu, Duration, JobTemplate, NetworkPeer, Project, RegistrySecret',
      'ReprieveStack, Secret, Size, synthesize, Target',
    ].join(', ');
    const { library, admission } = this.language;
    const more = body.includes('AdmissionPolicies')
      ? `import { AdmissionPolicies } from '${admission}'; `
      : '';
    this.write(
      this.main,
      `import { S3Backend, TerraformBackend } from 'cdktf'; ${more}import { ${names} } from '${library}';\nawait synthesize((app) => {\n${body}\n});\n`,
    );
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  removeFile(name: string): void {
    rmSync(join(this.folder, name));
  }

  removeIfThere(name: string): void {
    rmSync(join(this.folder, name), { force: true });
  }

  exists(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  /** deletions.yaml with these requests; each only has to say what matters to the test. */
  requestDeletions(...requests: readonly Readonly<Record<string, unknown>>[]): void {
    const deletions = requests.map((request) => ({
      mode: 'soft',
      reason: 'No longer needed by anyone',
      requestedBy: 'ann@example.org',
      requestedAt: '2026-01-01T00:00:00Z',
      ...request,
    }));
    this.write('deletions.yaml', JSON.stringify({ version: 1, deletions }, null, 2));
  }

  /** `cdktf deploy STACK --auto-approve`. */
  deploy(stack = 'sandbox', ...more: readonly string[]): Deployed {
    return this.effectOf(stack, () => this.cdktf('deploy', stack, '--auto-approve', ...more));
  }

  /** What `cdktf deploy` does, by Terraform alone: cdktf adds nothing but two thirds of the time. */
  settle(stack = 'sandbox', ...more: readonly string[]): Deployed {
    return this.effectOf(stack, () => {
      const synthesized = this.synth();
      if (synthesized.code !== 0) return synthesized;
      if (!this.exists(`cdktf.out/stacks/${stack}/.terraform`)) this.init(stack);
      return this.apply(stack, ...more);
    });
  }

  init(stack = 'sandbox'): Outcome {
    return this.terraform(stack, 'init', '-input=false');
  }

  /** Applies what was synthesized. */
  apply(stack = 'sandbox', ...more: readonly string[]): Outcome {
    return this.terraform(stack, 'apply', '-auto-approve', '-input=false', '-no-color', ...more);
  }

  plan(stack = 'sandbox', ...more: readonly string[]): Outcome {
    return this.terraform(stack, 'plan', '-input=false', ...more);
  }

  /** Read from the state: under load cdktf can lose the end of what Terraform prints. */
  private effectOf(stack: string, deploy: () => Outcome): Deployed {
    const before = this.byId(stack);
    const outcome = deploy();
    const after = this.byId(stack);
    const kept = [...after].filter(([id]) => before.has(id));
    return {
      ...outcome,
      added: after.size - kept.length,
      changed: kept.filter(([id, values]) => before.get(id) !== values).length,
      destroyed: before.size - kept.length,
    };
  }

  synth(env: Readonly<Record<string, string>> = {}): Outcome {
    return this.run(process.execPath, this.language.app.split(' ').slice(1), env);
  }

  cdktf(...args: readonly string[]): Outcome {
    return this.run(process.execPath, [cdktf(), ...args]);
  }

  reprieve(...args: readonly string[]): Outcome {
    return this.run(process.execPath, [join(ROOT, 'bin/reprieve.js'), ...args]);
  }

  /** Starts the command without waiting for it. */
  startReprieve(...args: readonly string[]) {
    const command = [join(ROOT, 'bin/reprieve.js'), ...args];
    const options = { cwd: this.folder, env: this.environment({}), stdio: 'ignore' } as const;
    return spawn(process.execPath, command, options);
  }

  /** Runs the command, and kills it with all that it has started once something is so. */
  killReprieve(isSo: () => boolean, ...args: readonly string[]): Promise<void> {
    const command = [join(ROOT, 'bin/reprieve.js'), ...args];
    const killing = { program: process.execPath, args: command, cwd: this.folder };
    return killOnce(isSo, { ...killing, env: this.environment({}) });
  }

  /** Runs Terraform in a stack's folder. */
  terraform(stack: string, ...args: readonly string[]): Outcome {
    return this.run(this.program, args, {}, join(this.folder, 'cdktf.out/stacks', stack));
  }

  /** Starts Terraform in a process group of its own, without waiting for it. */
  startTerraform(stack: string, ...args: readonly string[]) {
    return spawn(this.program, args, {
      cwd: join(this.folder, 'cdktf.out/stacks', stack),
      env: this.environment({}),
      detached: true,
      stdio: 'ignore',
    });
  }

  /** Starts an apply that waits for its approval, holding the lock, until it gets an answer. */
  async heldApply(stack: string): Promise<(answer: string) => Promise<number | null>> {
    const child = spawn(this.program, ['apply', '-no-color'], {
      cwd: join(this.folder, 'cdktf.out/stacks', stack),
      env: this.environment({}),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((done) => child.on('close', done));
    let said = '';
    const asked = new Promise<void>((done) =>
      child.stdout.on('data', (part: Buffer) => {
        said += part;
        if (said.includes('Enter a value:')) done();
      }),
    );
    await Promise.race([asked, ended]);
    return (answer) => {
      child.stdin.end(`${answer}\n`);
      return ended;
    };
  }

  /** Runs Terraform in a stack's folder and kills it; tells whether it was still running. */
  killTerraform(moment: Moment, stack: string, ...args: readonly string[]): Promise<boolean> {
    return killAt(moment, {
      program: this.program,
      args,
      cwd: join(this.folder, 'cdktf.out/stacks', stack),
      env: this.environment({}),
    });
  }

  /**
   * Does what the app says when Terraform was killed while it wrote its state, and tells whether
   * that was so. Fails if the app does not notice.
   */
  mendState(stack = 'sandbox'): boolean {
    const state = join(this.folder, `terraform.${stack}.tfstate`);
    const text = readFileSync(state, 'utf8');
    try {
      JSON.parse(text);
      return false;
    } catch {
      const told = this.synth().output;
      if (told.includes(`cp terraform.${stack}.tfstate.backup`)) {
        copyFileSync(`${state}.backup`, state);
      } else if (told.includes(`remove terraform.${stack}.tfstate`)) {
        rmSync(state);
      } else {
        throw new Error(told);
      }
      return true;
    }
  }

  /**
   * Lets running deletions look, by the local state, as if they had begun so much earlier. For what
   * comes after a period, where that it is really waited for is not the point.
   */
  turnBackClocks(hours: number, stack = 'sandbox'): void {
    const file = `terraform.${stack}.tfstate`;
    const turned = this.read(file).replaceAll(/("deleted_at": ")(20[^"]+)/g, (_, key, at) => {
      const earlier = new Date(Date.parse(at) - hours * 3_600_000);
      return `${key}${earlier.toISOString().replace(/\.\d+/, '')}`;
    });
    this.write(file, turned);
  }

  /**
   * The same with the deadlines that the objects carry: as if the time had passed, for who asks the gate,
   * which believes no clock that its objects contradict.
   */
  letTimePass(hours: number, stack = 'sandbox'): void {
    this.turnBackClocks(hours, stack);
    this.turnBackDeadlines(hours, stack);
  }

  /** Makes the deadlines of the objects in the state earlier. */
  turnBackDeadlines(hours: number, stack = 'sandbox'): void {
    const file = `terraform.${stack}.tfstate`;
    const turned = this.read(file).replaceAll(
      /("reprieve\.dev\/reclaim-after": ")(20[^"]+)/g,
      (_, key, at) => {
        const earlier = new Date(Date.parse(at) - hours * 3_600_000);
        return `${key}${earlier.toISOString().replace(/\.\d+/, '')}`;
      },
    );
    this.write(file, turned);
  }

  /** Everything in the stack's state. */
  state(stack = 'sandbox'): readonly StateResource[] {
    const shown = this.terraform(stack, 'show', '-json');
    const json: { values?: { root_module?: { resources?: readonly StateResource[] } } } =
      JSON.parse(shown.stdout);
    return json.values?.root_module?.resources ?? [];
  }

  /** The stack's `reclamations` output. */
  reclamations(stack = 'sandbox'): readonly ShownReclamation[] {
    return JSON.parse(this.terraform(stack, 'output', '-json', 'reclamations').stdout);
  }

  /** How many objects a guard counts as a project's. */
  members(stack: string, project: string): number {
    const inputs = this.state(stack).map(({ values }) => Object(values['input']));
    const guard = inputs.find(({ kind, target }) => kind === 'Guard' && target === project);
    return guard?.members.length ?? 0;
  }

  /**
   * Objects by type and id: an address changes when a count comes or goes. From the file, since
   * Terraform would start the provider to show it.
   */
  private byId(stack: string): ReadonlyMap<string, string> {
    const file = `terraform.${stack}.tfstate`;
    if (!this.exists(file)) return new Map();
    const { resources }: StateFile = JSON.parse(this.read(file));
    return new Map(
      resources.flatMap(({ type, instances }) =>
        instances.map(({ attributes }) => [
          `${type} ${attributes['id']}`,
          JSON.stringify(attributes),
        ]),
      ),
    );
  }

  /** The ids in state by address without an index. */
  ids(stack = 'sandbox'): Readonly<Record<string, unknown>> {
    const entries = this.state(stack).map(
      (it) => [it.address.replace(/\[0\]$/, ''), it.values['id']] as const,
    );
    return Object.fromEntries(entries);
  }

  /** The paths of all files that hold a text. */
  filesHolding(text: string, folder = this.folder): readonly string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) return [];
      if (entry.isDirectory()) return this.filesHolding(text, path);
      return statSync(path).isFile() && readFileSync(path).includes(text) ? [path] : [];
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get program(): string {
    return this.env['TERRAFORM_BINARY_NAME'] ?? 'terraform';
  }

  private run(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    cwd = this.folder,
  ): Outcome {
    const done = spawnSync(program, args, {
      cwd,
      env: this.environment(env),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      timeout: 240_000,
    });
    const output = plain(done);
    const flat = output.replaceAll(/[\s│]+/g, ' ');
    return { code: done.status ?? -1, stdout: done.stdout ?? '', output, flat };
  }

  private environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const { CI: _ci, TF_CLI_CONFIG_FILE: _config, ...rest } = process.env;
    return {
      ...rest,
      CHECKPOINT_DISABLE: '1',
      FORCE_COLOR: '0',
      NO_COLOR: '1',
      ...this.env,
      ...env,
    };
  }
}

function cdktf(): string {
  return join(ROOT, 'node_modules/cdktf-cli/bundle/bin/cdktf');
}

function plain(done: SpawnSyncReturns<string>): string {
  const text = `${done.stdout ?? ''}${done.stderr ?? ''}${done.error?.message ?? ''}`;
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g'), '');
}

/** Waits, for the reclamation clock is real. */
export function seconds(count: number): Promise<void> {
  return new Promise((done) => setTimeout(done, count * 1000));
}
