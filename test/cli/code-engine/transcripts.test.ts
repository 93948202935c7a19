import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeApp, GUARD, record } from '../../support/fake-app.js';
import { expectGolden, words } from '../../support/golden.js';

const FILE = 'test/fixtures/transcripts/code-engine.md';
const JOB = {
  ...{ image: 'docker.io/example/report:1.4', imageSecret: 'icr', command: ['/app/report'] },
  arguments: [],
  environment: [
    { name: 'MODE', value: 'full' },
    { name: 'DEBUG', value: '1' },
  ],
  ...{ mounts: [], mode: 'task', serviceAccount: 'default', runAsUser: 0, arrayIndices: '0' },
  ...{ cpu: '1', memory: '4G', ephemeralStorage: '400M', maxExecutionTime: 7200, retryLimit: 3 },
};
const PASSWORD = { variable: 'icr_api_key', revision: 1 };
const SPEC = {
  'registry-secrets': { icr: { server: 'de.icr.io', username: 'iamapikey', password: PASSWORD } },
  secrets: { keys: { format: 'generic', data: { API: { variable: 'api', revision: 3 } } } },
  'config-maps': { settings: { data: { CURRENCY: 'EUR', DEPTH: '3' } } },
  'job-templates': { nightly: JOB },
};
const ITEMS = [
  'registry-secrets/icr',
  'secrets/keys',
  'config-maps/settings',
  'job-templates/nightly',
];

const KUBECTL = execFileSync('sh', ['-c', 'command -v kubectl'], { encoding: 'utf8' }).trim();

let app: FakeApp;
beforeAll(() => {
  app = new FakeApp();
  app.locked(SPEC);
  const lock = JSON.parse(app.read('projects.lock.yaml'));
  const { billing } = lock.stacks.demo.projects;
  lock.stacks.demo.projects.orders = { ...billing, path: 'demo/orders', namespace: 'orders' };
  app.write('projects.lock.yaml', lock);
  app.write('.gitignore', '.reprieve-selected.json\n');
  execFileSync('git', ['init', '-q'], { cwd: app.folder });
  execFileSync('git', ['config', 'user.email', 'ann@example.org'], { cwd: app.folder });
  const declared = ['billing', 'orders'].flatMap((it) => [
    it,
    ...ITEMS.map((item) => `${it}/${item}`),
  ]);
  const clock = { deleted_at: '2026-01-01T00:00:00Z', period: '1h' };
  app.synthesized(
    { declared },
    {
      guard: GUARD,
      tombstone: record('Tombstone', { ...clock, target: 'billing' }),
      ns: { input: {} },
    },
  );
  app.write('cdktf.out/stacks/demo/reprieve.json', {
    'terraform_data.job': { path: 'demo/billing/nightly/Resource', file: 'main.ts', line: 12 },
  });
  app.applied();
  app.requested('billing');
});
afterAll(() => app.remove());

/** Runs the lines one after the other, and compares all that a user sees. */
async function golden(name: string, code: number, ...lines: readonly string[]): Promise<void> {
  let shown = '';
  for (const line of lines) {
    const ran = await app.reprieve(words(line.replaceAll("'", '"')));
    shown += `$ npx reprieve ${line}\n${ran.shown}`;
    expect(ran.code, ran.shown).toBe(code);
    if (!shown.endsWith('\n')) shown += '\n';
  }
  expectGolden(FILE, name, shown);
}

describe('the selected project', () => {
  it('is the one that commands about items take, and say so', async () => {
    await golden('select-none-current', 2, 'project current');
    await golden('select', 0, 'project select --name billing', 'project current');
    await golden('current-json', 0, 'project current --output json');
    await golden('secret-list-selected', 0, 'secret list --quiet');
    await golden('secret-list-named', 0, 'secret list --project orders');
    await golden(
      'configmap-create',
      0,
      'configmap create --name more --from-literal A=1 --from-literal B=2',
    );
    await golden(
      'select-none',
      0,
      'project select --none',
      'secret list -q -o jsonpath={[*].target}',
    );
  });

  it('is not taken for another stack, nor where it is gone', async () => {
    app.write('.reprieve-selected.json', { stack: 'demo', project: 'gone' });
    const gone = await app.reprieve('secret list');
    expect(gone.code).toBe(2);
    expect(gone.err).toContain("'gone' of stack 'demo' is not in projects.lock.yaml");
    expect((await app.reprieve('secret list --project billing')).code).toBe(0);
    expect((await app.reprieve('project list')).err).not.toContain('Selected');
    app.write('.reprieve-selected.json', '{');
    expect((await app.reprieve('secret list')).err).toContain("can't be read");
    app.write('.reprieve-selected.json', { stack: 'other', project: 'billing' });
    expect((await app.reprieve('secret list --stack demo')).code).toBe(0);
    expect((await app.reprieve('project select --none')).code).toBe(0);
  });
});

