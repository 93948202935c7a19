import { EnforcedStack } from '../../support/enforced-stack.js';
import type { Row } from './row.js';
import { CRON_JOB, LEASES, NAMESPACE, SECRET, type World } from './world.js';

const REFUSED = /nstance cannot be destroyed/;
const UNKNOWN = /kept-while-soft-deleted/;
const EARLY = /is recoverable until/;
const FROZEN = /can't be changed before it is restored/;
const DB = ['kubernetes_secret_v1', 'db'] as const;
const ROOT = ['kubernetes_namespace_v1', 'billing'] as const;
const members: readonly (readonly [Row['of'], readonly [string, string]])[] = [
  ['item', DB],
  ['project', ROOT],
];

/** What the code says of the doomed members' count. */
function noneLeft(world: World): void {
  world.edit((json) => {
    for (const blocks of Object.values(json.resource)) {
      for (const each of Object.values(blocks)) {
        if (String(each['count']).includes('deleted_at')) each['count'] = 0;
      }
    }
  });
}

const ON_MEMBERS: readonly Row[] = members.flatMap(([of, member]): readonly Row[] => [
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
    says: UNKNOWN,
    run: (world) => world.plan(`-replace=${world.address(...member)}`),
  },
  {
    attempt: '`-replace` a member with `-target`, which leaves the protection out',
    of,
    by: 'Terraform',
    answer: 'cluster',
    says: EARLY,
    run: (world) =>
      world.meanwhile(() => {
        const address = world.address(...member);
        return world.apply(`-replace=${address}`, `-target=${address}`);
      }),
  },
  {
    attempt: 'taint a member',
    of,
    by: 'Terraform',
    answer: 'guard',
    says: UNKNOWN,
    run: (world) =>
      world.meanwhile(() => {
        world.terraform('taint', world.address(...member));
        return world.plan();
      }),
  },
  {
    attempt: '`state rm`, then plan an empty namesake',
    of,
    by: 'Terraform',
    answer: 'guard',
    says: UNKNOWN,
    run: (world) =>
      world.meanwhile(() => {
        world.terraform('state', 'rm', world.address(...member));
        return world.plan();
      }),
  },
  {
    attempt: '`state rm`, then create an empty namesake with `-target`',
    of,
    by: 'Terraform',
    answer: 'cluster',
    // Two policies stand against it, and either may be asked first.
    says: /would be created as something that is being deleted|nothing new starts in it/,
    run: (world) =>
      world.meanwhile(() => {
        const address = world.address(...member);
        world.terraform('state', 'rm', address);
        return world.apply(`-target=${address}`);
      }),
  },
  {
    attempt: '`state rm`, then plan an empty namesake with `-target`',
    of,
    by: 'Terraform',
    answer: 'gate',
    says: /under-tombstone/,
    run: (world) =>
      world.meanwhile(() => {
        const address = world.address(...member);
        world.terraform('state', 'rm', address);
        return world.gate([`-target=${address}`]);
      }),
  },
]);

