import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  diffLocks,
  formatLock,
  type ProjectsLock,
  readLock,
  removeFromLock,
} from '../../lib/files/projects-lock.js';
import type { ProjectSpec } from '../../lib/model/specification.js';
import { lock as anyLock } from './generators.js';

const FILE = 'projects.lock.yaml';
const QUOTA = {
  jobs: 100,
  jobRuns: 100,
  secrets: 100,
  configMaps: 100,
  apps: 40,
  functions: 20,
  instances: 250,
  cpu: 128,
  memory: '512G',
  ephemeralStorage: '512G',
};
const SPEC: ProjectSpec = {
  quota: QUOTA,
  'registry-secrets': {
    dockerhub: {
      server: 'https://index.docker.io/v1/',
      username: 'example',
      password: { variable: 'dockerhub_token', revision: 1 },
    },
  },
  'job-templates': {
    nightly: {
      image: 'docker.io/example/invoices:1.4.2',
      command: ['/app/invoices'],
      arguments: [],
      environment: [
        { name: 'MODE', value: 'full' },
        { name: 'A', value: 'yes' },
      ],
      mounts: [],
      mode: 'task',
      serviceAccount: 'default',
      runAsUser: 1000,
      arrayIndices: '0-3',
      cpu: '2',
      memory: '8G',
      ephemeralStorage: '400M',
      maxExecutionTime: 3600,
      retryLimit: 3,
    },
  },
};
const BILLING = {
  path: 'production/team/billing',
  namespace: 'billing',
  spec: SPEC,
  resources: ['kubernetes_namespace_v1.team_billing_AB12CD34'],
};
const LOCK: ProjectsLock = {
  version: 1,
  stacks: { production: { target: 'kubernetes', projects: { billing: BILLING } } },
};

const TEXT = formatLock(LOCK);
const problemsOf = (text: string) => readLock(FILE, text).problems;
/** A lock whose text was edited by hand. */
const tampered = (from: string | RegExp, to: string) => {
  const text = TEXT.replace(from, to);
  expect(text).not.toBe(TEXT);
  return problemsOf(text);
};

