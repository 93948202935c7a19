import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../support/cli.js';

const OBJECTS = `# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      containers:
        - name: web
          image: example/web:latest
---
# Source: shop/templates/empty.yaml
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata: { name: one }
    spec: { containers: [{ name: a, image: 'example/a@sha256:${'0'.repeat(64)}' }] }
  - apiVersion: v1
    kind: Pod
    metadata: { name: two }
    spec:
      containers:
        - { name: b, image: example/b:1 }
`;

interface Found {
  readonly address: string;
  readonly pointer: string;
  readonly stack: string;
  readonly file: string;
  readonly line: number;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-manifests-'));
  const levels = '{ image-by-digest: soft-mandatory }';
  writeFileSync(
    join(folder, 'reprieve.yaml'),
    `version: 1\npolicies: { profiles: [supply-chain], levels: ${levels} }\n`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const validate = (...args: readonly string[]) => runCli(folder, ['validate', ...args]);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

async function digests(...args: readonly string[]): Promise<readonly Found[]> {
  const { stdout } = await validate(...args, '--format', 'json');
  const { findings }: { findings: readonly (Found & { policy: string })[] } = JSON.parse(stdout);
  return findings.filter(({ policy }) => policy === 'image-by-digest');
}

describe('validate of Kubernetes manifests', () => {
  it('names file and line of what is wrong', async () => {
    write('shop.yaml', OBJECTS);
    expect((await validate('shop.yaml')).code).toBe(1);
    const found = await digests('shop.yaml');
    expect(found.map(({ stack, address, file, line }) => [stack, address, file, line])).toEqual([
      ['shop', 'Deployment/shop/web', 'shop.yaml', 10],
      ['shop', 'Pod/two', 'shop.yaml', 26],
    ]);
    expect(found[0]?.pointer).toBe('/spec/template/spec/containers/0/image');
  });

  it('takes JSON and other names by --manifest, beside each other', async () => {
    write('shop.yaml', OBJECTS);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      spec: { containers: [{ image: 'a:1' }] },
    };
    write('pod.json', JSON.stringify(pod, undefined, 2));
    const found = await digests('shop.yaml', '--manifest', 'pod.json', '--stack', 'shop');
    expect(found.map(({ address, stack }) => [address, stack])).toEqual([
      ['Deployment/shop/web', 'shop'],
      ['Pod/two', 'shop'],
      ['Pod/x', 'shop'],
    ]);
  });

  it('are called as one likes: they are no stack of the app', async () => {
    write('shop.yaml', OBJECTS);
    mkdirSync(join(folder, 'cdktf.out/stacks/production'), { recursive: true });
    expect((await digests('shop.yaml', '--stack', 'chart')).map(({ stack }) => stack)).toEqual([
      'chart',
      'chart',
    ]);
  });

  it('can be waived by file and object', async () => {
    write('shop.yaml', OBJECTS);
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    const waiver = (path: string) =>
      `{ policy: image-by-digest, path: ${path}, reason: Until the move, owner: ann@example.org, expires: ${soon} }`;
    write(
      'reprieve.yaml',
      `version: 1\npolicies: { profiles: [supply-chain], levels: { image-by-digest: soft-mandatory } }\nwaivers: [${waiver('shop/Pod/two')}, ${waiver('shop/Deployment/shop/web')}]\n`,
    );
    const { code, stdout } = await validate('shop.yaml');
    expect(code).toBe(0);
    expect(stdout).not.toContain('waiver-');
  });

  it('tells all that is no object, with its line, and finds nothing then', async () => {
    write('bad.yaml', 'replicas: 3\n---\nkind: [\n');
    write('empty.yaml', '# nothing\n');
    const { code, stdout, stderr } = await validate('bad.yaml', 'empty.yaml', 'missing.yaml');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('bad.yaml:1');
    expect(stderr).toMatch(/bad\.yaml:[34]/);
    expect(stderr).toContain('"empty.yaml" can\'t be read: it has no object');
    expect(stderr).toContain('missing.yaml');
  });

  it.each([
    ['nested', `${'['.repeat(200_000)}`],
    ['large', `a: ${'x'.repeat(17 * 2 ** 20)}`],
    [
      'aliases',
      `a: &a [1]\n${'b: &b [*a,*a,*a]\n'}c: [${'*a,'.repeat(500)}*a]\nkind: X\napiVersion: v1\n`,
    ],
  ])('refuses a hostile file: %s', async (_, text) => {
    write('hostile.yaml', text);
    const { code, stderr } = await validate('hostile.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('hostile.yaml');
    expect(stderr).not.toMatch(/\n\s+at \S+ \(/);
  });
});
