import { EnforcedStack } from '../../support/enforced-stack.js';
import { seconds } from '../../support/scratch.js';
import { dropResource, withoutItem } from './edits.js';
import type { Row } from './row.js';
import { CRON_JOB, LEASES, NAMESPACE, SECRET, type World } from './world.js';

const REFUSED = /nstance cannot be destroyed/;
const DB = ['kubernetes_secret_v1', 'db'] as const;
const ROOT = ['kubernetes_namespace_v1', 'billing'] as const;
const members: readonly (readonly [Row['of'], readonly [string, string]])[] = [
  ['item', DB],
  ['project', ROOT],
];

const annotations = (values: object) => ({ metadata: { annotations: values } });
const STRIPPED = { metadata: { labels: { 'reprieve.dev/protected': null } } };
const OWNER = {
  metadata: {
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '0-0-0' }],
  },
};

/** The project or the item taken out of main.ts. */
function remove(world: World, of: 'project' | 'item'): void {
  world.stack.declareAll(of === 'project' ? '' : withoutItem(EnforcedStack.PROJECT));
}

function removeWithLock(world: World, of: 'project' | 'item'): void {
  remove(world, of);
  world.stack.removeIfThere('projects.lock.yaml');
  world.stack.must(world.stack.synth());
}

/** Attempts by code, and by Terraform in its several ways. */
const BY_TERRAFORM: readonly Row[] = members.flatMap(([of, member]): readonly Row[] => [
  {
    attempt: 'remove the code',
    of,
    by: 'code',
    answer: 'lock',
    says: /is no longer declared, and nobody asked for its deletion/,
    run: (world) =>
      world.meanwhile(() => {
        remove(world, of);
        return world.synth();
      }),
  },
  {
    attempt: 'remove code and lock entry',
    of,
    by: 'code',
    answer: 'gate',
    says: /guard-removed|member-removed/,
    run: (world) =>
      world.meanwhile(() => {
        removeWithLock(world, of);
        return world.gate();
      }),
  },
  {
    attempt: 'remove code and lock entry, and apply without a review',
    of,
    by: 'code',
    answer: 'cluster',
    says: /is not soft-deleted: request its deletion/,
    run: (world) =>
      world.meanwhile(() => {
        removeWithLock(world, of);
        return world.apply();
      }),
  },
  {
    attempt: 'rename it without `movedFrom`, lock entry removed',
    of,
    by: 'code',
    answer: 'gate',
    says: /guard-removed|member-removed/,
    run: (world) =>
      world.meanwhile(() => {
        const [from, to] = of === 'project' ? ["'billing'", "'invoices'"] : ["'db'", "'database'"];
        world.stack.declareAll(EnforcedStack.PROJECT.replace(from, to));
        world.stack.removeIfThere('projects.lock.yaml');
        world.stack.must(world.stack.synth());
        return world.gate();
      }),
  },
  {
    attempt: 'change a field that forces a replacement',
    of,
    by: 'code',
    answer: 'guard',
    says: REFUSED,
    run: (world) =>
      world.meanwhile(() => {
        world.edit((json) => {
          for (const each of Object.values(json.resource[member[0]] ?? {})) {
            const metadata = Object(each['metadata']);
            if (metadata.name === member[1]) metadata.name = 'renamed';
          }
        });
        return world.plan();
      }),
  },
  {
    attempt: '`-target` destroy of a member',
    of,
    by: 'Terraform',
    answer: 'guard',
    says: REFUSED,
    run: (world) => world.plan('-destroy', `-target=${world.address(...member)}`),
  },
  {
    attempt: '`-replace` a member',
    of,
    by: 'Terraform',
    answer: 'guard',
    says: REFUSED,
    run: (world) => world.plan(`-replace=${world.address(...member)}`),
  },
  {
    attempt: 'taint a member',
    of,
    by: 'Terraform',
    answer: 'guard',
    says: REFUSED,
    run: (world) =>
      world.meanwhile(() => {
        world.terraform('taint', world.address(...member));
        return world.plan();
      }),
  },
  {
    attempt: '`state rm`, then apply',
    of,
    by: 'Terraform',
    answer: 'cluster',
    says: /already exists/,
    run: (world) =>
      world.meanwhile(() => {
        world.terraform('state', 'rm', world.address(...member));
        return world.apply();
      }),
  },
  {
    attempt: 'a `removed` block that forgets it',
    of,
    by: 'code',
    answer: 'gate',
    says: /forgotten/,
    run: (world) =>
      world.meanwhile(() => {
        world.edit((json) => dropResource(json, ...member, false));
        return world.gate();
      }),
  },
  {
    attempt: 'a `removed` block that destroys it',
    of,
    by: 'code',
    answer: 'cluster',
    says: /is not soft-deleted: request its deletion/,
    run: (world) =>
      world.meanwhile(() => {
        world.edit((json) => dropResource(json, ...member, true));
        return world.apply();
      }),
  },
  {
    attempt: 'apply a plan that is too old',
    of,
    by: 'Terraform',
    answer: 'apply',
    says: /This plan is older than 1s/,
    run: (world) =>
      world.meanwhile(async () => {
        world.stack.settings('1h', '1s');
        world.stack.requestDeletions({ target: targetOf(of) });
        world.stack.must(world.stack.synth());
        world.plan('-out=stale.tfplan');
        await seconds(2);
        return world.terraform('apply', '-input=false', 'stale.tfplan');
      }),
  },
  {
    attempt: 'plan on a machine whose clock is ahead',
    of,
    by: 'Terraform',
    answer: 'gate',
    says: /plan-from-future/,
    run: (world) =>
      world.meanwhile(() => {
        world.stack.requestDeletions({ target: targetOf(of) });
        world.stack.must(world.stack.synth());
        return world.gate([], 3600);
      }),
  },
  {
    attempt: 'ask for a hard deletion and approve it oneself',
    of,
    by: 'code',
    answer: 'request',
    says: /asked for this deletion as .* and can't approve it too/,
    run: (world) =>
      world.meanwhile(() => {
        world.stack.requestDeletions(hard(of, { requestedBy: 'bob@example.org' }));
        return world.synth();
      }),
  },
  {
    attempt: 'a hard deletion with the approval of a namesake',
    of,
    by: 'code',
    answer: 'apply',
    says: /does not name the object that is there/,
    run: (world) =>
      world.meanwhile(() => {
        world.stack.requestDeletions(hard(of, {}));
        world.stack.must(world.stack.synth());
        return world.apply();
      }),
  },
]);

