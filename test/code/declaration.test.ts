import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Declaration, declareItem, declareProject } from '../../lib/code/declaration.js';
import { identifier } from '../../lib/code/identifier.js';
import { type Literal, literal, quoteLiteral } from '../../lib/code/literal.js';
import * as library from '../../lib/index.js';
import { DEFAULT_QUOTA } from '../../lib/model/limits.js';
import type { ItemsSpec, JobTemplateSpec, ProjectSpec } from '../../lib/model/specification.js';
import { projectName } from '../files/generators.js';
import { synthesizeApp } from '../support/app.js';
import { ROOT } from '../support/scratch.js';

const key = (variable: string, revision = 1) => ({ variable, revision });
const JOB: JobTemplateSpec = {
  ...{ image: 'docker.io/library/busybox:latest', command: [], arguments: [], environment: [] },
  ...{ mounts: [], mode: 'task', serviceAccount: 'default', runAsUser: 0, arrayIndices: '0' },
  ...{ cpu: '1', memory: '4G', ephemeralStorage: '400M', maxExecutionTime: 7200, retryLimit: 3 },
};
const { maxExecutionTime: _time, retryLimit: _limit, ...DAEMON } = JOB;
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

/** Every shape that there is. */
const ITEMS: ItemsSpec = {
  'registry-secrets': {
    dockerhub: {
      ...{ server: 'https://index.docker.io/v1/', username: "o'hara", email: 'a@example.org' },
      password: key('hub', 7),
    },
    icr: {
      ...{ server: 'us.icr.io', username: 'iamapikey', password: key('icr_api_key') },
      readers: ['reader', 'writer'],
    },
    'icr-de': { server: 'private.de.icr.io', username: 'iamapikey', password: key('de') },
    'icr-global': { server: 'icr.io', username: 'iamapikey', password: key('global') },
    'icr-mail': {
      ...{ server: 'de.icr.io', username: 'iamapikey', email: 'a@example.org' },
      password: key('mail'),
    },
    own: {
      ...{ server: 'registry.example.org:5000', username: 'ann' },
      password: { ...key('own'), rotated: '2026-01-31' },
    },
  },
  secrets: {
    generic: {
      format: 'generic',
      data: { variable: key('a'), revision: key('b'), 'x.y': key('c') },
    },
    basic: { format: 'basic_auth', username: 'ann "the" \\ user', password: key('basic') },
    ssh: { format: 'ssh_auth', sshKey: key('ssh'), knownHosts: 'host ssh-ed25519 AAAA\n' },
    'ssh-bare': { format: 'ssh_auth', sshKey: key('ssh') },
    tls: { format: 'tls', certificate: CERTIFICATE, key: key('tls') },
    hmac: { format: 'hmac_auth', accessKeyId: key('id'), secretAccessKey: key('secret') },
  },
  'config-maps': {
    settings: {
      data: { CURRENCY: 'EUR', 'long.txt': 'x '.repeat(120) },
      ...{ labels: { 'example.org/team': 'a' }, annotations: { note: '${x} "y"' } },
    },
    // Names whose variables would be the same, or none.
    'a.b': { data: { A: '1' } },
    'a-b': { data: { A: '2' }, readers: ['default'] },
    billing: { data: { A: '3' } },
    '1': { data: { A: '4' } },
  },
  'job-templates': {
    plain: JOB,
    daemon: { ...DAEMON, mode: 'daemon' },
    whole: {
      ...JOB,
      ...{ imageSecret: 'dockerhub', command: ['/bin/sh', '-c'], arguments: ['echo "$A" \u202e'] },
      environment: [
        { name: 'A', value: "it's ${literal}\n`text`" },
        { name: 'B-b.c', secret: 'generic', key: 'x.y' },
        { name: 'C', configMap: 'settings', key: 'CURRENCY' },
        { secret: 'generic', prefix: 'P_' },
        { configMap: 'settings' },
        ...['a.b', 'a-b', 'billing', '1'].map((configMap) => ({ configMap })),
      ],
      mounts: [
        { path: '/etc/keys', secret: 'generic' },
        { path: '/etc/settings', configMap: 'settings' },
      ],
      ...{ serviceAccount: 'reader', runAsUser: 1000, arrayIndices: '0-9', cpu: '2' },
      ...{ memory: '8G', ephemeralStorage: '2G', maxExecutionTime: 60, retryLimit: 0 },
    },
    small: { ...JOB, cpu: '0.125', memory: '1G' },
    lenient: { ...JOB, imageSecret: 'elsewhere', allowMissingReferences: true },
  },
};
const WHOLE: ProjectSpec = {
  ...{ period: '48h', quota: { ...DEFAULT_QUOTA, jobs: 30, cpu: 0.5, memory: '1G' } },
  ...{ labels: { 'example.org/team': 'a' }, annotations: { note: 'b' } },
  ingress: [{ namespace: 'monitoring', ports: [80, 9090] }, { cidr: '10.0.0.0/8' }],
  ...ITEMS,
};