const BY_CODE: readonly Row[] = [
  {
    attempt: '`terraform destroy`',
    of: 'project',
    by: 'Terraform',
    answer: 'guard',
    says: REFUSED,
    run: (world) => world.plan('-destroy'),
  },
  {
    attempt: 'delete the tombstone',
    of: 'project',
    by: 'Terraform',
    answer: 'guard',
    says: REFUSED,
    run: (world) => world.plan('-destroy', `-target=${world.record('Tombstone')}`),
  },
  {
    attempt: 'backdate the request',
    of: 'project',
    by: 'code',
    answer: 'clock',
    says: /No changes/,
    run: (world) =>
      world.meanwhile(() => {
        world.stack.requestDeletions({ target: 'billing', requestedAt: '2020-01-01T00:00:00Z' });
        world.stack.must(world.stack.synth());
        return world.plan();
      }),
  },
  {
    attempt: 'edit the tombstone in what was synthesized',
    of: 'project',
    by: 'code',
    answer: 'clock',
    says: /No changes/,
    run: (world) =>
      world.meanwhile(() => {
        world.edit((json) => {
          for (const each of Object.values(json.resource['terraform_data'] ?? {})) {
            const input = Object(each['input']);
            if (input.kind === 'Tombstone') input.deleted_at = '2020-01-01T00:00:00Z';
          }
        });
        return world.plan();
      }),
  },
  {
    attempt: 'shorten the period of a running clock',
    of: 'project',
    by: 'code',
    answer: 'cluster',
    says: /a reclamation period never gets shorter/,
    run: (world) =>
      world.meanwhile(() => {
        world.stack.settings('21m', '10m');
        world.stack.must(world.stack.synth());
        return world.apply();
      }),
  },
  {
    attempt: 'remove the code',
    of: 'project',
    by: 'code',
    answer: 'lock',
    says: /No changes/,
    run: (world) =>
      world.meanwhile(() => {
        world.stack.declareAll('');
        world.stack.must(world.stack.synth());
        return world.plan();
      }),
  },
  ...(['gate', 'cluster'] as const).map(
    (answer): Row => ({
      attempt:
        answer === 'gate'
          ? 'remove code, lock entry and request'
          : 'remove code, lock entry and request, and apply without a review',
      of: 'project',
      by: 'code',
      answer,
      says: answer === 'gate' ? /guard-removed/ : EARLY,
      run: (world) =>
        world.meanwhile(() => {
          world.stack.declareAll('');
          world.stack.removeIfThere('projects.lock.yaml');
          world.stack.restoreAll();
          world.stack.must(world.stack.synth());
          return answer === 'gate' ? world.gate() : world.apply();
        }),
    }),
  ),
  ...(['gate', 'cluster'] as const).map(
    (answer): Row => ({
      attempt:
        answer === 'gate'
          ? 'set the members’ `count` to 0'
          : 'set the members’ `count` to 0, and apply without a review',
      of: 'project',
      by: 'code',
      answer,
      says: answer === 'gate' ? /before-deadline/ : EARLY,
      run: (world) =>
        world.meanwhile(() => {
          noneLeft(world);
          return answer === 'gate' ? world.gate() : world.apply();
        }),
    }),
  ),
  ...(['gate', 'cluster'] as const).map(
    (answer): Row => ({
      attempt:
        answer === 'gate'
          ? 'turn the clock back in the state file'
          : 'turn the clock back in the state file, and apply without a review',
      of: 'project',
      by: 'Terraform',
      answer,
      says: answer === 'gate' ? /before-deadline/ : EARLY,
      run: (world) =>
        world.meanwhile(() => {
          world.backdateState();
          return answer === 'gate' ? world.gate() : world.apply();
        }),
    }),
  ),
  {
    attempt: 'use its namespace for a new project',
    of: 'project',
    by: 'code',
    answer: 'lock',
    says: /The namespace `billing` belongs to several projects/,
    run: (world) =>
      world.meanwhile(() => {
        const fresh = "new Project(stack, 'fresh', { namespace: 'billing' });";
        world.stack.declareAll(`${EnforcedStack.PROJECT}${fresh}\n`);
        return world.synth();
      }),
  },
  {
    attempt: 'withdraw the request and make it again',
    of: 'project',
    by: 'code',
    answer: 'clock',
    says: /begins anew/,
    run: async (world) => {
      const before = await deadlineOf(world);
      world.stack.restoreAll();
      world.stack.must(world.stack.settle());
      world.stack.requestDeletions({ target: 'billing' });
      world.stack.must(world.stack.settle());
      const after = await deadlineOf(world);
      return before !== '' && after > before ? 'begins anew' : `${before} became ${after}`;
    },
  },
];

const BY_API: readonly Row[] = (['developer', 'cluster-admin'] as const).flatMap(
  (by): readonly Row[] => {
    const as = by === 'developer' ? 'ann' : 'root';
    const delivers = (attempt: string, of: Row['of'], says: RegExp, run: Row['run']): Row => ({
      attempt,
      of,
      by,
      answer: 'cluster',
      says,
      run,
    });
    return [
      delivers('delete it', 'item', EARLY, (world) => world.delete(as, SECRET)),
      delivers('delete it', 'project', EARLY, (world) => world.delete(as, NAMESPACE)),
      delivers('delete whole collections', 'project', EARLY, (world) =>
        world.delete(as, '/apis/batch/v1/namespaces/billing/cronjobs'),
      ),
      delivers(
        'delete what lies undeclared in the namespace',
        'project',
        /goes with its project, which is recoverable until/,
        (world) => world.delete(as, `${NAMESPACE}/secrets/bystander`),
      ),
      delivers('move the deadline nearer', 'item', /a deadline never comes nearer/, (world) =>
        world.patch(as, SECRET, {
          metadata: { annotations: { 'reprieve.dev/reclaim-after': '2020-01-01T00:00:00Z' } },
        }),
      ),
      delivers('write a deadline that can’t be read', 'item', /has to be a time/, (world) =>
        world.patch(as, SECRET, {
          metadata: { annotations: { 'reprieve.dev/reclaim-after': 'now' } },
        }),
      ),
      delivers('change a secret', 'item', FROZEN, (world) =>
        world.patch(as, SECRET, { data: { password: 'eA==' } }),
      ),
      delivers('take the deadline away and empty it in one update', 'item', FROZEN, (world) =>
        world.patch(as, SECRET, {
          data: { username: '', password: '' },
          metadata: {
            labels: { 'reprieve.dev/state': 'active' },
            annotations: { 'reprieve.dev/reclaim-after': null },
          },
        }),
      ),
      delivers('let a template run by its schedule', 'item', FROZEN, (world) =>
        world.patch(as, CRON_JOB, { spec: { suspend: false } }),
      ),
      delivers('strip the protecting label', 'item', /labels .* can't be changed/, (world) =>
        world.patch(as, SECRET, { metadata: { labels: { 'reprieve.dev/protected': null } } }),
      ),
      delivers('start a pod', 'project', /nothing new starts in it/, (world) =>
        world.post(as, `${NAMESPACE}/pods`, {
          metadata: { name: 'x' },
          spec: { containers: [{ name: 'x', image: 'x' }] },
        }),
      ),
    ];
  },
);

