import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import type { Evidence } from '../../../lib/certificate/evidence.js';
import { readStore, writeEvidence } from '../../../lib/cli/evidence/store.js';
import type { Workspace } from '../../../lib/cli/workspace/workspace.js';

const folder = mkdtempSync(join(tmpdir(), 'reprieve-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
const workspace = { path: (name: string) => join(folder, name) } as Workspace;
const at = (name: string) => join(folder, 'evidence', name);

const evidence: Evidence = {
  ...{ schemaVersion: 1, stack: 'production', target: 'billing', takenBy: 'deploy', tool: '0.1.0' },
  ...{ takenAt: '2026-01-08T00:00:00Z', request: null, deletion: null, hardDeletion: null },
  ...{ objects: [], images: [], records: [], configuration: null, plan: null, state: null },
  ...{ cluster: null, unknown: [] },
};
const codes = () => readStore(workspace).problems.map(({ code }) => code);

beforeEach(() => {
  rmSync(join(folder, 'evidence'), { recursive: true, force: true });
});

it('reads what was written, never replaces it, and is none where there is no folder', () => {
  expect(readStore(workspace)).toEqual({ found: [], problems: [] });
  const names = [writeEvidence(workspace, evidence), writeEvidence(workspace, evidence)];
  expect(names).toEqual([
    'evidence/billing-20260108T000000Z.json',
    'evidence/billing-20260108T000000Z-2.json',
  ]);
  expect(
    readStore(workspace)
      .found.map(({ file }) => file)
      .sort(),
  ).toEqual([...names].sort());
});

it('keeps a target’s name inside the folder, however it is spelled', () => {
  for (const target of ['../../outside', '/etc/passwd', 'a/../../b', 'x'.repeat(500), '\u202eab']) {
    const name = writeEvidence(workspace, { ...evidence, target });
    expect(name).toMatch(/^evidence\/[\p{L}\p{N}._-]+\.json$/u);
    expect(name.length).toBeLessThan(200);
  }
  expect(readdirSync(folder)).toEqual(['evidence']);
});

it('reports what can’t be read, and reads the rest', () => {
  writeEvidence(workspace, evidence);
  writeFileSync(at('cut.json'), JSON.stringify(evidence).slice(0, 100));
  writeFileSync(at('large.json'), '');
  truncateSync(at('large.json'), 100 * 2 ** 20);
  mkdirSync(at('folder.json'));
  execFileSync('mkfifo', [at('pipe.json')]);
  symlinkSync('loop.json', at('loop.json'));
  symlinkSync('nowhere', at('dangling.json'));
  writeFileSync(at('deep.json'), '['.repeat(1_000_000));
  writeFileSync(at('target.json'), JSON.stringify({ ...evidence, target: '../../x' }));
  writeFileSync(at('latin1.json'), Buffer.from([0x7b, 0xe9, 0x7d]));
  const { found } = readStore(workspace);
  expect(found.map(({ evidence: { target } }) => target)).toEqual(['billing']);
  expect(codes()).toHaveLength(9);
});

it('reports a folder that is none', () => {
  writeFileSync(join(folder, 'evidence'), '');
  expect(readStore(workspace).found).toEqual([]);
  expect(codes()).toEqual(['evidence/unreadable']);
  expect(() => writeEvidence(workspace, evidence)).toThrow('evidence');
});
