import { readFileSync, statSync } from 'node:fs';
import { isRecord } from '../../base/guards.js';
import { quote } from '../../base/inert.js';
import { parseTimestamp } from '../../base/timestamp.js';
import { SETTINGS_FILE } from '../../files/file-names.js';
import { type Settings, stackSettings } from '../../files/settings.js';
import { settingsIn } from '../../files/settings-file.js';
import type { ForgeAnswer, GateContext } from '../../gate/context.js';
import type { CodeSource } from '../../review/review.js';
import { peopleIn, type Rules } from '../rules/rules.js';
import { type Io, misuse } from '../terminal/io.js';
import { nearestFolder } from '../workspace/nearest-folder.js';
import { stackFile } from '../workspace/output-folder.js';

const MAX_SOURCES = 64 * 2 ** 20;

/** What a review takes from the project that it is called in, if it is called in one. */
export interface ReviewProject {
  readonly folder: string | undefined;
  readonly settings: Settings;
}

/** The nearest folder upwards with a reprieve.yaml or cdktf.json; defaults where there is none. */
export function findProject(io: Io): ReviewProject {
  const folder = nearestFolder(io.cwd, [SETTINGS_FILE, 'cdktf.json']);
  const { value, problems } = settingsIn(folder);
  return { folder, settings: value ?? misuse(...problems) };
}

/** Everything that the gate is told from outside of the plan. */
export function gateContext(rules: Rules, now: Date, answer: ForgeAnswer | undefined): GateContext {
  const { held } = rules;
  return {
    now,
    clockTolerance: held.gate.clockTolerance,
    planMaxAge: (stack) => stackSettings(held, stack).planMaxAge,
    floor: (stack) => stackSettings(held, stack).floor,
    approvers: held.approvers,
    people: peopleIn(rules),
    trustsFile: held.gate.approvals === 'file',
    ...(answer === undefined ? {} : { approvals: answer.approvals, approvalNotes: answer.notes }),
  };
}

/** The trusted time: what `--now` says, or this machine's clock. */
export function timeOf(io: Io, now: string | undefined): Date {
  if (now === undefined) return io.now();
  const { value, problems } = parseTimestamp(now);
  return value === undefined ? misuse(...problems) : new Date(value);
}

/** The code that each address comes from, where the stack was synthesized here. */
export function sourcesOf(
  project: Pick<ReviewProject, 'folder'>,
  stack: string,
): ReadonlyMap<string, CodeSource> | undefined {
  const { folder } = project;
  const file = folder === undefined ? undefined : stackFile(folder, stack, 'reprieve.json');
  if (file === undefined || statSync(file).size > MAX_SOURCES) return undefined;
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const entries = Object.entries(isRecord(json) ? json : {});
    return new Map(entries.flatMap(([address, entry]) => sourceIn(address, entry)));
  } catch {
    // It only makes a report more readable: without it, everything is still said.
    return undefined;
  }
}

function sourceIn(address: string, entry: unknown): readonly (readonly [string, CodeSource])[] {
  if (!isRecord(entry) || typeof entry['path'] !== 'string') return [];
  const { path, file, line, standsFor } = entry;
  const source = {
    path,
    ...(typeof file === 'string' ? { file } : {}),
    ...(typeof line === 'number' && Number.isInteger(line) && line > 0 ? { line } : {}),
    ...(typeof standsFor === 'string' ? { standsFor } : {}),
  };
  return [[address, source]];
}

/** What a plan's file is called in reports: its stack. */
export function stackNameOf(file: string): string {
  if (file === '-') return 'stdin';
  const parts = file.split(/[\\/]/);
  const at = parts.lastIndexOf('stacks');
  const inStacks = at === -1 ? undefined : parts[at + 1];
  if (inStacks !== undefined && at + 2 < parts.length) return inStacks;
  const name = (parts.at(-1) ?? file).replace(/(\.tfplan|\.plan)?\.json$/, '');
  return name === ''
    ? misuse({
        code: 'cli/plan-name',
        message: `${quote(file)} names no file.`,
        remedy: 'Give the plan’s file.',
      })
    : name;
}
