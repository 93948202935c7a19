import { EnforcedStack } from '../../support/enforced-stack.js';
import { seconds } from '../../support/scratch.js';
import { dropResource, withoutItem } from './edits.js';
import {
  type Ask,
  annotations,
  approval,
  type Change,
  edited,
  inSeconds,
  type Try,
} from './rows.js';
import { CRON_JOBS, LEASES, PROJECT, type Subject } from './subjects.js';
import type { World } from './world.js';

/** The uid of an object that is not there. */
export const OTHER_UID = '11111111-2222-3333-4444-555555555555';
const AHEAD = { spec: { renewTime: '2099-01-01T00:00:00.000000Z' } };

/** The project or the item taken out of main.ts. */
export const remove: Change = (world, { of }) =>
  world.stack.declareAll(of === 'project' ? '' : withoutItem(EnforcedStack.PROJECT));

export const removeWithLock: Change = (world, it) => {
  remove(world, it);
  world.synthesizeWithoutLock();
};

export const rename: Change = (world, { of }) => {
  const [from, to] = of === 'project' ? ["'billing'", "'invoices'"] : ["'db'", "'database'"];
  world.stack.declareAll(EnforcedStack.PROJECT.replace(from, to));
  world.synthesizeWithoutLock();
};

export const forget = edited((json, it) => dropResource(json, it, false));
export const destroy = edited((json, it) => dropResource(json, it, true));

export const applyOldPlan: Try = async (world, { target }) => {
  world.stack.settings('1h', '1s');
  world.request({ target });
  world.plan('-out=stale.tfplan');
  await seconds(2);
  return world.terraform('apply', '-input=false', 'stale.tfplan');
};

export const planInTheFuture: Try = (world, { target }) => {
  world.request({ target });
  return world.gate([], 3600);
};

/** Requests a hard deletion, approved for something of that name with another uid. */
const requestHard = (world: World, { target }: Subject, requestedBy: string) => {
  const [requestedAt, at, expires] = [-7200, -3600, 3600].map(inSeconds);
  const approvals = [{ by: 'bob@example.org', at, expires, uid: OTHER_UID }];
  const who = { requestedBy, requestedAt, approvals };
  world.stack.requestDeletions({ target, mode: 'hard', confirm: target, ...who });
};

export const approveOneself: Change = (world, it) => requestHard(world, it, 'bob@example.org');

export const approveNamesake: Change = (world, it) => {
  requestHard(world, it, 'ann@example.org');
  world.synthesize();
};

/** Under load cdktf can lose the end of what Terraform says: then Terraform is asked itself. */
export const destroyAll: Try = (world) => {
  const args = ['destroy', 'production', '--auto-approve', '--skip-provider-lock'];
  const { code, flat } = world.stack.cdktf(...args);
  if (code === 0 || flat.includes('Error:')) return flat;
  return world.plan('-destroy');
};

/** The first one has something to do, and waits for a yes. */
export const deployTwice: Try = async (world, { target }) => {
  world.request({ target });
  const first = await world.stack.heldApply('production');
  const answer = world.plan('-lock-timeout=0s');
  await first('no');
  return answer;
};

export const deleteTemplates: Ask = (world, as) => world.delete(as, CRON_JOBS);

export const replace: Ask = (world, as) => {
  const metadata = { name: 'db', namespace: 'billing' };
  const empty = { apiVersion: 'v1', kind: 'Secret', metadata };
  world.stack.write('empty.json', JSON.stringify(empty));
  return world.kubectl(as, `replace --force --wait=false -f ${world.path('empty.json')}`);
};

/** Marks it as soft-deleted, with a deadline that comes too soon. */
export const endSoon: Ask = (world, as, { path }) => {
  const { metadata } = annotations({ 'reprieve.dev/reclaim-after': inSeconds(60) });
  const labels = { 'reprieve.dev/state': 'soft-deleted' };
  return world.patch(as, path, { metadata: { labels, ...metadata } });
};

export const forgeLease: Ask = async (world, as) => {
  const { items } = await world.plane.get<{ items: { metadata: { name: string } }[] }>(LEASES);
  const lease = items.find(({ metadata }) => metadata.name.startsWith('apiserver-'));
  return world.patch(as, `${LEASES}/${lease?.metadata.name}`, AHEAD);
};

export const addLease: Ask = (world, as) => {
  const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver' };
  return world.post(as, LEASES, { metadata: { name: 'ahead', labels }, ...AHEAD });
};

export const approveUnasked: Ask = (world, as, { path }) =>
  world.patch(as, path, approval(`${as} x 2099-01-01T00:00:00Z`));

/** Approves in the cluster before, in one's own name, and takes that back afterwards. */
const withApproval =
  (ask: Ask): Ask =>
  async (world, as, it) => {
    const value = `${as} ${await world.uid(it.path)} ${inSeconds(600)} ${await world.stands(it.path)}`;
    const given = await world.patch(as, it.path, approval(value));
    if (!given.startsWith('200')) return given;
    const answer = await ask(world, as, it);
    await world.patch(as, it.path, approval(null));
    return answer;
  };

