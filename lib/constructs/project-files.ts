import { App } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { Problem, Source } from '../base/problem.js';
import type { DeletionRequest } from '../files/deletions.js';
import { LOCK_FILE, SETTINGS_FILE } from '../files/file-names.js';
import type { ProjectsLock } from '../files/projects-lock.js';
import { readSettings, type Settings } from '../files/settings.js';

/** What stands beside main.ts, read and checked. */
export interface ProjectFiles {
  /** reprieve.yaml. */
  readonly settings: Settings;
  /** deletions.yaml. */
  readonly deletions: readonly DeletionRequest[];
  /** projects.lock.yaml and where its entries stand. */
  readonly lock: {
    readonly lock: ProjectsLock;
    at(stack: string, project?: string): Source;
  };
  /** What was wrong with the files; their values are then the defaults. */
  readonly problems: readonly Problem[];
}

const files = new WeakMap<IConstruct, ProjectFiles>();

/** Hands an app the files that its stacks read. */
export function provideProjectFiles(app: IConstruct, provided: ProjectFiles): void {
  files.set(app, provided);
}

/** The files of the app that a construct belongs to: under a plain cdktf app, none at all. */
export function projectFilesOf(construct: IConstruct): ProjectFiles {
  return files.get(App.of(construct)) ?? emptyProjectFiles();
}

/** An app with default settings, no deletions and an empty lock. */
export function emptyProjectFiles(): ProjectFiles {
  const settings = readSettings(SETTINGS_FILE, undefined);
  if (settings.value === undefined)
    throw new Error('The default settings do not pass their check.');
  return {
    settings: settings.value,
    deletions: [],
    lock: {
      lock: { version: 1, stacks: {} },
      at: () => ({ file: LOCK_FILE }),
    },
    problems: [],
  };
}