describe('items', () => {
  it('are listed and shown by kind', async () => {
    await golden('registry-list', 0, 'registry list --project billing');
    await golden('configmap-list', 0, 'configmap list --project billing');
    await golden('configmap-get', 0, 'configmap get billing/settings');
    await golden('jsonpath', 0, 'configmap get billing/settings -q -o jsonpath={.keys[*]}');
    await golden('jsonpath-wrong', 2, 'configmap get billing/settings -o jsonpath={.keys');
  });

  it('are deleted by their own command', async () => {
    await golden(
      'configmap-delete',
      0,
      'configmap delete orders/settings --force --reason "Moved to the new system"',
    );
    app.requested('billing');
  });

  it('are created as code that synthesis takes', async () => {
    await golden(
      'registry-create',
      0,
      'registry create --name de --server de.icr.io --project billing',
    );
    const job = 'job create --project billing --name weekly';
    await golden('job-create-gaps', 2, `${job} --image a/b:1 --array-indices 1-5,7`);
    await golden('job-create-latest', 0, `${job} --image a/b`);
    await golden('job-create-missing', 2, `${job} --image a/b:1 --registry-secret irc`);
    expect(await app.reprieve(`${job} --image a/b:1 --registry-secret irc --force`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('allowMissingReferences: true'),
    });
    const taken = await app.reprieve(
      'secret create --project billing --name icr --from-variable A=b',
    );
    expect(taken.err).toContain('in the cluster both would be one object');
  });

  it('are changed by a difference of their code', async () => {
    const update = 'job update --name billing/nightly';
    await golden(
      'job-update',
      0,
      `${update} --image de.icr.io/team/report:1.5 --env MODE=part --env-rm DEBUG`,
    );
    await golden('job-update-nothing', 2, update);
    await golden('secret-update', 0, 'secret update billing/keys --from-variable TOKEN=api_token');
    await golden('secret-rotate', 0, 'secret update billing/icr --rotate');
    for (const line of [
      `${update} --array-indices 1-5,7`,
      `${update} --cpu 3`,
      `${update} --registry-secret nobody`,
      'secret update billing/icr --from-variable A=b',
      'secret update billing/keys --server x',
    ]) {
      expect(await app.reprieve(line), line).toMatchObject({ code: 2, out: '' });
    }
    const value = await app.reprieve('secret update billing/icr --password hunter2');
    expect(value.code).toBe(2);
    expect(value.err).not.toContain('hunter2');
  });
});

