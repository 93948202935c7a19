import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Workspace } from '../../lib/cli/workspace/workspace.js';
import { addRequest, type NewRequest, removeRequest } from '../../lib/files/deletions-edit.js';
import { ROOT } from '../support/scratch.js';

const request = (target: string): NewRequest => ({
  target,
  mode: 'soft',
  reason: 'Replaced by the weekly report',
  requestedBy: 'ann@example.org',
  requestedAt: '2026-01-01T00:00:00Z',
});

/** Written by hand, in several styles, with a comment wherever YAML allows one. */
const BY_HAND = `# What should go: see https://example.org/deletions

version: 1 # of the format
# The list.
deletions: # reviewed on Mondays

  # Ann asked for this
  # in two lines.
  - target: kept-1 # the first
    mode: soft
    # why
    reason: |
      # no comment
      but a reason
    requestedBy: ann@example.org # by mail
    requestedAt: 2026-01-01T00:00:00Z

  # In braces.
  - { target: kept-2, mode: soft, reason: "It was # never used", requestedBy: bob, requestedAt: 2026-01-01T00:00:00Z } # really

  # Quoted.
  - mode:   "soft"
    'target': kept-3
    reason: 'it''s old, and unused'
    requestedBy: carla
    requestedAt: 2026-01-01T00:00:00Z

# The end.
`;
const COMMENTS = BY_HAND.split('\n').flatMap((line) =>
  /^\s+# no comment/.test(line) ? [] : (/(?:^|\s)(# [^#"]+)$/.exec(line)?.[1] ?? []),
);

function expectComments(text: string): void {
  let at = -1;
  for (const comment of COMMENTS) {
    const next = text.indexOf(comment, at + 1);
    expect(next, comment).toBeGreaterThan(at);
    at = next;
  }
}

const targetsIn = (text: string): string[] =>
  parse(text).deletions.map(({ target }: { target: string }) => target);

describe('deletions.yaml', () => {
  it('keeps its comments through a thousand edits', () => {
    expect(COMMENTS).toHaveLength(13);
    const edit = fc.record({ add: fc.boolean(), which: fc.nat(), name: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1000, maxLength: 1000 }), (edits) => {
        let text = BY_HAND;
        const model = targetsIn(text);
        for (const { add, which, name } of edits) {
          const others = model.filter((target) => !target.startsWith('kept'));
          const removed = others[which % Math.max(1, others.length)];
          if ((add || removed === undefined) && !model.includes(`p-${name}`)) {
            model.push(`p-${name}`);
            text = addRequest(text, request(`p-${name}`));
          } else if (removed !== undefined) {
            model.splice(model.indexOf(removed), 1);
            text = removeRequest(text, { target: removed });
          }
          expect(targetsIn(text)).toEqual(model);
        }
        expectComments(text);
        const emptied = model
          .filter((target) => !target.startsWith('kept'))
          .reduce((now, target) => removeRequest(now, { target }), text);
        expect(emptied).toBe(BY_HAND);
      }),
      { numRuns: 1 },
    );
  });
});

describe('Workspace.edit', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reprieve-edit-'));
    file = join(folder, 'deletions.yaml');
    writeFileSync(join(folder, 'cdktf.json'), '{}');
    writeFileSync(file, BY_HAND);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Another process that edits as a command does. */
  function editor(name: string, count: number, options: readonly string[] = []): ChildProcess {
    const code = `
      import { addRequest, removeRequest } from '${ROOT}/dist/files/deletions-edit.js';
      import { Workspace } from '${ROOT}/dist/cli/workspace/workspace.js';
      const workspace = Workspace.find({ cwd: ${JSON.stringify(folder)}, env: {} });
      const request = (target) => ({ ...${JSON.stringify(request(''))}, target });
      for (let each = 1; each <= ${count}; each += 1) {
        await workspace.edit('deletions.yaml', (text) =>
          addRequest(removeRequest(text, { target: '${name}-' + (each - 1) }), request('${name}-' + each)));
      }`;
    return spawn(process.execPath, [...options, '--input-type=module', '-e', code], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }

  const ended = (child: ChildProcess) => new Promise((done) => child.on('close', done));
  const now = () => readFileSync(file, 'utf8');

  it('loses nothing where several edit at once', async () => {
    const codes = await Promise.all(['a', 'b', 'c'].map((name) => ended(editor(name, 40))));
    expect(codes).toEqual([0, 0, 0]);
    expect(targetsIn(now()).sort()).toEqual(['a-40', 'b-40', 'c-40', 'kept-1', 'kept-2', 'kept-3']);
    expectComments(now());
  });

  it('leaves the old or the new file when it is killed before any of its steps', async () => {
    const left = new Set<boolean>();
    let step = 1;
    for (let killed = true; killed && step < 200; step += 1) {
      writeFileSync(file, BY_HAND);
      const code = await ended(editor('a', 1, ['--import', killedBefore(step)]));
      killed = code !== 0;
      const text = now();
      if (text !== BY_HAND) expect(text).toBe(addRequest(BY_HAND, request('a-1')));
      left.add(text === BY_HAND);
      // Whatever lock was left does not stop the next one.
      await workspace().edit('deletions.yaml', (each) => addRequest(each, request('b-1')));
      expect(targetsIn(now())).toContain('b-1');
    }
    expect(left).toEqual(new Set([true, false]));
    expect(step).toBeGreaterThan(10);
  });

  const workspace = () =>
    Workspace.find({
      cwd: folder,
      env: {},
      stdout: process.stdout,
      stderr: process.stderr,
      stdin: process.stdin,
      now: () => new Date(),
    });
});

/** A module that ends its process with SIGKILL before it changes the file system for the nth time. */
function killedBefore(step: number): string {
  const code = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    let steps = 0;
    for (const name of ['openSync', 'writeFileSync', 'fsyncSync', 'closeSync', 'renameSync', 'linkSync', 'rmSync', 'readFileSync']) {
      const real = fs[name];
      fs[name] = (path, ...more) => {
        const counts = typeof path === 'number' || String(path).includes('deletions.yaml');
        if (counts && (steps += 1) === ${step}) process.kill(process.pid, 'SIGKILL');
        return real(path, ...more);
      };
    }
    syncBuiltinESMExports();`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
