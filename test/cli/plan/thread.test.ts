import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, openSync, statSync, truncateSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterResource } from '../../../bench/policy/plan.js';
import { writePlan } from '../../../bench/support/plan.js';
import { ROOT, Scratch } from '../../support/scratch.js';

describe.skipIf(availableParallelism() === 1)('a plan that is read by a thread of its own', () => {
  const scratch = new Scratch();
  const plan = join(scratch.folder, 'large.json');

  beforeAll(() => {
    cpSync(join(ROOT, 'policies'), join(scratch.folder, 'policies'), { recursive: true });
    scratch.write('reprieve.yaml', 'version: 1\npolicies: { paths: [policies] }\n');
    writePlan(plan, { resources: 3000, deleted: 40, resource: clusterResource });
    expect(statSync(plan).size).toBeGreaterThan(8 * 2 ** 20);
  });
  afterAll(() => scratch.remove());

  /** From a pipe, a plan is read in the main thread. */
  const piped = (...args: readonly string[]) => {
    const input = openSync(plan, 'r');
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(ROOT, 'bin/reprieve.js'), ...args],
      { cwd: scratch.folder, encoding: 'utf8', stdio: [input, 'pipe', 'pipe'] },
    );
    closeSync(input);
    return { code: status, stdout };
  };
  const options = ['--stack', 'large', '--format', 'json', '--now', '2026-01-01T00:05:00Z'];

  it.each([['validate'], ['review', '--policy']])('has the same said of it: %s', (...command) => {
    const { code, stdout } = scratch.reprieve(...command, plan, ...options);
    expect(JSON.parse(stdout).findings.length).toBeGreaterThan(50);
    expect({ code, stdout }).toEqual(piped(...command, '-', ...options));
  });

  it('loses nothing that was found before anybody asked', () => {
    const script = `
      const { PlanThread } = await import('${ROOT}/dist/cli/plan/thread.js');
      PlanThread.readAhead('.', ['${plan}']);
      await new Promise((done) => setTimeout(done, 1500));
      let count = 0;
      const { value } = await PlanThread.for('${plan}').read(() => { count += 1; });
      console.log(count, value.counts.delete);
    `;
    const args = ['--input-type=module', '-e', script];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout).toBe('3000 40\n');
  });

  it('is refused where it breaks off, and nothing waits for the rest', () => {
    const broken = join(scratch.folder, 'broken.json');
    cpSync(plan, broken);
    truncateSync(broken, statSync(broken).size - 1000);
    const { code, output } = scratch.reprieve('validate', broken, ...options);
    expect(code).toBe(2);
    expect(output).toContain('in the middle');
  });

  it('keeps nobody waiting who asks for something else', () => {
    const { code, output } = scratch.reprieve('validate', plan, '--format', 'no-such-format');
    expect(code).toBe(2);
    expect(output).toContain('no-such-format');
  });
});
