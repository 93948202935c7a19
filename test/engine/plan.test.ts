import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePlan } from '../../lib/engine/plan.js';
import { ROOT } from '../support/scratch.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands in for the engine, to stop where a real one would only stop by chance. */
function engine(plan: string, show = `echo '{"made":"now"}'`) {
  const program = join(folder, 'engine');
  const script = [
    '#!/bin/sh',
    'for last; do :; done',
    'case "$1" in',
    `  plan) echo "binary" > "\${last#-out=}"; ${plan} ;;`,
    `  show) ${show} ;;`,
    'esac',
  ];
  writeFileSync(program, `${script.join('\n')}\n`);
  chmodSync(program, 0o755);
  return { name: 'Terraform' as const, program, version: '1.11.4' };
}
const options = () => ({ cwd: folder, env: { PATH: process.env['PATH'] } });
const written = () => readdirSync(folder).filter((name) => name !== 'engine');

describe('writing a plan', () => {
  it('leaves both files, for their owner only, and nothing else', async () => {
    await writePlan(engine(':'), join(folder, 'demo.json'), options());
    expect(written()).toEqual(['demo.json', 'demo.tfplan']);
    for (const name of written()) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('leaves out what an engine says before the plan', async () => {
    const show = `printf 'Warning: {x}\\n'; sleep 0.1; printf '\\n{"made":"now"}\\n'`;
    await writePlan(engine(':', show), join(folder, 'demo.json'), options());
    expect(readFileSync(join(folder, 'demo.json'), 'utf8')).toBe('{"made":"now"}\n');
  });

  it.each([
    ['planning', 'exit 1', undefined],
    ['showing', ':', `echo '{"ma'; exit 1`],
  ])('leaves no earlier plan to be reviewed in its place when %s fails', async (_, plan, show) => {
    const file = join(folder, 'demo.json');
    writeFileSync(file, '{"made":"yesterday"}');
    writeFileSync(join(folder, 'demo.tfplan'), 'yesterday');
    await expect(writePlan(engine(plan, show), file, options())).rejects.toThrow('failed');
    expect(written()).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'lets the engine end and cleans up on %s',
    async (signal) => {
      // The engine says when it has begun, and that it was told to end.
      const { program } = engine(
        `trap 'echo released > ${folder}/released; exit 1' INT TERM; echo > ${folder}/begun; while :; do sleep 0.05; done`,
      );
      const call = `import { writePlan } from '${ROOT}/lib/engine/plan.ts';
      await writePlan({ name: 'Terraform', program: '${program}', version: '1' }, '${folder}/demo.json',
        { cwd: '${folder}', env: process.env }).catch((error) => { console.log(error.message); process.exitCode = 3; });`;
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', call],
        { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let said = '';
      child.stdout.on('data', (part: Buffer) => {
        said += part;
      });
      const ended = new Promise((done) => child.on('close', done));
      while (!existsSync(join(folder, 'begun')) && child.exitCode === null) {
        await new Promise((done) => setTimeout(done, 20));
      }
      child.kill(signal);
      expect(await ended).toBe(3);
      expect(said).toContain(`interrupted (${signal})`);
      expect(readFileSync(join(folder, 'released'), 'utf8')).toBe('released\n');
      expect(written().sort()).toEqual(['begun', 'released']);
    },
  );
});
