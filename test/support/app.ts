import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProjectFiles } from '../../lib/app/project-files.js';
import type { Problem } from '../../lib/base/problem.js';
import { ReprieveApp } from '../../lib/constructs/app.js';
import type { ProjectsLock } from '../../lib/files/projects-lock.js';
import type { FileTexts } from '../../lib/files/user-files.js';

/** What an app came to. */
export interface Result {
  readonly problems: readonly Problem[];
  readonly codes: readonly string[];
  readonly lock: ProjectsLock;
  /** A file below cdktf.out, parsed. Throws where nothing was written. */
  json(path: string): Json;
}

export type Json = { readonly [key: string]: Json } & { readonly [index: number]: Json };

/** Declares an app, synthesizes it if it has no problems, and cleans up. */
export function synthesizeApp(
  declare: (app: ReprieveApp) => void,
  texts: FileTexts = {},
  frozenLock = false,
): Result {
  const outdir = mkdtempSync(join(tmpdir(), 'reprieve-synth-'));
  try {
    const app = new ReprieveApp({ files: loadProjectFiles(texts), frozenLock, outdir });
    declare(app);
    const problems = app.check();
    const written = new Map<string, Json>();
    if (problems.length === 0) {
      app.synth();
      for (const stack of app.stacks) {
        for (const name of ['cdk.tf.json', 'targets.json', 'reprieve.json']) {
          const path = `stacks/${stack.node.id}/${name}`;
          written.set(path, JSON.parse(readFileSync(join(outdir, path), 'utf8')));
        }
      }
    }
    return {
      problems,
      codes: problems.map((problem) => problem.code),
      lock: app.lock,
      json: (path) => {
        const json = written.get(path);
        if (json === undefined) throw new Error(`${path} was not written: ${text(problems)}`);
        return json;
      },
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function text(problems: readonly Problem[]): string {
  return problems.map((problem) => problem.message).join('; ');
}

/** deletions.yaml with a soft deletion of each target. */
export function softDeletions(...targets: readonly string[]): string {
  const deletions = targets.map((target) => ({
    target,
    mode: 'soft',
    reason: 'No longer needed by anyone',
    requestedBy: 'ann@example.org',
    requestedAt: '2026-01-01T00:00:00Z',
  }));
  return JSON.stringify({ version: 1, deletions });
}
