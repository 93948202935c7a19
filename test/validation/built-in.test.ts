import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkBuiltIn } from '../../lib/validation/built-in.js';
import { ROOT, Scratch } from '../support/scratch.js';

const FILE = 'policies/image-by-digest.yaml';

describe('policies that come with the package', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
    cpSync(join(ROOT, 'policies/supply-chain'), join(scratch.folder, 'policies'), {
      recursive: true,
    });
    scratch.write('reprieve.yaml', 'version: 1\npolicies: { paths: [policies] }\n');
  });
  afterEach(() => scratch.remove());

  const built = (): Readonly<Record<string, { readonly id: string; readonly title: string }>> =>
    JSON.parse(readFileSync(join(ROOT, 'dist/validation/built-in.json'), 'utf8'));

  it('are all in the build as their files have them', () => {
    const checked = checkBuiltIn(join(ROOT, 'policies'));
    expect(Object.keys(checked).length).toBeGreaterThan(80);
    expect(built()).toEqual(checked);
  });

  it('are known by their content, and checked as any other once that has changed', () => {
    const [before] = scratch.reprieve('policy', 'explain', 'image-by-digest').output.split('\n');
    const text = scratch.read(FILE);
    scratch.write(FILE, text.replace(/^title: .*$/m, 'title: Another one'));
    const changed = scratch.reprieve('policy', 'explain', 'image-by-digest').output;
    expect(changed).toContain('Another one');
    expect(before).not.toContain('Another one');
    scratch.write(FILE, text.replace('imageReference', 'imageRefrence'));
    const { code, output } = scratch.reprieve('policy', 'list');
    expect(code).toBe(2);
    expect(output).toMatch(/image-by-digest\.yaml:\d+:\d+/);
  });

  it('are checked with other parameters', () => {
    const set = (parameters: string) =>
      scratch.write(
        'reprieve.yaml',
        `version: 1\npolicies: { paths: [policies], parameters: { image-from-known-registry: ${parameters} } }\n`,
      );
    set('{ registries: [icr.io] }');
    expect(scratch.reprieve('policy', 'list')).toMatchObject({ code: 0 });
    set('{ registries: 7 }');
    expect(scratch.reprieve('policy', 'list')).toMatchObject({ code: 2 });
  });

  it('are refused by the build where one is wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-policies-'));
    try {
      writeFileSync(join(folder, 'a.yaml'), scratch.read(FILE));
      expect(Object.keys(checkBuiltIn(folder))).toHaveLength(1);
      writeFileSync(
        join(folder, 'a.yaml'),
        scratch.read(FILE).replace('digest: true', 'digest: 7'),
      );
      expect(() => checkBuiltIn(folder)).toThrow('a.yaml');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
