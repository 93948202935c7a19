// Runs the commands of the README's transcripts in a fresh copy of this repository and writes what
// they printed between their markers. With --check it only compares.
//
// A transcript is a fenced block behind `<!-- transcript: NAME -->`. Times, ids and durations differ
// from run to run and are written as <time>, <id> and <seconds>; lines that a step leaves out are
// shown as one `…`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const README = join(ROOT, 'README.md');

/** What a user's folder consists of: no state, no build of the tests. */
const COPIED = ['bin', 'dist', 'lib', 'main.ts', 'cdktf.json', 'package.json', 'tsconfig.json'];
const FILES = ['policies', 'deletions.yaml', 'reprieve.yaml', 'projects.lock.yaml'];

interface Step {
  /** As the reader types it. */
  readonly command: string;
  /** Lines worth showing; what is left out between them becomes one `…`. @default - all */
  readonly show?: RegExp;
  /** Shows only what comes after the last such line. @default - everything */
  readonly after?: RegExp;
  /** What the reader does before the command. */
  readonly prepare?: (folder: string) => void;
}

const DEPLOY = 'npx reprieve deploy sandbox --auto-approve';

/** What npx would start; in a copy without an installation of its own, npx finds nothing. */
const PROGRAMS: Readonly<Record<string, string>> = {
  cdktf: join(ROOT, 'node_modules/cdktf-cli/bundle/bin/cdktf'),
  reprieve: join(ROOT, 'bin/reprieve.js'),
};

const REQUEST = `version: 1
deletions:
  - stack: sandbox
    target: billing
    mode: soft
    reason: "Moved to the new invoicing system"
    requestedBy: ann@example.org
    requestedAt: 2026-01-01T00:00:00Z
`;

const TRANSCRIPTS: Readonly<Record<string, readonly Step[]>> = {
  deploy: [{ command: DEPLOY }],
  review: [
    {
      command: 'npx reprieve plan sandbox',
      prepare: (folder) => writeFileSync(join(folder, 'deletions.yaml'), REQUEST),
    },
    { command: 'npx reprieve review cdktf.out/plans/sandbox.json' },
  ],
  delete: [{ command: DEPLOY }],
  restore: [
    { command: 'npx reprieve reclamation restore billing --stack sandbox' },
    { command: DEPLOY },
  ],
  mistakes: [
    {
      command: 'npx cdktf synth',
      after: /Command output on stderr/,
      prepare: (folder) => {
        const main = readFileSync(join(folder, 'main.ts'), 'utf8');
        writeFileSync(
          join(folder, 'main.ts'),
          main.replace('cpu: 2,', 'cpu: 3,').replace("'docker.io/example/", "'docker.io/Example/"),
        );
      },
    },
  ],
  reset: [{ command: 'npx reprieve sandbox reset sandbox --force' }],
};

const original = readFileSync(README, 'utf8');
const updated = withTranscripts(original, record());
if (process.argv.includes('--check')) {
  if (updated === original)
    console.log('The transcripts in README.md are what the commands print.');
  else fail(original, updated);
} else {
  writeFileSync(README, updated);
}

function record(): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-transcripts-'));
  try {
    for (const name of [...COPIED, ...FILES]) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const recorded = Object.entries(TRANSCRIPTS).map(([name, steps]) => {
      const blocks = steps.map((step) => run(step, folder));
      if (name === 'mistakes') cpSync(join(ROOT, 'main.ts'), join(folder, 'main.ts'));
      return [name, blocks.join('\n')] as const;
    });
    return new Map(recorded);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(step: Step, folder: string): string {
  step.prepare?.(folder);
  const { TF_CLI_CONFIG_FILE: _config, CI: _ci, ...env } = process.env;
  const [, command = '', ...args] = step.command.split(' ');
  const program = [process.execPath, PROGRAMS[command] ?? command, ...args];
  // Both streams in the order in which a reader sees them.
  const done = spawnSync(
    'sh',
    ['-c', `exec "$@"${command === 'reprieve' ? ' 2>&1' : ''}`, 'sh', ...program],
    {
      cwd: folder,
      env: {
        ...env,
        CHECKPOINT_DISABLE: '1',
        FORCE_COLOR: '0',
        NO_COLOR: '1',
        npm_config_loglevel: 'error',
      },
      encoding: 'utf8',
    },
  );
  const lines = normalise(`${done.stdout}${done.stderr}`, folder).split('\n');
  return [`$ ${step.command}`, ...shown(lines, step)].join('\n');
}

/** What differs from run to run, and the frame that cdktf puts around Terraform's output. */
function normalise(text: string, folder: string): string {
  return text
    .replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g'), '')
    .replaceAll(folder, '.')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? UTC/g, '<time>')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/^ ?sandbox {2}/gm, '')
    .replaceAll(/[ \t]+$/gm, '');
}

function shown(lines: readonly string[], step: Step): readonly string[] {
  const start = lines.findLastIndex((line) => step.after?.test(line) === true) + 1;
  const kept: string[] = [];
  for (const line of lines.slice(start).filter((each) => each !== '')) {
    if (step.show === undefined || step.show.test(line)) kept.push(line.replace(/^ {9}/, ''));
    else if (kept.at(-1) !== '…') kept.push('…');
  }
  return kept.at(-1) === '…' ? kept.slice(0, -1) : kept;
}

function withTranscripts(text: string, transcripts: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /(<!-- transcript: (\w+) -->\n```console\n)[\s\S]*?(```)/g,
    (whole, open: string, name: string, close: string) => {
      const recorded = transcripts.get(name);
      return recorded === undefined ? whole : `${open}${recorded}\n${close}`;
    },
  );
}

function fail(before: string, after: string): void {
  const now = after.split('\n');
  const differences = before
    .split('\n')
    .flatMap((line, index) => (line === now[index] ? [] : [`- ${line}`, `+ ${now[index] ?? ''}`]));
  console.error('The transcripts in README.md are out of date: run `npm run transcripts`.');
  console.error(differences.slice(0, 40).join('\n'));
  process.exitCode = 1;
}