/** Runs printed code as the app's, and tells what it declared. */
function declared({ code }: Declaration, before = ''): ProjectSpec | undefined {
  let found: ProjectSpec | undefined;
  const result = synthesizeApp((app) => {
    const stack = new library.ReprieveStack(app, 'demo', { target: library.Target.sandbox() });
    const scope = { ...library, stack };
    new Function(...Object.keys(scope), `"use strict";\n${before}\n${code}`)(
      ...Object.values(scope),
    );
    found = stack.projects[0]?.specification;
  });
  const { problems } = result;
  expect(problems.filter(({ code }) => code !== 'settings/period-below-floor')).toEqual([]);
  return found;
}

describe('printed declarations', () => {
  it('declare what they were made from, in every shape', () => {
    expect(declared(declareProject('My billing', WHOLE))).toEqual(WHOLE);
    expect(declareProject('billing', { quota: DEFAULT_QUOTA }).code).toBe(
      "new Project(stack, 'billing');",
    );
  });

  it('declare each item by itself, in a project that is there', () => {
    const lenient = (job: JobTemplateSpec): JobTemplateSpec => ({
      ...job,
      allowMissingReferences: true,
    });
    for (const [name, spec] of Object.entries(ITEMS['registry-secrets'] ?? {})) {
      const code = declareItem('my billing', 'registry-secrets', name, spec);
      const project = declared(code, "const myBilling = new Project(stack, 'my billing');");
      expect(project?.['registry-secrets']).toEqual({ [name]: spec });
    }
    for (const [name, spec] of Object.entries(ITEMS['job-templates'] ?? {})) {
      const code = declareItem('billing', 'job-templates', name, lenient(spec));
      const project = declared(code, "const billing = new Project(stack, 'billing');");
      expect(project?.['job-templates']).toEqual({ [name]: lenient(spec) });
    }
  });

  it('say what they import, compile as strict TypeScript, and run', () => {
    const { imports, code } = declareProject('billing', WHOLE);
    expect(imports).toEqual([
      ...['ConfigMap', 'Credential', 'JobTemplate', 'NetworkPeer', 'Project', 'RegistrySecret'],
      'Secret',
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-code-'));
    try {
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      const names = [...imports, 'ReprieveStack', 'synthesize', 'Target'].join(', ');
      const library = JSON.stringify(join(ROOT, 'dist/index.js'));
      const main = [
        `import { ${names} } from ${library};`,
        'await synthesize((app) => {',
        "const stack = new ReprieveStack(app, 'demo', { target: Target.sandbox() });",
        code,
        '});',
      ].join('\n');
      writeFileSync(join(folder, 'main.ts'), main);
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      const options = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')).compilerOptions;
      const config = {
        compilerOptions: { ...options, typeRoots: [join(ROOT, 'node_modules/@types')] },
      };
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ ...config, include: ['main.ts'] }),
      );
      // A new app has no lock yet, which a frozen one would be held against.
      const env = { ...process.env, REPRIEVE_LOCK: 'update' };
      const run = (...args: string[]) =>
        spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
      const compiled = run(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder);
      expect(compiled.stdout).toBe('');
      expect(compiled.status).toBe(0);
      expect(run('--import', 'tsx', 'main.ts')).toMatchObject({ status: 0, stderr: '' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('take any legal name of a project', () => {
    fc.assert(
      fc.property(projectName, (name) => {
        const item = { quota: DEFAULT_QUOTA, 'config-maps': { a: { data: {} } } };
        const { code } = declareProject(name, item);
        const calls: string[] = [];
        const scope = {
          stack: {},
          Project: function Fake(_stack: unknown, id: string) {
            calls.push(id);
          },
          ConfigMap: function Fake(_project: unknown, id: string) {
            calls.push(id);
          },
        };
        new Function(...Object.keys(scope), `"use strict";\n${code}`)(...Object.values(scope));
        expect(calls).toEqual([name, 'a']);
        expect(identifier(name)).toMatch(/^[a-z]\w*$/i);
      }),
    );
  });
});

describe('literals', () => {
  it('are what they were made from, and show what can not be seen', () => {
    const value = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Literal>;
    const odd = fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), fc.string());
    fc.assert(
      fc.property(fc.oneof(value.filter(withoutNull), odd), (each) => {
        const text = literal(each, 0);
        expect(new Function(`return (${text});`)()).toEqual(each);
        expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { examples: [[-0], [[{ a: -0 }]]] },
    );
    expect(quoteLiteral('a\u202eb')).toBe("'a\\u{202e}b'");
  });
});

function withoutNull(value: unknown): boolean {
  return !JSON.stringify(value).includes('null');
}
