import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isRecord } from '../../base/guards.js';
import { DELETIONS_FILE, SETTINGS_FILE } from '../../files/file-names.js';

/**
 * The files of a new app by their paths in it.
 *
 * @param today - since when its credentials are in use
 */
export function scaffold(folder: string, today: Date): ReadonlyMap<string, string> {
  const name = packageName(folder);
  return new Map([
    ['main.ts', template('init/main.ts').replace('{{today}}', dayOf(today))],
    ['cdktf.json', json(cdktfJson(name))],
    [SETTINGS_FILE, template('init/reprieve.yaml')],
    [DELETIONS_FILE, template('init/deletions.yaml')],
    ['package.json', json(packageJson(name))],
    ['tsconfig.json', template('init/tsconfig.json')],
    // npm leaves out files that are called .gitignore.
    ['.gitignore', template('init/gitignore')],
    ...['synth', 'review', 'deploy', 'notify'].map(
      (name) => [`.github/workflows/reprieve-${name}.yml`, template(`github/${name}.yml`)] as const,
    ),
  ]);
}

function cdktfJson(name: string): unknown {
  return {
    language: 'typescript',
    app: 'node --import tsx --import reprieve/register main.ts',
    projectId: name,
    sendCrashReports: 'false',
  };
}

/** With the versions that this version of Reprieve is tested with. */
function packageJson(name: string): unknown {
  const own: unknown = JSON.parse(ours('package.json'));
  const { version, peerDependencies, devDependencies } = isRecord(own) ? own : {};
  const tested = (names: readonly string[]) =>
    Object.fromEntries(names.map((each) => [each, Object(devDependencies)[each]]));
  return {
    name,
    private: true,
    type: 'module',
    scripts: { plan: 'reprieve plan', check: 'tsc' },
    dependencies: { reprieve: `^${version}`, ...tested(Object.keys(Object(peerDependencies))) },
    devDependencies: tested(['@types/node', 'cdktf-cli', 'tsx', 'typescript']),
  };
}

/** What npm accepts as a name, made of the folder's. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  return name.replace(/^-+/, '').slice(0, 100).replace(/-+$/, '') || 'projects';
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function template(path: string): string {
  return ours(`templates/${path}`);
}

function ours(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