describe('formatLock', () => {
  it('writes one block per project in a fixed order, credentials as names', () => {
    expect(TEXT).toMatchInlineSnapshot(`
      "# What this app has declared so far. Written by \`cdktf synth\`: commit it with the code.
      # What is gone from the code is brought back from here while its deletion runs.
      # Credentials are names of variables: no secret's value is in this file.

      version: 1
      stacks:
        production:
          target: kubernetes
          projects:
            billing:
              path: production/team/billing
              namespace: billing
              spec:
                quota:
                  jobs: 100
                  jobRuns: 100
                  secrets: 100
                  configMaps: 100
                  apps: 40
                  functions: 20
                  instances: 250
                  cpu: 128
                  memory: 512G
                  ephemeralStorage: 512G
                registry-secrets:
                  dockerhub:
                    server: https://index.docker.io/v1/
                    username: example
                    password: { variable: dockerhub_token, revision: 1 }
                job-templates:
                  nightly:
                    image: docker.io/example/invoices:1.4.2
                    command:
                      - /app/invoices
                    arguments: []
                    environment:
                      - name: MODE
                        value: full
                      - name: A
                        value: "yes"
                    mounts: []
                    mode: task
                    serviceAccount: default
                    runAsUser: 1000
                    arrayIndices: 0-3
                    cpu: "2"
                    memory: 8G
                    ephemeralStorage: 400M
                    maxExecutionTime: 3600
                    retryLimit: 3
              resources:
                - kubernetes_namespace_v1.team_billing_AB12CD34
      "
    `);
  });

  it('writes the same bytes whatever the order of declaration', () => {
    const b = { ...BILLING, path: 'production/b', namespace: 'b', resources: ['b.b', 'a.a'] };
    const reversed = { ...b, resources: ['a.a', 'b.b'] };
    const one = { production: { target: 'kubernetes', projects: { a: BILLING, b } } } as const;
    const two = {
      production: { target: 'kubernetes', projects: { b: reversed, a: BILLING } },
    } as const;
    expect(formatLock({ version: 1, stacks: one })).toBe(formatLock({ version: 1, stacks: two }));
  });

  it('sorts names by code point, numbers among them', () => {
    const project = (id: string) => ({ ...BILLING, path: `s/${id}`, namespace: `n${id}` });
    const projects = { b: project('1'), '10': project('2'), '9': project('3'), A: project('4') };
    const text = formatLock({ version: 1, stacks: { s: { target: 'sandbox', projects } } });
    const names = [...text.matchAll(/^ {6}(\S+):$/gm)].map(([, name]) => name);
    expect(names).toEqual(['"10"', '"9"', 'A', 'b']);
  });

  it('is read back as it was, whatever the names and texts', () => {
    fc.assert(
      fc.property(anyLock, (lock) => {
        const text = formatLock(lock);
        const { value, problems } = readLock(FILE, text);
        expect(problems).toEqual([]);
        expect(value?.lock).toEqual(lock);
        expect(formatLock(value?.lock ?? LOCK)).toBe(text);
        expect(diffLocks(lock, value?.lock ?? LOCK)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('means the same to readers of YAML 1.1', () => {
    const lock: ProjectsLock = {
      version: 1,
      stacks: { no: { target: 'sandbox', projects: { yes: { ...BILLING, path: 'no/yes' } } } },
    };
    expect(parse(formatLock(lock), { version: '1.1' })).toEqual(lock);
  });

  it('shows what a reviewer could not see', () => {
    const spec = { quota: QUOTA, 'config-maps': { a: { data: { x: 'a\u202eb\u200bc\td' } } } };
    const text = formatLock({
      version: 1,
      stacks: { s: { target: 'sandbox', projects: { a: { ...BILLING, path: 's/a', spec } } } },
    });
    expect(text).toContain('x: "a\\u202eb\\u200bc\\td"');
  });
});

describe('readLock', () => {
  it('takes a missing file for an empty lock, and none that was emptied', () => {
    expect(readLock(FILE, undefined).value?.lock).toEqual({ version: 1, stacks: {} });
    for (const text of ['', '# nothing yet\n', '---\n']) {
      expect(readLock(FILE, text).problems).toMatchObject([
        { code: 'yaml/empty', remedy: expect.stringContaining('git checkout HEAD --') },
      ]);
    }
  });

  it('says where a stack and a project stand', () => {
    const file = readLock(FILE, TEXT).value;
    const lineOf = (text: string) => TEXT.split('\n').findIndex((line) => line.includes(text)) + 1;
    expect(file?.at('production')).toEqual({ file: FILE, line: lineOf('production:'), column: 3 });
    expect(file?.at('production', 'billing').line).toBe(lineOf('billing:'));
    expect(file?.at('production', 'gone').line).toBe(lineOf('billing:'));
    expect(readLock(FILE, undefined).value?.at('production')).toEqual({ file: FILE });
  });

  it('says how to resolve a merge conflict', () => {
    const text = `version: 1\nstacks:\n<<<<<<< HEAD\n  a: {}\n=======\n  b: {}\n>>>>>>> branch\n`;
    expect(problemsOf(text)).toMatchObject([
      {
        code: 'yaml/merge-conflict',
        remedy: expect.stringContaining('npx cdktf synth'),
        source: { line: 3, column: 1 },
      },
    ]);
  });

  it.each<[string, RegExp | string, string, string]>([
    [
      'an unknown key',
      'namespace: billing',
      'namespace: billing\n        evil: 1',
      'schema/unknown-key',
    ],
    ['another target', 'target: kubernetes', 'target: moon', 'schema/value'],
    ['a path of another stack', 'path: production/', 'path: other/', 'lock/foreign-path'],
    ['a path with a control character', /path: .*/, 'path: "production/a\\u0007"', 'schema/value'],
    ['a wrong namespace', 'namespace: billing', 'namespace: Billing', 'schema/value'],
    ['an address with no index', 'AB12CD34', 'AB12CD34[each.key]', 'schema/value'],
    ['an address in a module', 'kubernetes_', 'module.a.kubernetes_', 'schema/value'],
    ['an expression as an address', 'kubernetes_namespace_v1.team', '"${file("x")}', 'yaml/syntax'],
    ['an item with a wrong name', 'nightly:', 'Nightly:', 'schema/value'],
    ['a negative user', 'runAsUser: 1000', 'runAsUser: -1', 'schema/value'],
    ['a token of cdktf', 'value: full', 'value: "${TfToken[TOKEN.0]}"', 'lock/token'],
    ['a daemon with retries', 'mode: task', 'mode: daemon', 'schema/out-of-place'],
    ['a missing field', /\n *cpu: "2"/, '', 'schema/missing-key'],
  ])('refuses %s', (_, from, to, code) => {
    expect(tampered(from, to).map((problem) => problem.code)).toContain(code);
  });

  it('refuses a credential that is a value, and does not repeat it', () => {
    for (const value of [
      'hunter2',
      '{ variable: "hunter2!", revision: 1 }',
      '{ value: hunter2 }',
    ]) {
      const problems = tampered(/\{ variable: .*\}/, value);
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    }
  });

  it('refuses two projects at one place', () => {
    const projects = { billing: BILLING, other: BILLING };
    const text = formatLock({
      version: 1,
      stacks: { production: { target: 'kubernetes', projects } },
    });
    expect(problemsOf(text).map(({ code }) => code)).toEqual([
      'lock/shared-path',
      'lock/shared-namespace',
    ]);
  });

  it('refuses a period in another form than synth writes', () => {
    const problems = tampered('spec:', 'spec:\n          period: 7d');
    expect(problems).toMatchObject([
      { code: 'lock/period', path: expect.stringContaining('.spec.period') },
    ]);
  });
});

describe('diffLocks', () => {
  const change = (spec: Partial<ProjectSpec>, rest = {}): ProjectsLock => ({
    version: 1,
    stacks: {
      production: {
        target: 'kubernetes',
        projects: { billing: { ...BILLING, ...rest, spec: { ...SPEC, ...spec } } },
      },
    },
  });
  const EMPTY: ProjectsLock = { version: 1, stacks: {} };
  const nightly = SPEC['job-templates']?.['nightly'];

  it('tells nothing where nothing differs', () => {
    expect(diffLocks(LOCK, structuredClone(LOCK))).toEqual([]);
  });

  it('tells a new or vanished stack, project and item in one line each', () => {
    expect(diffLocks(EMPTY, LOCK)).toEqual(['+ production']);
    const bare: ProjectsLock = {
      version: 1,
      stacks: { production: { target: 'kubernetes', projects: {} } },
    };
    expect(diffLocks(bare, LOCK)).toEqual(['+ production/billing']);
    expect(diffLocks(LOCK, bare)).toEqual(['- production/billing']);
    expect(
      diffLocks(LOCK, removeFromLock(LOCK, 'production', 'billing/job-templates/nightly')),
    ).toEqual(['- production/billing/job-templates/nightly']);
  });

  it('tells a changed item and a changed project', () => {
    if (nightly === undefined) throw new Error('the fixture has no job template');
    const changed = { nightly: { ...nightly, memory: '16G' } };
    expect(diffLocks(LOCK, change({ 'job-templates': changed }))).toEqual([
      '~ production/billing/job-templates/nightly',
    ]);
    expect(diffLocks(LOCK, change({ period: '336h' }))).toEqual(['~ production/billing']);
    expect(diffLocks(LOCK, change({}, { namespace: 'other' }))).toEqual(['~ production/billing']);
  });

  it('is empty only where two locks say the same', () => {
    fc.assert(
      fc.property(anyLock, anyLock, (a, b) => {
        expect(diffLocks(a, b).length === 0).toBe(formatLock(a) === formatLock(b));
      }),
      { numRuns: 60 },
    );
  });
});

describe('removeFromLock', () => {
  it('removes an item, and its kind with the last one', () => {
    const after = removeFromLock(LOCK, 'production', 'billing/job-templates/nightly');
    const spec = after.stacks['production']?.projects['billing']?.spec;
    expect(Object.keys(spec ?? {})).toEqual(['quota', 'registry-secrets']);
  });

  it('removes a project and keeps its stack', () => {
    expect(removeFromLock(LOCK, 'production', 'billing').stacks).toEqual({
      production: { target: 'kubernetes', projects: {} },
    });
  });

  it.each(['other', 'billing/job-templates/other', 'billing/secrets/nightly', '//', '__proto__'])(
    'leaves the lock as it is where it has no %s',
    (target) => {
      expect(removeFromLock(LOCK, 'production', target)).toEqual(LOCK);
      expect(removeFromLock(LOCK, 'nowhere', 'billing')).toEqual(LOCK);
    },
  );

  it('removes each project of any lock without touching the others', () => {
    fc.assert(
      fc.property(anyLock, (lock) => {
        for (const [stack, { projects }] of Object.entries(lock.stacks)) {
          for (const name of Object.keys(projects)) {
            expect(diffLocks(lock, removeFromLock(lock, stack, name))).toEqual([
              `- ${stack}/${name}`,
            ]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the schemas', () => {
  it.each(['deletions', 'reprieve', 'projects.lock'])('of %s names itself', (name) => {
    const file = new URL(`../../lib/schemas/${name}.schema.json`, import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `https://reprieve.dev/schemas/${name}.schema.json`,
      title: `${name}.yaml`,
    });
  });
});