function targetOf(of: 'project' | 'item'): string {
  return of === 'project' ? 'billing' : 'billing/secrets/db';
}

/** A hard deletion of something of that name with another uid. */
function hard(of: 'project' | 'item', changes: object) {
  const at = (hours: number) =>
    new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const uid = '11111111-2222-3333-4444-555555555555';
  const approval = { by: 'bob@example.org', at: at(-1), expires: at(1), uid };
  const target = targetOf(of);
  return {
    target,
    mode: 'hard',
    confirm: target,
    requestedAt: at(-2),
    approvals: [approval],
    ...changes,
  };
}

const WHOLE: readonly Row[] = [
  {
    attempt: '`terraform destroy`',
    of: 'project',
    by: 'Terraform',
    answer: 'guard',
    says: REFUSED,
    run: (world) => world.plan('-destroy'),
  },
  {
    attempt: '`cdktf destroy`',
    of: 'project',
    by: 'Terraform',
    answer: 'guard',
    says: REFUSED,
    run: (world) =>
      world.stack.cdktf('destroy', 'production', '--auto-approve', '--skip-provider-lock').flat,
  },
  {
    attempt: 'take a member out of the guard',
    of: 'item',
    by: 'code',
    answer: 'gate',
    says: /member-removed/,
    run: (world) =>
      world.meanwhile(() => {
        world.edit((json) => {
          for (const each of Object.values(json.resource['terraform_data'] ?? {})) {
            const input = Object(each['input']);
            if (input.kind === 'Guard') input.members = input.members.slice(1);
          }
        });
        return world.gate();
      }),
  },
  {
    attempt: 'two deployments at once',
    of: 'project',
    by: 'Terraform',
    answer: 'state',
    says: /Error acquiring the state lock/,
    run: async (world) => {
      const first = world.stack.startTerraform('production', 'apply', '-auto-approve');
      const ended = new Promise((done) => first.on('exit', done));
      while (!world.stack.exists('.terraform.production.tfstate.lock.info')) await seconds(0.02);
      const answer = world.plan('-lock-timeout=0s');
      await ended;
      return answer;
    },
  },
];

