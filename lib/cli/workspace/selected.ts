import { rmSync } from 'node:fs';
import { isRecord } from '../../base/guards.js';
import { inert } from '../../base/inert.js';
import { writeAtomically } from '../../files/disk.js';
import { lockedProject } from '../../files/projects-lock.js';
import type { Subject } from '../subject/subject.js';
import { type Io, misuse, say } from '../terminal/io.js';
import { unwritable } from './unwritable.js';
import type { Workspace } from './workspace.js';

/** Beside cdktf.json, and in no repository: what one person works on. */
export const SELECTION_FILE = '.reprieve-selected.json';

/** The project that commands about items take, where none is named. */
export interface SelectedProject {
  readonly stack: string;
  readonly project: string;
}

/** The selected project, as the file has it; undefined where none is selected. */
export function selectedIn(workspace: Workspace): SelectedProject | undefined {
  const text = workspace.text(SELECTION_FILE);
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    const { stack, project } = isRecord(json) ? json : {};
    if (typeof stack === 'string' && typeof project === 'string') return { stack, project };
  } catch {
    // Told below.
  }
  return misuse({
    code: 'cli/selected',
    message: `${SELECTION_FILE} can't be read.`,
    remedy: 'Select a project again: npx reprieve project select NAME',
    source: { file: SELECTION_FILE },
  });
}

/** Writes which project is selected, or that none is. */
export function select(workspace: Workspace, selected: SelectedProject | undefined): void {
  const path = workspace.path(SELECTION_FILE);
  try {
    if (selected === undefined) rmSync(path, { force: true });
    else writeAtomically(path, `${JSON.stringify(selected)}\n`);
  } catch (error) {
    misuse(unwritable(SELECTION_FILE, error));
  }
}

interface Naming {
  readonly project?: string;
  readonly stack?: string;
  readonly guid?: string;
}

/**
 * Options with the selected project, where a command about items names none: neither by an option,
 * nor as part of a name, nor by an id. That it counts is always said.
 */
export function withSelected<T extends Naming>(
  io: Io,
  workspace: Workspace,
  subject: Subject,
  options: T,
  name = '',
): T & Naming {
  const isNamed = options.project !== undefined || options.guid !== undefined;
  if (subject === 'project' || isNamed || name.includes('/')) return options;
  const selected = selectedIn(workspace);
  if (selected === undefined || (options.stack ?? selected.stack) !== selected.stack)
    return options;
  say(io, `Selected project: ${describeSelected(selected)}`);
  if (lockedProject(workspace.lock(), selected) !== undefined) return { ...options, ...selected };
  return misuse({
    code: 'cli/selected',
    message: `The selected project ${describeSelected(selected)} is not in projects.lock.yaml.`,
    remedy:
      'Select another one: npx reprieve project select NAME; or none: npx reprieve project select --none',
    source: { file: SELECTION_FILE },
  });
}

export function describeSelected({ stack, project }: SelectedProject): string {
  return `'${inert(project)}' of stack '${inert(stack)}'`;
}
