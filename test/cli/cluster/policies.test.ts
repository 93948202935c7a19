import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../../support/scratch.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-cluster-'));
  settings('cluster: { pipelines: [deploy] }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function settings(text: string) {
  writeFileSync(join(folder, 'reprieve.yaml'), `version: 1\n${text}\n`);
}

function policies(...args: readonly string[]) {
  const bin = join(ROOT, 'bin/reprieve.js');
  const done = spawnSync(process.execPath, [bin, 'cluster', 'policies', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

describe('reprieve cluster policies', () => {
  it('prints the same manifests as YAML and as JSON', () => {
    const yaml = policies();
    expect(yaml).toMatchObject({ code: 0 });
    const { items } = JSON.parse(policies('-o', 'json').stdout);
    expect(parseAllDocuments(yaml.stdout).map((document) => Object(document).toJS())).toEqual(
      items,
    );
    expect(yaml.stdout).not.toMatch(/[&*]a\d/);
  });

  it('says that nobody can approve, where that is so', () => {
    expect(policies().stderr).toContain('nobody can approve');
    settings('cluster: { pipelines: [deploy] }\napprovers: [{ id: b, kubernetesUser: bob }]');
    expect(policies().stderr).toBe('');
  });

  it('refuses without a pipeline, or for a server that is too old, and prints nothing', () => {
    settings('cluster: { clock: tick }');
    const { code, stdout, stderr } = policies('--kubernetes', 'v1.29.1');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('names nobody who deploys');
    expect(stderr).toContain('1.30 or newer');
  });

  it('refuses a stack that there is none of, and means the one that is close', () => {
    settings('cluster: { pipelines: [deploy] }\nstacks: { production: { floor: 1h } }');
    expect(policies('--stack', 'production')).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = policies('--stack', 'prodution', '--stack', 'nope');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('There is no stack "prodution"');
    expect(stderr).toContain('Did you mean `production`?');
    expect(stderr).toContain('There is no stack "nope"');
    mkdirSync(join(folder, 'cdktf.out/stacks/nope'), { recursive: true });
    expect(policies('--stack', 'nope')).toMatchObject({ code: 0 });
  });

  it('prints the anchor by itself, for each clock that is asked, and never with the policies', () => {
    const names = (...args: readonly string[]) =>
      JSON.parse(policies('-o', 'json', ...args).stdout).items.map(
        ({ kind, metadata }: { kind: string; metadata: { name: string } }) =>
          `${kind} ${metadata.name}`,
      );
    expect(names('--anchor')).toEqual([
      'ValidatingAdmissionPolicy anchor-lease.reprieve.dev',
      'ValidatingAdmissionPolicyBinding anchor-lease.reprieve.dev',
      'ConfigMap reprieve-clock-lease',
      'Role reprieve-clock',
      'RoleBinding reprieve-clock',
    ]);
    const anchors = (list: readonly string[]) => list.filter((it) => it.includes('anchor-'));
    expect(anchors(names())).toEqual([]);
    settings('cluster: { clock: tick, pipelines: [deploy] }');
    expect(anchors(names('--anchor'))).toHaveLength(4);
    expect(policies('--anchor', '--static').code).toBe(2);
  });

  it('guards what reprieve.yaml names', () => {
    const list = (more = '') => {
      settings(`cluster: { pipelines: [deploy], ${more} }`);
      return policies('-o', 'json').stdout;
    };
    expect(list()).not.toContain('definitions.reprieve.dev');
    expect(list('definitions: [widgets.example.org]')).toContain('definitions.reprieve.dev');
    expect(list('deleters: [eva]')).toContain('[\\"eva\\"]');
    expect(list('admins: [eva]')).toContain('[\\"eva\\"]');
  });

  it('prints files for the API server, for versions that read them', () => {
    expect(policies('--static', '--kubernetes', 'v1.37.0').stdout).toContain('.static.k8s.io');
    expect(policies('--static', '--kubernetes', 'v1.36.0').code).toBe(2);
  });

  it('refuses a clock that there is none of', () => {
    settings('cluster: { clock: sundial, pipelines: [deploy] }');
    expect(policies()).toMatchObject({ code: 2, stdout: '' });
  });
});
