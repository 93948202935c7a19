import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parse } from 'yaml';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';
import { hasTerminal, inPipe, REPRIEVE, Terminal } from '../support/terminal.js';

const scratch = new Scratch();
const at = (name: string) => `${scratch.folder}/${name}`;

/** In every deployment Terraform makes this anew, and waits for the test to open the gate. */
const GATE = {
  triggers_replace: '$' + '{timestamp()}',
  provisioner: [
    {
      'local-exec': {
        command: [
          `touch ${at('started')}`,
          `while [ -d ${scratch.folder} ] && [ ! -e ${at('open')} ]; do sleep 0.1; done`,
          `rm -f ${at('started')} ${at('open')}`,
        ].join('; '),
      },
    },
  ],
};
const LOCK = '.terraform.sandbox.tfstate.lock.info';
const GOES_ON = /The deployment of 'sandbox' goes on\. What it says is in (\S+)/;
const REASON = ['--reason', 'Moved to the new system'];

describe('waiting for a deployment, with real Terraform', () => {
  const it = story();
  const logs: string[] = [];
  const run = (...args: readonly string[]) =>
    inPipe([...REPRIEVE, ...args], { cwd: scratch.folder });
  const requests = (): readonly unknown[] => parse(scratch.read('deletions.yaml')).deletions;
  const billing = () => {
    const { stdout } = run('project', 'list', '--output', 'json');
    return JSON.parse(stdout)[0];
  };

  /** Until something has come about in the folder. */
  async function until(what: string, isSo: () => boolean): Promise<void> {
    for (let round = 0; round < 1800; round += 1) {
      if (isSo()) return;
      await sleep(100);
    }
    throw new Error(`never ${what}: ${logs.map((log) => readFileSync(log, 'utf8')).at(-1)}`);
  }

  const started = () => until('started', () => scratch.exists('started'));

  /** Reads what was told of the log, and lets the deployment end after whoever waited for it. */
  async function endsLater(told: string): Promise<void> {
    const [, log = ''] = GOES_ON.exec(told) ?? [];
    expect(told).toMatch(GOES_ON);
    logs.push(log);
    await started();
    expect(scratch.exists(LOCK)).toBe(true);
    expect(readFileSync(log, 'utf8')).toContain('terraform_data.gate');
    scratch.write('open', '');
    await until('ended', () => !scratch.exists('started') && !scratch.exists(LOCK));
  }

  beforeAll(() => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    scratch.declare(`
      const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
      new Project(stack, 'billing');
      stack.addOverride('resource.terraform_data.gate', ${JSON.stringify(GATE)});
    `);
    scratch.write('.gitconfig', '[user]\n  email = ann@example.org\n');
    scratch.write('open', '');
    const env = { HOME: scratch.folder };
    const first = inPipe([...REPRIEVE, 'deploy', '--force'], { cwd: scratch.folder, env });
    if (first.code !== 0) throw new Error(first.stderr);
  });
  afterAll(() => {
    scratch.remove();
    for (const log of logs) rmSync(dirname(log), { recursive: true, force: true });
  });

  it('does not wait with --no-wait, and what was asked for comes about', async () => {
    const asked = ['project', 'delete', 'billing', '--force', '--deploy', ...REASON];
    const { code, stdout, stderr } = inPipe([...REPRIEVE, ...asked, '--nw', '-o', 'json'], {
      cwd: scratch.folder,
      env: { HOME: scratch.folder },
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ deployment: 'not waited for', status: null });
    await endsLater(stderr);
    expect(billing()).toMatchObject({ status: 'soft deleted' });
  });

  it('stops waiting after --wait-timeout with exit code 3, and the deployment goes on', async () => {
    const { reclamationId } = billing().deletion;
    const before = scratch.read('deletions.yaml');
    const env = { HOME: scratch.folder };
    const ended = inPipe(
      [...REPRIEVE, 'reclamation', 'delete', '--id', reclamationId, '--force', ...REASON],
      { cwd: scratch.folder, env },
    );
    expect(ended).toMatchObject({ code: 0 });
    expect(requests()).toMatchObject([{ target: 'billing', mode: 'hard', confirm: 'billing' }]);
    scratch.write('deletions.yaml', before);
    const restored = run('reclamation', 'restore', '--id', reclamationId, '--deploy', '--wto', '1');
    expect(restored).toMatchObject({ code: 3 });
    expect(restored.stdout).not.toContain('OK');
    expect(requests()).toEqual([]);
    await endsLater(restored.stderr);
    expect(billing()).toMatchObject({ status: 'active', deletion: null });
  });

  it.runIf(hasTerminal)('leaves the deployment running when Ctrl-C ends the waiting', async () => {
    const terminal = new Terminal([...REPRIEVE, 'deploy', '--force'], { cwd: scratch.folder });
    await started();
    terminal.type('\x03');
    const { code, text } = await terminal.ended();
    expect(code).toBe(130);
    expect(text).toMatch(
      /Still being applied: sandbox\nWhen that has ended, go on: npx reprieve deploy sandbox/,
    );
    await endsLater(text);
    expect(billing()).toMatchObject({ status: 'active' });
  });
});
