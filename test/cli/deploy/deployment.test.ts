import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { cdktfDeploy } from '../../../lib/cli/deploy/deployment.js';

describe('the command that deploys', () => {
  let folder: string;
  const install = (place: string, bin: unknown) => {
    mkdirSync(join(folder, 'node_modules', place), { recursive: true });
    const manifest = join(folder, 'node_modules', place, 'package.json');
    writeFileSync(manifest, JSON.stringify({ name: place, bin }));
  };
  const program = () => cdktfDeploy(folder, 'production', {})[0];
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-deployment-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is the one of cdktf, of cdktn under its name, or of cdktn', () => {
    install('cdktn-cli', { cdktn: 'bin/cdktn' });
    expect(program()).toBe(join(folder, 'node_modules/cdktn-cli/bin/cdktn'));
    install('cdktf-cli', { cdktn: 'bin/cdktn' });
    expect(program()).toBe(join(folder, 'node_modules/cdktf-cli/bin/cdktn'));
    install('cdktf-cli', { cdktf: 'bin/cdktf' });
    expect(program()).toBe(join(folder, 'node_modules/cdktf-cli/bin/cdktf'));
  });

  it('is asked for where none is installed', () => {
    expect(program).toThrow(/cdktf-cli is not installed/);
  });
});
