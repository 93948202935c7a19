import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '../../base/guards.js';
import { PROBLEMS_VARIABLE, type Problem } from '../../base/problem.js';
import { withoutLogging } from '../../engine/environment.js';
import { CommandFailure, EXIT, Interruption, type Io } from '../terminal/io.js';

const MAX_OUTPUT = 16 * 2 ** 20;
const INTERRUPTED =
  'Interrupted while the app was synthesized. Nothing was planned, and no object was changed.';
const nothing = () => undefined;

/** What a run of the app came to. */
export interface Synthesis {
  readonly status: number | null;
  /** What it printed for people. */
  readonly stderr: string;
  /** The same as data; empty where the app ended before it could check anything. */
  readonly problems: readonly Problem[];
}

/** The app could not be synthesized. */
export class SynthesisFailure extends CommandFailure {
  constructor(
    app: string,
    readonly synthesis: Synthesis,
  ) {
    super(EXIT.usage, [
      {
        code: 'cli/synthesis',
        message: `The app could not be synthesized: \`${app}\` ended with exit code ${synthesis.status ?? 'none'}.`,
        remedy: 'Nothing was changed. What it said stands above.',
      },
    ]);
  }
}

/** Runs an app as `cdktf synth` does. Throws `Interruption` at Ctrl-C. */
export function runApp(io: Io, folder: string, app: string, output: string): Synthesis {
  const aside = mkdtempSync(join(tmpdir(), 'reprieve-synthesis-'));
  const file = join(aside, 'problems.json');
  // With a listener, Ctrl-C ends the app alone, and there is somebody left to say so.
  process.on('SIGINT', nothing);
  try {
    const { status, signal, stderr } = spawnSync(app, {
      cwd: folder,
      env: { ...withoutLogging(io.env), CDKTF_OUTDIR: output, [PROBLEMS_VARIABLE]: file },
      shell: true,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: MAX_OUTPUT,
    });
    if (signal === 'SIGINT' || status === EXIT.interrupted) throw new Interruption(INTERRUPTED);
    return { status, stderr: stderr ?? '', problems: problemsIn(file) };
  } finally {
    process.off('SIGINT', nothing);
    rmSync(aside, { recursive: true, force: true });
  }
}

/** What `synthesize()` wrote for us; nothing where it is another version's, or never came so far. */
function problemsIn(file: string): readonly Problem[] {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(json) ? json.filter(isProblem) : [];
  } catch {
    return [];
  }
}

function isProblem(value: unknown): value is Problem {
  return (
    isRecord(value) &&
    ['code', 'message', 'remedy'].every((key) => typeof value[key] === 'string') &&
    ['string', 'undefined'].includes(typeof value['path'])
  );
}