/** Attempts with kubectl and by the API itself. */
const BY_API: readonly Row[] = (['developer', 'cluster-admin'] as const).flatMap(
  (by): readonly Row[] => {
    const as = by === 'developer' ? 'ann' : 'root';
    const LIVE = /is not soft-deleted: request its deletion/;
    const delivers = (attempt: string, of: Row['of'], says: RegExp, run: Row['run']): Row => ({
      attempt,
      of,
      by,
      answer: 'cluster',
      says,
      run,
    });
    return [
      delivers('`kubectl delete secret`', 'item', LIVE, (world) =>
        world.kubectl(as, '-n', 'billing', 'delete', 'secret', 'db', '--wait=false'),
      ),
      delivers('`kubectl delete cronjob --cascade=orphan`', 'item', LIVE, (world) =>
        world.kubectl(
          as,
          '-n',
          'billing',
          'delete',
          'cronjob',
          'nightly',
          '--cascade=orphan',
          '--wait=false',
        ),
      ),
      delivers('`kubectl delete namespace`', 'project', LIVE, (world) =>
        world.kubectl(as, 'delete', 'namespace', 'billing', '--wait=false'),
      ),
      delivers('`kubectl delete --all`', 'project', LIVE, (world) =>
        world.kubectl(
          as,
          '-n',
          'billing',
          'delete',
          'secrets,configmaps,cronjobs',
          '--all',
          '--wait=false',
        ),
      ),
      delivers('delete whole collections by the API', 'project', LIVE, (world) =>
        world.delete(as, '/apis/batch/v1/namespaces/billing/cronjobs'),
      ),
      delivers('`kubectl replace --force`', 'item', LIVE, async (world) => {
        const empty = {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'db', namespace: 'billing' },
        };
        world.stack.write('empty.json', JSON.stringify(empty));
        return world.kubectl(
          as,
          'replace',
          '--force',
          '--wait=false',
          '-f',
          world.path('empty.json'),
        );
      }),
      delivers(
        'delete what lies undeclared in the namespace',
        'project',
        /it goes with the project/,
        (world) => world.delete(as, `${NAMESPACE}/secrets/bystander`),
      ),
      delivers('strip the protecting label', 'item', /labels .* can't be changed/, (world) =>
        world.patch(as, SECRET, STRIPPED),
      ),
      delivers('strip it through `/status`', 'project', /labels .* can't be changed/, (world) =>
        world.patch(as, `${NAMESPACE}/status`, STRIPPED),
      ),
      delivers(
        'strip a template’s through `/status`',
        'item',
        /labels .* can't be changed/,
        (world) => world.patch(as, `${CRON_JOB}/status`, STRIPPED),
      ),
      delivers('empty a secret', 'item', /only a deployment may/, (world) =>
        world.patch(as, SECRET, { data: { username: '', password: '' } }),
      ),
      delivers('change a template', 'item', /only a deployment may/, (world) =>
        world.patch(as, CRON_JOB, { spec: { jobTemplate: { spec: { backoffLimit: 5 } } } }),
      ),
      delivers('own it by something that is gone', 'item', /can have no owner/, (world) =>
        world.patch(as, SECRET, OWNER),
      ),
      delivers('shorten the period', 'project', /never gets shorter/, (world) =>
        world.patch(as, NAMESPACE, annotations({ 'reprieve.dev/period': '30m' })),
      ),
      delivers(
        'set a deadline that is near',
        'project',
        /the deadline has to be .* or later/,
        (world) =>
          world.patch(as, NAMESPACE, {
            metadata: {
              labels: { 'reprieve.dev/state': 'soft-deleted' },
              annotations: {
                'reprieve.dev/reclaim-after': new Date(Date.now() + 60_000)
                  .toISOString()
                  .replace(/\.\d{3}Z$/, 'Z'),
              },
            },
          }),
      ),
      delivers(
        'forge the clock’s lease',
        'project',
        /only the API server may write/,
        async (world) => {
          const { items } = await world.plane.get<{ items: { metadata: { name: string } }[] }>(
            LEASES,
          );
          const lease = items.find(({ metadata }) => metadata.name.startsWith('apiserver-'));
          return world.patch(as, `${LEASES}/${lease?.metadata.name}`, {
            spec: { renewTime: '2099-01-01T00:00:00.000000Z' },
          });
        },
      ),
      delivers(
        'put up a lease that is ahead',
        'project',
        /only the API server may write/,
        (world) =>
          world.post(as, LEASES, {
            metadata: {
              name: 'ahead',
              labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver' },
            },
            spec: { renewTime: '2099-01-01T00:00:00.000000Z' },
          }),
      ),
      delivers(
        'approve in the cluster without being an approver',
        'project',
        /may not approve/,
        async (world) =>
          world.patch(
            as,
            NAMESPACE,
            annotations({ 'reprieve.dev/hard-delete-approved': `${as} x 2099-01-01T00:00:00Z` }),
          ),
      ),
    ];
  },
);

const BY_APPROVER: readonly Row[] = [
  {
    attempt: 'approve in the cluster for another object',
    of: 'item',
    by: 'approver',
    answer: 'cluster',
    says: /for this very object/,
    run: (world) =>
      world.patch(
        'bob',
        SECRET,
        annotations({
          'reprieve.dev/hard-delete-approved':
            'bob 11111111-2222-3333-4444-555555555555 2099-01-01T00:00:00Z live',
        }),
      ),
  },
  {
    attempt: 'approve in the cluster and delete oneself',
    of: 'item',
    by: 'approver',
    answer: 'cluster',
    says: /is not soft-deleted: request its deletion/,
    run: async (world) => {
      const { metadata } = await world.plane.get<{ metadata: { uid: string } }>(SECRET);
      const expires = new Date(Date.now() + 600_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
      const key = 'reprieve.dev/hard-delete-approved';
      const given = await world.patch(
        'bob',
        SECRET,
        annotations({ [key]: `bob ${metadata.uid} ${expires} live` }),
      );
      const answer = await world.delete('bob', SECRET);
      await world.patch('bob', SECRET, annotations({ [key]: null }));
      return given.startsWith('200') ? answer : given;
    },
  },
];

/** While the project lives. */
export const LIVE: readonly Row[] = [...BY_TERRAFORM, ...WHOLE, ...BY_API, ...BY_APPROVER];
