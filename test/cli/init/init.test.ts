import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, Scratch } from '../../support/scratch.js';
import { inPipe, REPRIEVE } from '../../support/terminal.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-init-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FILES = [
  '.github/workflows/reprieve-deploy.yml',
  '.github/workflows/reprieve-notify.yml',
  '.github/workflows/reprieve-review.yml',
  '.github/workflows/reprieve-synth.yml',
  '.gitignore',
  'cdktf.json',
  'deletions.yaml',
  'main.ts',
  'package.json',
  'reprieve.yaml',
  'tsconfig.json',
];

/** Every profile that there is, as the schema of reprieve.yaml has them. */
const PROFILES: readonly string[] = JSON.parse(
  readFileSync(join(ROOT, 'lib/schemas/reprieve.schema.json'), 'utf8'),
).properties.policies.properties.profiles.items.enum;

const init = (...words: string[]) => inPipe([...REPRIEVE, 'init', ...words], { cwd: folder });
const filesIn = (path = '') =>
  readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, path).length + 1))
    .sort();

describe('init', () => {
  it('makes a new folder, whole', () => {
    const { code, stdout, stderr } = init('deep/My Projects!');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "Creating app in 'deep/My Projects!'...\nOK\n",
    });
    expect(stderr).toContain("cd 'deep/My Projects!'");
    expect(filesIn('deep/My Projects!')).toEqual(FILES);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['My Projects!']);
    const read = (name: string) => readFileSync(join(folder, 'deep/My Projects!', name), 'utf8');
    expect(JSON.parse(read('package.json'))).toMatchObject({ name: 'my-projects', type: 'module' });
    expect(parse(read('deletions.yaml'))).toEqual({ version: 1, deletions: [] });
  });

  it('fills the folder that it is called in, beside what is there', () => {
    mkdirSync(join(folder, '.github'));
    writeFileSync(join(folder, 'README.md'), 'mine');
    expect(init().code).toBe(0);
    expect(filesIn()).toEqual([...FILES, 'README.md'].sort());
  });

  it.each(['deletions.yaml', '.github/workflows/reprieve-review.yml'])(
    'never overwrites %s',
    (name) => {
      mkdirSync(join(folder, 'app/.github/workflows'), { recursive: true });
      writeFileSync(join(folder, 'app', name), 'mine');
      const { code, stdout, stderr } = init('app');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(name);
      expect(filesIn('app')).toEqual([name]);
      expect(readFileSync(join(folder, 'app', name), 'utf8')).toBe('mine');
    },
  );

  it('stops at what can’t be written, with nothing written', () => {
    writeFileSync(join(folder, '.github'), 'a file');
    expect(init()).toMatchObject({ code: 2 });
    expect(filesIn()).toEqual(['.github']);
    expect(init('.github')).toMatchObject({ code: 2, stdout: '' });
    expect(init('.github/app')).toMatchObject({ code: 2 });
    rmSync(join(folder, '.github'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'main.ts'));
    expect(init()).toMatchObject({ code: 1, stdout: '' });
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('leaves all or nothing of a new folder when it is killed, and can be run again', async () => {
    let finished = 0;
    for (let after = 0; finished < 2 && after < 40; after += 1) {
      const child = spawn(REPRIEVE[0], [REPRIEVE[1], 'init', 'app'], { cwd: folder });
      const ended = new Promise((done) => child.on('close', done));
      // At each of the moments between the start and the first line, and soon after it.
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), after / 20));
      await ended;
      const done = existsSync(join(folder, 'app'));
      if (done) expect(filesIn('app')).toEqual(FILES);
      finished += done ? 1 : 0;
      rmSync(join(folder, 'app'), { recursive: true, force: true });
    }
    expect(finished).toBeGreaterThan(0);
    mkdirSync(join(folder, 'app'));
    writeFileSync(
      join(folder, 'app/.gitignore'),
      readFileSync(join(ROOT, 'templates/init/gitignore')),
    );
    expect(init('app').code).toBe(0);
    expect(filesIn('app')).toEqual(FILES);
  });

  it('makes an app in which no policy of the package finds anything', () => {
    expect(init('app').code).toBe(0);
    const app = join(folder, 'app');
    install(app);
    const scratch = new Scratch({}, app);
    const synth = () => {
      const { app: command } = JSON.parse(scratch.read('cdktf.json'));
      const { code, stderr } = inPipe([process.execPath, ...command.split(' ').slice(1)], {
        cwd: app,
      });
      expect(code, stderr).toBe(0);
    };
    synth();
    const found = () => {
      const { code, stdout } = inPipe([...REPRIEVE, 'validate', '--format', 'json'], { cwd: app });
      return { code, findings: JSON.parse(stdout).findings };
    };
    const settings = scratch.read('reprieve.yaml');
    const named: readonly string[] = parse(settings).policies.profiles;
    expect(named).toEqual(PROFILES);
    expect(parse(settings).policies['pod-security'].profile).toBe('restricted');
    expect(found()).toEqual({ code: 0, findings: [] });
    scratch.write(
      'reprieve.yaml',
      settings.replace(/profiles: .*/, 'paths: [node_modules/reprieve/policies]'),
    );
    expect(found()).toEqual({ code: 0, findings: [] });
    scratch.write('main.ts', scratch.read('main.ts').replace('runAsUser: 65534', 'runAsUser: 0'));
    synth();
    expect(found().findings).not.toEqual([]);
  });

  it('makes an app that type-checks and deploys as it stands', () => {
    expect(init('app').code).toBe(0);
    install(join(folder, 'app'));
    const scratch = new Scratch({}, join(folder, 'app'));
    const tsc = inPipe([process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc')], {
      cwd: scratch.folder,
    });
    expect(tsc.stdout).toBe('');
    const deployed = scratch.deploy('sandbox');
    expect(deployed.code, deployed.output).toBe(0);
    expect(deployed.added).toBeGreaterThan(5);
    expect(scratch.exists('projects.lock.yaml')).toBe(true);
  });
});

/** What `npm install` would do, with the package as `npm pack` would publish it. */
function install(app: string): void {
  const modules = join(ROOT, 'node_modules');
  mkdirSync(join(app, 'node_modules'));
  for (const name of readdirSync(modules))
    symlinkSync(join(modules, name), join(app, 'node_modules', name));
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of ['package.json', ...files]) {
    cpSync(join(ROOT, name), join(app, 'node_modules/reprieve', name), { recursive: true });
  }
}