/** While the project is soft-deleted. */
export const DELETED: readonly Row[] = [...ON_MEMBERS, ...BY_CODE, ...BY_API];

const dry = '--dry-run=server';

/** What nobody answers: tried without effect, by the API server's dry run. */
export const OPEN: readonly Row[] = [
  {
    attempt: 'impersonate the API server and forge the clock’s lease (not with `clock: tick`)',
    of: 'project',
    by: 'cluster-admin',
    answer: 'nobody',
    says: /patched, by a dry run/,
    run: async (world) => {
      const lease = world
        .kubectl(
          'root',
          '-n',
          'kube-system',
          'get',
          'leases',
          '-l',
          'apiserver.kubernetes.io/identity=kube-apiserver',
          '-o',
          'name',
        )
        .trim();
      const forged = '{"spec":{"renewTime":"2099-01-01T00:00:00.000000Z"}}';
      const answer = world.kubectl(
        'root',
        '--as=system:apiserver',
        '--as-group=system:masters',
        '-n',
        'kube-system',
        'patch',
        lease,
        '--type=merge',
        '-p',
        forged,
        dry,
      );
      const { items } = await world.plane.get<{ items: { spec: { renewTime: string } }[] }>(LEASES);
      // kubectl does not say of a patch that it was a dry run.
      const isDry = items.every(({ spec }) => !spec.renewTime.startsWith('2099'));
      return isDry ? answer.replace(/patched/, 'patched, by a dry run') : answer;
    },
  },
  {
    attempt: 'impersonate an approver',
    of: 'project',
    by: 'cluster-admin',
    answer: 'nobody',
    says: /annotated \(server dry run\)/,
    run: async (world) => {
      const uid = world.kubectl(
        'root',
        'get',
        'namespace',
        'billing',
        '-o',
        'jsonpath={.metadata.uid}',
      );
      return world.kubectl(
        'root',
        '--as=bob',
        '--as-group=system:masters',
        'annotate',
        'namespace',
        'billing',
        `reprieve.dev/hard-delete-approved=bob ${uid} ${soon()} ${await deadlineOf(world)}`,
        dry,
      );
    },
  },
  {
    attempt: 'take the admission policies away',
    of: 'project',
    by: 'cluster-admin',
    answer: 'nobody',
    says: /deleted \(server dry run\)/,
    run: (world) =>
      world.kubectl(
        'root',
        'delete',
        'validatingadmissionpolicybinding',
        'deletion.reprieve.dev',
        dry,
      ),
  },
  {
    attempt: 'approve as a person, delete with the token of a service account of theirs',
    of: 'item',
    by: 'approver',
    answer: 'nobody',
    says: /^200/,
    run: async (world) => {
      const { metadata } = await world.plane.get<{ metadata: { uid: string } }>(SECRET);
      const approve = (value: string | null) =>
        world.patch('bob', SECRET, {
          metadata: { annotations: { 'reprieve.dev/hard-delete-approved': value } },
        });
      await approve(`bob ${metadata.uid} ${soon()} ${await deadlineOf(world)}`);
      const answer = await world.delete('deploy', `${SECRET}?dryRun=All`);
      await approve(null);
      return answer.slice(0, 3);
    },
  },
];

function soon(): string {
  return new Date(Date.now() + 600_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

async function deadlineOf(world: World): Promise<string> {
  const { metadata } = await world.plane.get<{
    metadata: { annotations: Record<string, string> };
  }>(NAMESPACE);
  return metadata.annotations['reprieve.dev/reclaim-after'] ?? '';
}
