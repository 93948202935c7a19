import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ApprovingReview, GateContext } from '../gate/gate-context.js';
import { quote } from '../model/inert.js';
import { isRecord } from '../model/record.js';
import type { CodeSource } from '../plan/review.js';
import { readProjectFile } from '../reclamation/files.js';
import { readSettings, type Settings, stackSettings } from '../reclamation/settings.js';
import { parseTimestamp } from '../reclamation/timestamp.js';
import { type Io, misuse } from './io.js';
import { nearestFolder } from './workspace.js';

const MAX_SOURCES = 64 * 2 ** 20;

/** What a review takes from the project that it is called in, if it is called in one. */
export interface ReviewProject {
  readonly folder: string | undefined;
  readonly settings: Settings;
}

/** The nearest folder upwards with a reprieve.yaml or cdktf.json; defaults where there is none. */
export function findProject(io: Io): ReviewProject {
  const folder = nearestFolder(io.cwd, ['reprieve.yaml', 'cdktf.json']);
  const file = folder === undefined ? undefined : readProjectFile(folder, 'reprieve.yaml');
  if (file?.problem !== undefined) return misuse(file.problem);
  const { value, problems } = readSettings('reprieve.yaml', file?.text);
  return { folder, settings: value ?? misuse(...problems) };
}

/** Everything that the gate is told from outside of the plan. */
export function gateContext(
  io: Io,
  settings: Settings,
  now: string | undefined,
  approvals?: readonly ApprovingReview[],
): GateContext {
  return {
    now: timeOf(io, now),
    clockTolerance: settings.gate.clockTolerance,
    planMaxAge: (stack) => stackSettings(settings, stack).planMaxAge,
    floor: (stack) => stackSettings(settings, stack).floor,
    approvers: settings.approvers,
    ...(approvals === undefined ? {} : { approvals }),
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
  project: ReviewProject,
  stack: string,
): ReadonlyMap<string, CodeSource> | undefined {
  if (project.folder === undefined || !/^[\w.-]+$/.test(stack) || /^\.+$/.test(stack))
    return undefined;
  const file = join(project.folder, 'cdktf.out', 'stacks', stack, 'reprieve.json');
  if (!existsSync(file) || statSync(file).size > MAX_SOURCES) return undefined;
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
  const { path, file, line } = entry;
  const source = {
    path,
    ...(typeof file === 'string' ? { file } : {}),
    ...(typeof line === 'number' && Number.isInteger(line) && line > 0 ? { line } : {}),
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
