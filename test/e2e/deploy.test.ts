import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tofu } from '../support/engines.js';
import { expectGolden, words } from '../support/golden.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';
import { hasTerminal, inPipe, type Piped, REPRIEVE, Terminal } from '../support/terminal.js';

const SECRET = 'a-credential-of-nobody';
const ENV = { TF_VAR_token: SECRET };

/** A hook of the second stack, which a deployment runs until it succeeds. */
const hook = (command: string) => ({
  input: 'hook',
  provisioner: [{ 'local-exec': { command, environment: { TOKEN: '$' + '{var.token}' } } }],
});
const FAILING = 'echo "The hook was refused: token $TOKEN is not known." >&2; exit 3';
/** Succeeds if the credential is there, without naming it. */
const KNOWING = `test "$(printf %s "$TOKEN" | wc -c)" -eq ${SECRET.length}`;
const LINES = Array.from({ length: 60 }, (_, at) => `line ${at} of the reason`);

/** Two stacks, of which the second one refers to the first, and needs a credential. */
function app(more = '', network = ''): string {
  return `
    const network = new ReprieveStack(app, 'network', { target: Target.sandbox() });
    new Project(network, 'shared');
    ${network}
    const web = new ReprieveStack(app, 'web', { target: Target.sandbox() });
    web.addDependency(network);
    new Project(web, 'site');
    web.addOverride('variable.token', { type: 'string', ephemeral: true, sensitive: true });
    ${more}
  `;
}

const withHook = (command: string) =>
  `web.addOverride('resource.terraform_data.hook', ${JSON.stringify(hook(command))});`;

