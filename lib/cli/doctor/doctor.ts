import { plural } from '../../base/plural.js';
import type { StackState } from '../../state/state.js';
import type { ClusterOptions } from '../cluster/access.js';
import { EXIT, type ExitCode, type Io, say } from '../terminal/io.js';
import { type OutputFormat, printData } from '../terminal/output.js';
import { paint } from '../terminal/terminal.js';
import { type Stack, Workspace } from '../workspace/workspace.js';
import { checkFiles, checkState, synthesizeFrozen } from './app.js';
import { type Check, checker } from './check.js';
import { checkCluster, checkObjects } from './clusters.js';
import { checkEncryption } from './encryption.js';
import { checkInputs } from './inputs.js';
import { checkCdktf, checkEngine, checkMirror, checkNode } from './machine.js';

export interface DoctorOptions extends ClusterOptions {
  readonly output?: OutputFormat;
}

/** `doctor`: looks at everything that a deploy needs, and says what to do about the rest. */
export async function examine(io: Io, options: DoctorOptions): Promise<ExitCode> {
  const checks = await allChecks(io, options);
  const text = () => checks.map((each) => line(io, each)).join('\n');
  printData(io, options, { schemaVersion: 1, checks }, text);
  const count = (level: Check['level']) => checks.filter((each) => each.level === level).length;
  const [errors, warnings] = [count('error'), count('warning')];
  say(io, `${plural(errors, 'error')}, ${plural(warnings, 'warning')}.`);
  return errors > 0 ? EXIT.findings : EXIT.ok;
}

async function allChecks(io: Io, options: DoctorOptions): Promise<readonly Check[]> {
  const { engine, checks } = checkEngine(io);
  const machine = [checkNode(), ...checks];
  const app = workspaceOf(io);
  if (!(app instanceof Workspace)) return [...machine, checkMirror(io, false), app];
  const files = checkFiles(app);
  const before = [...machine, checkCdktf(app.folder), files];
  // Without an engine nothing can be synthesized, and with wrong files neither.
  if (engine === undefined || files.level === 'error') return [...before, checkMirror(io, false)];
  const { stacks, check } = synthesizeFrozen(io);
  const onClusters = stacks.filter(({ target }) => target === 'kubernetes');
  const after: Check[] = [checkMirror(io, onClusters.length > 0), check];
  const states = new Map<Stack, StackState | undefined>();
  for (const stack of stacks) {
    const { check: own, state } = await checkState(io, engine, stack);
    after.push(...checkInputs(io, stack), own);
    states.set(stack, state);
  }
  for (const stack of onClusters) {
    after.push(...(await checkCluster(io, options, app.settings(), stack)));
    const state = states.get(stack);
    if (state !== undefined) after.push(...(await checkObjects(io, options, stack, state)));
  }
  return [...before, ...after, ...(await checkEncryption(io, options, app, onClusters))];
}

function workspaceOf(io: Io): Workspace | Check {
  try {
    return Workspace.find(io);
  } catch (error) {
    return checker('app').failed(error);
  }
}

const COLOURS = { ok: 'green', warning: 'yellow', error: 'red' } as const;

function line(io: Io, { name, stack, level, message, remedy }: Check): string {
  const mark = paint(COLOURS[level], level.padEnd(7), io.stdout, io.env);
  const what = stack === undefined ? name : `${name} of ${stack}`;
  const advice = remedy === '' ? [] : [`         ${remedy.replaceAll('\n', '\n         ')}`];
  return [`${mark}  ${what}: ${message.replaceAll('\n', '\n         ')}`, ...advice].join('\n');
}