describe('job runs', () => {
  it('are kubectl’s, with what is other than in the job', async () => {
    await golden('jobrun-sandbox', 1, 'jobrun submit --job billing/nightly');
    const targets = JSON.parse(app.read('cdktf.out/stacks/demo/targets.json'));
    app.write('cdktf.out/stacks/demo/targets.json', { ...targets, target: 'kubernetes' });
    const submit = 'jobrun submit --job billing/nightly';
    await golden('jobrun', 0, submit);
    await golden(
      'jobrun-overrides',
      0,
      `${submit} --name run-1 --array-size 3 --env MODE=part --cpu 2 --memory 8G --context prod`,
    );
    for (const line of ['--image a/b:1', '--name Run_1', '--array-indices 1-5,7', '--cpu 3']) {
      expect(await app.reprieve(`${submit} ${line}`), line).toMatchObject({ code: 2, out: '' });
    }
    app.write('cdktf.out/stacks/demo/targets.json', targets);
  });

  it('are started by kubectl, which patches the job by itself', async () => {
    const targets = JSON.parse(app.read('cdktf.out/stacks/demo/targets.json'));
    app.write('cdktf.out/stacks/demo/targets.json', { ...targets, target: 'kubernetes' });
    const manifest = {
      ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'run-1', namespace: 'billing' } },
      spec: {
        ...{ completions: 1, parallelism: 1, backoffLimit: 3 },
        template: {
          spec: {
            containers: [
              {
                name: 'job',
                image: 'a/b:1',
                env: [
                  { name: 'MODE', value: 'full' },
                  { name: 'DEBUG', value: '1' },
                ],
              },
            ],
          },
        },
      },
    };
    app.write('manifest.json', manifest);
    // Only the patch is kubectl's own work: it needs no server.
    app.write(
      'bin/kubectl',
      `#!/bin/sh
echo "$*" >> ${app.folder}/calls
case " $* " in
  *" patch "*) exec ${KUBECTL} "$@" ;;
  *" --dry-run=client "*) cat ${app.folder}/manifest.json ;;
  *" -f - "*) cat > ${app.folder}/created.json ;;
esac
`,
    );
    chmodSync(join(app.folder, 'bin/kubectl'), 0o755);
    const env = { PATH: `${app.folder}/bin:${process.env['PATH']}` };
    const submit = 'jobrun submit --job billing/nightly --name run-1 --context prod --run';
    const plain = await app.reprieve(submit, { env });
    expect(plain).toMatchObject({ code: 0, out: "Submitting job run 'run-1'...\nOK\n" });
    expect(app.read('calls')).toMatch(
      /--context=prod .*create job run-1 --from=cronjob\/nightly --namespace=billing\n$/,
    );
    const other = await app.reprieve(`${submit} --array-size 3 --env MODE=part`, { env });
    expect(other, other.shown).toMatchObject({ code: 0 });
    const created = JSON.parse(app.read('created.json'));
    expect(created.spec).toMatchObject({ completions: 3, parallelism: 3, backoffLimit: 9 });
    const [container] = created.spec.template.spec.containers;
    expect(container.image).toBe('a/b:1');
    expect(
      Object.fromEntries(
        container.env.map((it: { name: string; value: string }) => [it.name, it.value]),
      ),
    ).toEqual({
      ...{ MODE: 'part', DEBUG: '1', JOB_ARRAY_SIZE: '3' },
    });
    app.write('cdktf.out/stacks/demo/targets.json', targets);
  });
});

describe('other names', () => {
  it('are those of `ibmcloud resource`', async () => {
    await golden('reclamations', 0, 'resource reclamations');
    const listed = await app.reprieve(
      'resource reclamations -q -o jsonpath={[0].deletion.reclamationId}',
    );
    await golden(
      'reclamation-delete',
      1,
      `resource reclamation-delete ${listed.out} --comment Ended`,
    );
    await golden('reclamation-restore', 0, `resource reclamation-restore ${listed.out}`);
    app.requested('billing');
    const version = await app.reprieve('version');
    expect(version).toEqual(await app.reprieve('--version'));
  });

  it('are not covered, which is one line', async () => {
    await golden('app', 2, 'app create --name x --image y');
    await golden('build', 2, 'build list');
    await golden('function', 2, 'function get --help');
  });
});

describe('an unknown command', () => {
  it('never suggests what deletes in place of what does not', async () => {
    await golden('unknown-select', 2, 'secret select');
    await golden('unknown-verb', 2, 'secret gett');
    await golden('unknown-clone', 2, 'reclamation clone');
    await golden('unknown-slip', 2, 'job delte');
    await golden('unknown-help', 2, 'nonsense --help', 'project nonsense --help');
    for (const verb of ['select', 'current', 'clone', 'target', 'relate', 'set', 'get']) {
      for (const noun of ['secret', 'reclamation', 'sandbox', 'lock', 'resource']) {
        const { code, err } = await app.reprieve(`${noun} ${verb}`);
        expect(code).toBe(2);
        expect(err).not.toMatch(/mean (delete|close|reset|forget)/);
      }
    }
    expect((await app.reprieve('help')).code).toBe(0);
    expect((await app.reprieve('help project')).code).toBe(0);
  });
});