describe('deploying, with real Terraform', () => {
  const it = story();
  const scratch = new Scratch();
  const run = (line: string, env: Readonly<Record<string, string>> = ENV): Piped =>
    inPipe(['sh', '-c', 'exec "$@" 2>&1', 'sh', ...REPRIEVE, ...words(line)], {
      cwd: scratch.folder,
      env,
    });
  const on = (line: string) =>
    new Terminal([...REPRIEVE, ...words(line)], { cwd: scratch.folder, env: ENV });
  /** Runs a command as docs/command-line.md shows it. */
  const golden = (
    name: string,
    line: string,
    code: number,
    env: Readonly<Record<string, string>> = ENV,
  ) => {
    const done = run(line, env);
    expect(done).toMatchObject({ code });
    expectGolden('docs/command-line.md', name, `$ npx reprieve ${line}\n${done.stdout}`);
    expect(done.stdout).not.toContain(SECRET);
    return done.stdout;
  };
  /** The same for what a document has no room for. */
  const kept = (name: string, line: string, printed: string) =>
    expectGolden(
      'test/fixtures/transcripts/deploy.md',
      name,
      `$ npx reprieve ${line}\n${printed.replaceAll(/(\d+[hms])+(?= from now)/g, '<duration>')}`,
    );
  const hasState = (stack: string) => scratch.exists(`terraform.${stack}.tfstate`);

  beforeAll(() => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    scratch.declare(app(withHook(FAILING)));
  });
  afterAll(() => scratch.remove());

  it('refuses without a terminal and without being told to', () => {
    const { code, stdout } = run('deploy network');
    expect({ code, stdout }).toMatchObject({ code: 2 });
    kept('no-terminal', 'deploy network', stdout);
    expect(run('deploy').code).toBe(2);
    expect(hasState('network')).toBe(false);
  });

  it('names what is not set before anything runs', () => {
    golden('deploy-unset', 'deploy web --auto-approve', 2, {});
    // With others, too, and nothing of them is deployed.
    expect(run("deploy '*' --auto-approve".replaceAll("'", '"'), {}).code).toBe(2);
    expect(run('plan', {})).toMatchObject({ code: 2 });
    expect(hasState('network')).toBe(false);
  });

  it.runIf(hasTerminal)('changes nothing after a no, and after Ctrl-C', async () => {
    for (const [keys, code] of [
      ['n\n', 1],
      ['\x03', 130],
    ] as const) {
      const terminal = on('deploy network');
      await terminal.shows('[y/N]>');
      terminal.type(keys);
      const end = await terminal.ended();
      expect(end.code).toBe(code);
      expect(end.text.trimEnd()).toMatch(/Nothing was changed\.$/);
      if (code === 1) kept('no', 'deploy network', end.text);
      expect(hasState('network')).toBe(false);
    }
  });

  it.runIf(hasTerminal)('refuses a plan that was replaced while it asked', async () => {
    const terminal = on('deploy network');
    await terminal.shows('[y/N]>');
    expect(run('plan network').code).toBe(0);
    terminal.type('y\n');
    const { code, text } = await terminal.ended();
    expect(code).toBe(1);
    expect(text).toContain('was replaced after it was reviewed');
    kept('replaced', 'deploy network', text);
    expect(hasState('network')).toBe(false);
  });

  it.runIf(hasTerminal)('shows what a plan comes to, asks, and applies it', async () => {
    const terminal = on('deploy network');
    await terminal.shows('[y/N]>');
    terminal.type('y\n');
    const { code, text } = await terminal.ended();
    expect(code).toBe(0);
    expectGolden('docs/command-line.md', 'deploy-asked', `$ npx reprieve deploy network\n${text}`);
    expect(hasState('network')).toBe(true);
  });

  it('applies the stacks in their order, and says what stands where one fails', () => {
    scratch.declare(app(withHook(FAILING), `network.addOverride('output.zone', { value: 'eu' });`));
    const said = golden('deploy-failed', 'deploy web network --auto-approve', 3);
    expect(said).toContain('token <TF_VAR_token> is not known');
    expect(said.indexOf("Applying stack 'network'")).toBeLessThan(
      said.indexOf("Planning stack 'web'"),
    );
  });

  it('repeats an error whole, however long it is', () => {
    scratch.declare(app(withHook(`printf '${LINES.join('\\n')}\\n' >&2; exit 3`)));
    const { code, stdout } = run('deploy web --auto-approve');
    expect(code).toBe(3);
    for (const line of LINES) expect(stdout).toContain(line);
  });

  it('goes on, with the ephemeral variable given again at the apply', () => {
    scratch.declare(app(withHook(KNOWING)));
    const { code, stdout } = run('deploy web --auto-approve');
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(scratch.filesHolding(SECRET)).toEqual([]);
  });

  it('applies nothing where nothing is to change', () => {
    const before = scratch.read('terraform.web.tfstate');
    golden('deploy-nothing', 'deploy web --auto-approve', 0);
    expect(scratch.read('terraform.web.tfstate')).toBe(before);
  });

  it('tells a move, and carries it out', () => {
    const at = (name: string) =>
      `web.addOverride('resource.terraform_data.${name}', { input: 1 });`;
    const hooked = withHook(KNOWING);
    scratch.declare(app(hooked + at('old')));
    expect(run('deploy web --auto-approve').code).toBe(0);
    const moved = [{ from: 'terraform_data.old', to: 'terraform_data.moved' }];
    scratch.declare(
      app(`${hooked}${at('moved')} web.addOverride('moved', ${JSON.stringify(moved)});`),
    );
    const { code, stdout } = run('deploy web --auto-approve');
    expect({ code, stdout }).toMatchObject({ code: 0 });
    kept('move', 'deploy web --auto-approve', stdout);
    expect(run('deploy web --auto-approve').stdout).toContain('nothing to change');
  });

  it.runIf(hasTerminal)('applies no plan of a state that another one has changed', async () => {
    scratch.declare(app(`web.addOverride('resource.terraform_data.late', { input: 1 });`));
    const terminal = on('deploy web');
    await terminal.shows('[y/N]>');
    expect(scratch.with(ENV).apply('web')).toMatchObject({ code: 0 });
    terminal.type('y\n');
    const { code, text } = await terminal.ended();
    expect(code).toBe(3);
    expect(text).toContain('Error: Saved plan is stale');
    kept('stale', 'deploy web', text);
    expect(text.trimEnd()).toMatch(/Nothing was changed\.$/);
  });

  it('says who holds the lock, and changes nothing', async () => {
    scratch.declare(app(`web.addOverride('resource.terraform_data.late', { input: 2 });`));
    expect(scratch.synth().code).toBe(0);
    const release = await scratch.with(ENV).heldApply('web');
    try {
      const { code, stdout } = run('deploy web --auto-approve');
      expect({ code, stdout }).toMatchObject({ code: 3 });
      expect(stdout).toContain('The state is locked by');
      expect(stdout).toContain('force-unlock');
      expect(stdout).not.toContain('Applied in part');
    } finally {
      await release('no');
    }
  });

  it('shows a deletion with its deadline, and who asked for it', () => {
    scratch.requestDeletions({ stack: 'web', target: 'site' });
    golden('deploy-delete', 'deploy web --auto-approve', 0);
    expect(run('deploy web --auto-approve').stdout).toContain('soft-deleted, recoverable until');
  });

  it('applies nothing that the gate stops', () => {
    // The clock in the state is not all that says until when it can be restored.
    scratch.turnBackClocks(2, 'web');
    const before = scratch.read('terraform.web.tfstate');
    const { code, stdout } = run('deploy web --auto-approve');
    expect({ code, stdout }).toMatchObject({ code: 1 });
    kept('blocked', 'deploy web --auto-approve', stdout);
    expect(stdout).not.toContain('Applying');
    expect(scratch.read('terraform.web.tfstate')).toBe(before);
  });
});

describe.skipIf(tofu() === undefined)('deploying, with real OpenTofu', () => {
  const scratch = new Scratch();
  const env = { ...ENV, TERRAFORM_BINARY_NAME: tofu() ?? '' };
  const deploy = (names: string) =>
    inPipe([...REPRIEVE, ...words(`deploy ${names} --auto-approve`)], { cwd: scratch.folder, env });
  beforeAll(() => scratch.write('reprieve.yaml', LONG_PERIOD));
  afterAll(() => scratch.remove());

  it('applies what it planned, and repeats its whole error without the credential', () => {
    scratch.declare(app(withHook(FAILING)));
    const failed = deploy('*');
    expect(failed).toMatchObject({ code: 3, stdout: '' });
    expect(failed.stderr).toContain('error: OpenTofu apply failed (exit code 1):');
    expect(failed.stderr).toContain('The hook was refused: token <TF_VAR_token> is not known.');
    expect(failed.stderr).toMatch(/Applied: network\nApplied in part .*: web\nTo go on: .* web\n$/);
    scratch.declare(app(withHook(KNOWING)));
    expect(deploy('*')).toMatchObject({ code: 0, stdout: 'OK\n' });
    const again = deploy('web');
    expect(again).toMatchObject({ code: 0, stdout: 'OK\n' });
    expect(again.stderr).toContain('Stack `web`: nothing to change.');
  });
});
