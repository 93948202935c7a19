import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/scratch.js';
import { inPipe, REPRIEVE } from '../../support/terminal.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-init-long-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('init', () => {
  it('makes an app that npm installs, and that deploys as it stands', () => {
    // Without scripts: others use dist/ at the same time.
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
    const [packed = ''] = readdirSync(folder);
    expect(inPipe([...REPRIEVE, 'init', 'app'], { cwd: folder }).code).toBe(0);
    const cwd = join(folder, 'app');
    execFileSync('npm', ['install', join(folder, packed)], { cwd, stdio: 'ignore' });
    const npx = (...words: string[]) => inPipe(['npx', '--no-install', ...words], { cwd });
    const deployed = npx('cdktf', 'deploy', 'sandbox', '--auto-approve');
    expect(deployed.code, deployed.stdout + deployed.stderr).toBe(0);
    expect(npx('reprieve', 'plan')).toMatchObject({
      code: 0,
      stdout: 'cdktf.out/plans/sandbox.json\n',
    });
    expect(npx('reprieve', 'review', 'cdktf.out/plans/sandbox.json').code).toBe(0);
    expect(npx('tsc')).toMatchObject({ code: 0, stdout: '' });
  });
});
