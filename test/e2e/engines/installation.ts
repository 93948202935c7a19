import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { built, ROOT } from '../../support/built.js';

/** What npm made of a user's package.json. */
interface Installation {
  /** The folder with the packages. */
  readonly modules: string;
  /** Why it did not work. */
  readonly problem?: string;
}

const folders = new Map<string, Installation>();

/**
 * This package as npm installs it beside a framework: `cdktf` in a version, or `cdktn` under cdktf's
 * name. Done once for each.
 */
export function installed(framework: string): Installation {
  const known = folders.get(framework) ?? install(framework);
  folders.set(framework, known);
  return known;
}

/** Removes what was installed. */
export function removeInstalled(): void {
  for (const { modules } of folders.values()) {
    rmSync(join(modules, '..'), { recursive: true, force: true });
  }
  folders.clear();
}

/** A user's package.json; docs/where-it-runs.md has the one for cdktn. */
export function packageJson(framework: string, reprieve: string): Record<string, unknown> {
  const [name, version] = framework.split(' ');
  const shared = { reprieve, '@cdktf/provider-kubernetes': '12.1.1' };
  if (name === 'cdktf') {
    return { type: 'module', dependencies: { ...shared, cdktf: version, constructs: '^10.4.2' } };
  }
  return {
    type: 'module',
    dependencies: { ...shared, cdktf: `npm:${name}@${version}`, constructs: '~10.7.0' },
    overrides: { '@cdktf/provider-kubernetes': { cdktf: '$cdktf' } },
  };
}

function install(framework: string): Installation {
  built('dist');
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-installed-')));
  const modules = join(folder, 'node_modules');
  const npm = (cwd: string, ...args: readonly string[]) =>
    spawnSync('npm', args, { cwd, encoding: 'utf8' });
  // Without scripts: others use dist/ at the same time.
  const packed = npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', folder);
  const archive = packed.stdout.trim().split('\n').at(-1) ?? '';
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify(packageJson(framework, `file:${archive}`)),
  );
  const done = npm(folder, 'install', '--no-audit', '--no-fund', '--prefer-offline');
  if (done.status === 0) return { modules };
  const [line = ''] = done.stderr.split('\n').filter((each) => /error /.test(each));
  return { modules, problem: `npm does not install ${framework}: ${line}` };
}