export const approveAndDelete = withApproval((world, as, { path }) => world.delete(as, path));

export const deleteAsServiceAccount = withApproval((world, _as, { path }) =>
  world.delete('deploy', `${path}?dryRun=All`),
);

/** Writes an approval in an approver's name on it, and deletes it. */
export const approvedAsAnother: Ask = async (world, as, { path }) => {
  const value = `bob ${await world.uid(path)} ${inSeconds(600)} live`;
  await world.patch(as, path, approval(value));
  const answer = await world.delete(as, path);
  await world.patch(as, path, approval(null));
  return answer;
};

/** Without effect, by the API server's dry run: a person who may do that is not stopped. */
const dryRun = (line: string) => `${line} --dry-run=server`;

/** Takes the deadline away, as a restore does, and the content too. */
export const RESTORED_AND_EMPTY = {
  data: { username: '', password: '' },
  metadata: {
    labels: { 'reprieve.dev/state': 'active' },
    annotations: { 'reprieve.dev/reclaim-after': null },
  },
};

export const forgeLeaseAsServer: Ask = async (world, as) => {
  const identity = 'apiserver.kubernetes.io/identity=kube-apiserver';
  const lease = world.kubectl(as, `-n kube-system get leases -l ${identity} -o name`).trim();
  const server = '--as=system:apiserver --as-group=system:masters -n kube-system';
  const patch = dryRun(`${server} patch ${lease} --type=merge -p ${JSON.stringify(AHEAD)}`);
  const answer = world.kubectl(as, patch);
  const { items } = await world.plane.get<{ items: { spec: { renewTime: string } }[] }>(LEASES);
  // kubectl does not say of a patch that it was a dry run.
  const isDry = items.every(({ spec }) => !spec.renewTime.startsWith('2099'));
  return isDry ? answer.replace(/patched/, 'patched, by a dry run') : answer;
};

export const approveAsAnother: Ask = async (world, as, { path }) => {
  const value = `bob ${await world.uid(path)} ${inSeconds(600)} ${await world.stands(path)}`;
  const line = dryRun('--as=bob --as-group=system:masters annotate namespace billing');
  return world.kubectl(as, line, `reprieve.dev/hard-delete-approved=${value}`);
};

export const removePolicy: Ask = (world, as) =>
  world.kubectl(as, dryRun('delete validatingadmissionpolicybinding deletion.reprieve.dev'));

/** Out of the code alone: the lock still has it. */
export const removeFromCode: Change = (world, it) => {
  remove(world, it);
  world.synthesize();
};

export const removeEverything: Change = (world) => {
  world.stack.declareAll('');
  world.stack.restoreAll();
  world.synthesizeWithoutLock();
};

export const requestEarlier: Change = (world, { target }) =>
  world.request({ target, requestedAt: '2020-01-01T00:00:00Z' });

export const backdateState: Change = (world) => world.stack.turnBackClocks(24, 'production');

export const shortenPeriod: Change = (world) => {
  world.stack.settings('21m', '10m');
  world.synthesize();
};

export const declareNamesake: Change = (world) => {
  const fresh = "new Project(stack, 'fresh', { namespace: 'billing' });";
  world.stack.declareAll(`${EnforcedStack.PROJECT}${fresh}\n`);
};

/** Restores it and requests its deletion again, for good: the deadline is then a later one. */
export const requestAgain: Try = async (world, { path, target }) => {
  const before = await world.stands(path);
  world.stack.restoreAll();
  world.stack.must(world.stack.settle());
  world.stack.requestDeletions({ target });
  world.stack.must(world.stack.settle());
  const after = await world.stands(path);
  return before !== 'live' && after !== 'live' && after > before
    ? 'begins anew'
    : `${before} became ${after}`;
};

/** Sets state and deadline, so many seconds ahead or as said. */
export const startsAt =
  (when: number | string, below = ''): Ask =>
  (world, as, { path }) => {
    const deadline = typeof when === 'number' ? inSeconds(when) : when;
    const { metadata } = annotations({ 'reprieve.dev/reclaim-after': deadline });
    const labels = { 'reprieve.dev/state': 'soft-deleted' };
    return world.patch(as, `${path}${below}`, { metadata: { labels, ...metadata } });
  };

/** Approves, has the project restored and deleted again, and has a developer use the approval. */
export const approvedBeforeRestore: Ask = async (world, as, { path }) => {
  const value = `${as} ${await world.uid(path)} ${inSeconds(3600)} ${await world.stands(path)}`;
  const given = await world.patch(as, path, approval(value));
  if (!given.startsWith('200')) return given;
  await requestAgain(world, PROJECT);
  const answer = await world.delete('ann', path);
  await world.patch(as, path, approval(null));
  return answer;
};
