import { describe, expect, it } from 'vitest';
import { reviewPlans } from '../../lib/gate/review-plans.js';
import type { Review } from '../../lib/review/review.js';
import {
  contextAt,
  editedPlan,
  type Json,
  PLANS,
  planOf,
  planText,
  reviewOf,
} from '../support/plans.js';
import { processorTime } from '../support/processor.js';

/** What a review says, told in short. */
function told(review: Review) {
  const kinds = [...new Set(review.deletions.map(({ kind, cause }) => `${kind}: ${cause}`))];
  return {
    verdict: review.verdict,
    why: [...new Set(review.why.map(({ code }) => code))],
    kinds,
    events: review.reclamations.map(({ kind, target }) => `${kind} ${target}`),
  };
}

const pass = (kinds: readonly string[], events: readonly string[] = []) => ({
  verdict: 'pass',
  why: [],
  kinds,
  events,
});
const blocked = (
  why: readonly string[],
  kinds: readonly string[] = [],
  events: readonly string[] = [],
) => ({ verdict: 'blocked', why, kinds, events });

const NIGHTLY = 'billing/job-templates/nightly';

describe('the life of a deletion, in plans of real Terraform', () => {
  it.each([
    ['create-project', pass([])],
    ['live-no-change', pass([])],
    ['project-renamed', pass([])],
    ['soft-delete-project', pass([], ['soft-delete billing'])],
    ['soft-delete-item', pass([], [`soft-delete ${NIGHTLY}`])],
    ['pending', pass([], ['pending billing'])],
    ['restore-project', pass([], ['restore billing'])],
    ['reclaim-project', pass(['reclaim: period-over'])],
    ['reclaimed-no-change', pass([])],
    ['close', pass([])],
    ['restore-too-late', blocked(['restore-too-late'], [], ['restore-too-late billing'])],
  ])('%s', async (name, expected) => {
    expect(told(await reviewOf(planText(name)))).toEqual(expected);
  });
});

describe('what follows a deploy that was killed', () => {
  const isTombstone = (each: Json) => JSON.stringify(each).includes('"Tombstone"');

  it('may take marks away that no clock stands behind', async () => {
    const text = editedPlan('restore-project', (plan) => {
      plan['resource_changes'] = list(plan['resource_changes']).filter(
        (each) => !isTombstone(each),
      );
      const root = rootOf(plan);
      root['resources'] = list(root['resources']).filter((each) => !isTombstone(each));
    });
    expect(told(await reviewOf(text))).toEqual(pass([]));
  });

  it('may move the deadline of marked objects later, together with a clock that begins', async () => {
    const deadline = /("reprieve\.dev\/reclaim-after":")\d{4}/;
    const marked = (earlier: string) =>
      editedPlan('soft-delete-project', (plan) => {
        for (const { change } of list(plan['resource_changes'])) {
          const { before, after } = object(change);
          if (before === null || !deadline.test(JSON.stringify(after))) continue;
          const text = JSON.stringify(after).replace(deadline, `$1${earlier}`);
          object(change)['before'] = JSON.parse(text);
        }
      });
    expect(told(await reviewOf(marked('2020')))).toEqual(pass([], ['soft-delete billing']));
  });
});

describe('attempts to end what is protected', () => {
  it.each([
    [
      'code-and-lock-removed',
      ['guard-removed', 'not-requested'],
      ['protection-removed: block-removed'],
      [],
    ],
    ['guard-removed', ['guard-removed'], [], []],
    ['guard-shrunk', ['member-removed'], [], []],
    ['member-taken-off', ['member-removed', 'not-requested'], ['blocked: block-removed'], []],
    ['removed-block', ['forgotten'], ['blocked: forgotten'], []],
    ['protected-replaced', ['replaced'], ['blocked: attribute-changed'], []],
    ['protected-replaced-first', ['replaced'], ['blocked: attribute-changed'], []],
    ['renamed-without-move', ['not-requested'], ['blocked: block-removed'], []],
    [
      'protected-destroy-mode',
      ['guard-removed', 'not-requested'],
      ['protection-removed: destroy-mode'],
      [],
    ],
    [
      'protected-targeted',
      ['plan-incomplete', 'guard-removed', 'not-requested'],
      ['protection-removed: destroy-mode'],
      [],
    ],
    ['errored', ['plan-errored', 'guard-removed'], [], []],
    ['backdated', ['backdated'], [], ['soft-delete billing']],
    ['period-cut', ['period-shortened'], [], ['soft-delete billing']],
    ['count-forced', ['before-deadline'], ['blocked: count-shrunk'], []],
    [
      'tombstone-removed',
      ['guard-removed', 'before-deadline'],
      ['protection-removed: block-removed'],
      [],
    ],
    ['tombstone-backdated', ['tombstone-edited', 'before-deadline'], ['blocked: count-shrunk'], []],
    ['create-under-tombstone', ['under-tombstone'], [], []],
    ['label-removed', ['label-removed'], [], []],
    ['guard-doubled', ['retargeted'], [], []],
    ['deadline-shortened', ['deadline-shortened'], [], ['pending billing']],
    ['made/drift-lost', ['lost-outside'], ['blocked: drift'], []],
    ['made/unmarked', ['unmarked'], ['blocked: count-shrunk'], []],
  ])('%s', async (name, why, kinds, events) => {
    expect(told(await reviewOf(planText(name)))).toEqual(blocked(why, kinds, events));
  });

  it('says until when what is blocked can be taken back', async () => {
    const review = await reviewOf(planText('count-forced'));
    const { plannedAt } = await planOf(planText('count-forced'));
    const until = Date.parse(review.deletions[0]?.recoverableUntil ?? '');
    expect(until).toBeGreaterThan(Number(plannedAt));
    expect(review.why[0]?.message).toContain('can be restored until');
  });

  it('blocks marks without a clock, which would let a later plan pass', async () => {
    const marked = (until: string) =>
      editedPlan('label-removed', (plan) => {
        for (const each of list(plan['resource_changes'])) {
          const { before, after } = object(each['change']);
          const input = object(object(after)['input']);
          const was = object(object(before)['input'])['metadata'];
          if (!String(each['address']).includes('nightly') || was === undefined) continue;
          const metadata = structuredClone(object(was));
          Object.assign(object(metadata['labels']), { 'reprieve.dev/state': 'soft-deleted' });
          Object.assign(object(metadata['annotations']), { 'reprieve.dev/reclaim-after': until });
          input['metadata'] = metadata;
        }
      });
    for (const until of ['2026-01-01T00:00:00Z', '2099-01-01T00:00:00Z', '']) {
      expect(told(await reviewOf(marked(until))).why).toEqual(['marked-early']);
    }
  });

  it.each([true, { api_version: true }])(
    'blocks what could still become a record: %j',
    async (input) => {
      const text = editedPlan('guard-doubled', (plan) => {
        for (const each of list(plan['resource_changes'])) {
          if (each['address'] !== 'terraform_data.mine') continue;
          Object.assign(object(each['change']), { after: {}, after_unknown: { input, id: true } });
        }
      });
      expect(told(await reviewOf(text)).why).toEqual(['record-unknown']);
    },
  );

  it.each([
    ['', 'live-no-change'],
    ['[0]', 'count-forced'],
  ])('blocks an action that the end of a protected object%s sets off', async (index, name) => {
    const invoke = (event: string) =>
      editedPlan(name, (plan) => {
        const nightly = list(plan['resource_changes']).find((each) =>
          String(each['address']).includes('nightly'),
        );
        const trigger = {
          triggering_resource_address: nightly?.['address'],
          action_trigger_event: event,
        };
        expect(String(nightly?.['address']).endsWith(`AC099059${index}`)).toBe(true);
        plan['action_invocations'] = [{ address: 'action.x.y', lifecycle_action_trigger: trigger }];
      });
    const stops = async (event: string) =>
      (await reviewOf(invoke(event))).why.filter(({ code }) => code === 'action').length;
    expect(await stops('BeforeDestroy')).toBe(1);
    expect(await stops('delete')).toBe(1);
    expect(await stops('something new')).toBe(1);
    expect(await stops('AfterCreate')).toBe(0);
  });

  it('blocks the end of a protected object that was put off', async () => {
    const text = editedPlan('member-taken-off', (plan) => {
      const isEnd = (each: Json) => JSON.stringify(each).includes('"actions":["delete"]');
      const changes = list(plan['resource_changes']);
      plan['resource_changes'] = changes.filter((each) => !isEnd(each));
      const put = changes.filter(isEnd);
      plan['deferred_changes'] = put.map((each) => ({
        reason: 'absent_prereq',
        resource_change: each,
      }));
    });
    const review = await reviewOf(text);
    expect(review.why.map(({ code }) => code)).toContain('deferred');
    expect(review.deletions).toMatchObject([{ kind: 'blocked', deferred: 'absent_prereq' }]);
  });

  it('blocks another object under a name that can still be restored', async () => {
    const created = (address: string, after: object): Json => ({
      address,
      mode: 'managed',
      type: 'terraform_data',
      name: address.replace('terraform_data.', ''),
      change: { actions: ['create'], before: null, after, after_unknown: {} },
    });
    const namesake = created('terraform_data.namesake', { input: {} });
    const project = editedPlan('pending', (plan) => {
      const input = { api_version: 'reprieve/v1', kind: 'Guard', target: 'billing', period: '1h' };
      const members = [{ address: 'terraform_data.namesake', target: 'billing' }];
      const guard = created('terraform_data.second', { input: { ...input, members } });
      list(plan['resource_changes']).push(guard, namesake);
    });
    expect(told(await reviewOf(project)).why).toEqual(['guard-doubled', 'name-taken']);
    const item = editedPlan('pending', (plan) => {
      const changes = list(plan['resource_changes']);
      const guard = changes.find((each) => JSON.stringify(each).includes('"Guard"')) ?? {};
      const change = object(guard['change']);
      const after = structuredClone(object(change['before']));
      const members = list(object(after['input'])['members']);
      members.push({ address: 'terraform_data.namesake', target: 'billing' });
      Object.assign(change, { actions: ['update'], after });
      changes.push(namesake);
    });
    expect(told(await reviewOf(item)).why).toEqual(['name-taken']);
  });

  it.each([
    ['guard-edited', 'live-no-change', { api_version: 'none' }],
    ['guard-edited', 'pending', { target: 'other' }],
  ])('blocks a guard that becomes something else: %s, %s', async (code, name, changes) => {
    expect(told(await reviewOf(guardBecomes(name, changes))).why).toEqual([code]);
  });

  it('lets a period become shorter by an approver’s review alone', async () => {
    const shorter = guardBecomes('live-no-change', { period: '1s' });
    expect(told(await reviewOf(shorter)).why).toEqual(['period-shortened']);
    const review = await reviewOf(shorter, { approvals: [{ by: 'bob' }] });
    expect(told(review)).toEqual(pass([]));
    expect(review.notices.map(({ code }) => code)).toEqual(['period-shortened']);
  });

  it('lets an item go by its project’s deadline where that is the earlier one', async () => {
    const text = editedPlan('count-forced', (plan) => {
      const resources = list(rootOf(plan)['resources']);
      const project = resources.find((each) => JSON.stringify(each).includes('"Tombstone"')) ?? {};
      const own: Json = structuredClone(project);
      Object.assign(object(object(own['values'])['input']), { target: NIGHTLY, period: '900h' });
      resources.push({ ...own, address: 'terraform_data.own', name: 'own' });
    });
    const until = (review: Review) =>
      review.deletions.find(({ target }) => target === NIGHTLY)?.recoverableUntil;
    expect(until(await reviewOf(text))).toBe(until(await reviewOf(planText('count-forced'))));
  });

  it('protects by the label of an object where the state has no guard', async () => {
    const text = editedPlan('code-and-lock-removed', (plan) => {
      const isRecord = (each: Json) => JSON.stringify(each).includes('reprieve/v1');
      plan['resource_changes'] = list(plan['resource_changes']).filter((each) => !isRecord(each));
      const root = rootOf(plan);
      root['resources'] = list(root['resources']).filter((each) => !isRecord(each));
    });
    const review = await reviewOf(text);
    expect(told(review)).toEqual(blocked(['not-requested'], ['blocked: block-removed']));
  });

  it('blocks the end of a guarded object whose record of protection was broken', async () => {
    const text = planText('code-and-lock-removed').replaceAll(
      '"api_version":"reprieve/v1","kind":"Guard"',
      '"api_version":"reprieve/v9","kind":"Guard"',
    );
    expect((await reviewOf(text)).why.map(({ code }) => code)).toContain('record-unreadable');
  });
});

describe('any other plan', () => {
  it.each([
    ['no-change', []],
    ['moved', []],
    ['block-removed', ['unprotected: block-removed']],
    ['module-removed', ['unprotected: module-removed']],
    ['key-removed', ['unprotected: key-removed']],
    ['count-shrunk', ['unprotected: count-shrunk']],
    ['repetition-changed', ['unprotected: repetition-changed']],
    ['forget', ['unprotected: forgotten']],
    ['tofu-forget', ['unprotected: forgotten']],
    ['tofu-block-removed', ['unprotected: block-removed']],
    ['replace', ['unprotected: attribute-changed', 'unprotected: replacement-triggered']],
    ['replace-requested', ['unprotected: replacement-requested']],
    ['tainted', ['unprotected: tainted']],
    ['deposed', ['unprotected: tainted', 'unprotected: deposed']],
    ['moved-and-replaced', ['unprotected: attribute-changed']],
    ['destroy-mode', ['unprotected: destroy-mode']],
    ['made/create-then-forget', ['unprotected: forgotten']],
    ['made/action', ['unprotected: action', 'unprotected: block-removed']],
    ['made/deferred-action', ['unprotected: action', 'unprotected: block-removed']],
    ['tofu-replace-forget', ['unprotected: forgotten']],
    ['tofu-destroy-false', ['unprotected: forgotten']],
    ['action-before-update', []],
    ['made/unknown-action', ['unprotected: block-removed']],
    ['made/format-0.1', ['unprotected: key-removed']],
    ['made/format-1.99', ['unprotected: key-removed']],
  ])('%s: every end is shown, and none is stopped', async (name, kinds) => {
    expect(told(await reviewOf(planText(name)))).toEqual(pass(kinds));
  });

  it.each([
    ['targeted', 'plan-incomplete'],
    ['tofu-targeted', 'plan-partial'],
    ['refresh-only', 'plan-partial'],
    ['made/deferred', 'plan-incomplete'],
    ['deferred-count', 'plan-incomplete'],
    ['action-invoked', 'plan-partial'],
  ])('%s fails closed: it may miss deletions', async (name, code) => {
    const review = await reviewOf(planText(name));
    expect(review.verdict).toBe('blocked');
    expect(review.why.map((each) => each.code)).toEqual([code]);
  });

  it('shows which attributes force a replacement, and the images of what ends', async () => {
    const replaced = await reviewOf(planText('replace'));
    expect(replaced.deletions[0]?.attributes).toEqual(['triggers_replace']);
    const images = await reviewOf(planText('images'));
    expect(images.deletions[0]?.images).toEqual(['registry.example/team/job:1.2']);
    expect(
      (await reviewOf(planText('sensitive'))).deletions.flatMap((each) => each.images),
    ).toEqual([]);
  });

  it('refuses what is no plan, though it reads like one', async () => {
    const state =
      '{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{}}}';
    await expect(planOf(state)).rejects.toThrow('as a state has none');
    await expect(planOf('{}')).rejects.toThrow('format_version');
  });

  it('refuses a format of an unknown major version', async () => {
    await expect(planOf(planText('made/format-2.0'))).rejects.toThrow('"2.0"');
  });
});

describe('the time of a plan', () => {
  const at = async (seconds: number) => {
    const plan = await planOf(planText('live-no-change'));
    const now = new Date(Number(plan.plannedAt) + seconds * 1000);
    return told(reviewPlans([plan], contextAt(now))).why;
  };

  it('may be a little ahead of the trusted clock, and not more', async () => {
    expect(await at(-600)).toEqual([]);
    expect(await at(-601)).toEqual(['plan-from-future']);
  });

  it('may be as old as a plan may be when it is applied, and not more', async () => {
    expect(await at(3600)).toEqual([]);
    expect(await at(3601)).toEqual(['plan-stale']);
  });

  it.each(PLANS.filter((name) => name !== 'made/format-2.0'))(
    'counts wherever there is anything of ours, as in %s',
    async (name) => {
      const text = planText(name);
      const plan = await planOf(text);
      if (plan.plannedAt === undefined) return;
      const { why, notices } = await late(text);
      const isPart = plan.isPartial || plan.complete === false || plan.errored === true;
      const counts = /"reprieve(?:\.dev)?\//.test(text) || isPart;
      const isOpaque = plan.changes.some((each) => each.isOpaque);
      expect(why.includes('plan-stale')).toBe(counts || isOpaque);
      expect(notices.includes('plan-old')).toBe(!(counts || isOpaque));
    },
  );

  it.each<[string, (plan: Json) => void]>([
    [
      'the mark of an object that it leaves as it is',
      (plan) => edited(plan, 'no-op', LABELLED, LABELLED),
    ],
    ['the mark of an object that it changes', (plan) => edited(plan, 'update', LABELLED, LABELLED)],
    ['the mark of an object that it makes', (plan) => edited(plan, 'create', null, LABELLED)],
    [
      'the mark of an object that was lost',
      (plan) => edited(plan, 'delete', LABELLED, null, 'resource_drift'),
    ],
    ['the mark of an object that it puts off', (plan) => deferred(plan, LABELLED)],
    ['a deadline alone', (plan) => edited(plan, 'update', null, DATED)],
    [
      'what only the apply could make a record',
      (plan) =>
        list(plan['resource_changes']).push(
          entryOf('create', null, {}, { input: { api_version: true } }, 'terraform_data'),
        ),
    ],
    [
      'what writes into an object',
      (plan) =>
        list(plan['resource_changes']).push(
          entryOf('create', null, { labels: PROTECTED }, {}, 'kubernetes_labels'),
        ),
    ],
    ['marks that only the apply knows', (plan) => edited(plan, 'update', {}, {}, undefined, OPEN)],
  ])('counts where the only thing of ours is %s', async (_, edit) => {
    expect((await late(planText('block-removed'))).why).toEqual([]);
    expect((await late(editedPlan('block-removed', edit))).why).toContain('plan-stale');
  });

  it('says how old a plan is whose age stops nothing, and stops one from the future', async () => {
    const plan = await planOf(planText('block-removed'));
    const at = (hours: number) =>
      reviewPlans([plan], contextAt(new Date(Number(plan.plannedAt) + hours * 3_600_000)));
    expect(at(48)).toMatchObject({ verdict: 'pass', deletions: [{ kind: 'unprotected' }] });
    expect(at(48).notices.map(({ message }) => message)).toEqual([
      expect.stringMatching(/, 2d ago, and may be 1h old where something is protected\./),
    ]);
    expect(at(1).notices).toEqual([]);
    expect(told(at(-1)).why).toEqual(['plan-from-future']);
  });

  it('never reaches a deadline that the trusted clock has not', async () => {
    const text = editedPlan('count-forced', (plan) => {
      plan['timestamp'] = new Date(Date.parse(String(plan['timestamp'])) + 7200_000).toISOString();
    });
    const plan = await planOf(text);
    const now = new Date(Number(plan.plannedAt) - 7200_000);
    const review = reviewPlans(
      [plan],
      contextAt(now, { clockTolerance: { seconds: 9999, text: '2h46m39s' } }),
    );
    expect(told(review).why).toEqual(['before-deadline']);
  });
});

describe('a hard deletion', () => {
  const hard = (changes: Json = {}) =>
    editedPlan('hard-delete-item', (plan) => {
      for (const each of list(plan['resource_changes'])) {
        const after = object(object(each['change'])['after'])['input'];
        if (object(after)['kind'] === 'HardDeletion') Object.assign(object(after), changes);
      }
    });
  const why = async (text: string, changes = {}) => told(await reviewOf(text, changes)).why;

  const BY_BOB = { approvals: [{ by: 'bob' }] };
  const TRUSTING = { trustsFile: true };

  it('is not proven by a name in a file, where nobody can be asked', async () => {
    const { why: reasons } = await reviewOf(hard());
    expect([...new Set(reasons.map(({ code }) => code))]).toEqual(['approval-unproven']);
    expect(reasons[0]?.message).toContain('no forge was asked');
  });

  it('is proven by the file alone where the base’s settings say so, which is said', async () => {
    const review = await reviewOf(hard(), TRUSTING);
    expect(told(review)).toEqual(pass(['hard-delete: approved']));
    expect(review.notices.map(({ code }) => code)).toEqual(['approval-by-file']);
    expect(await why(hard({ approved_at: null }), TRUSTING)).toEqual(['approval-undated']);
    expect(await why(hard({ approved_at: null }), BY_BOB)).toEqual([]);
  });

  it('passes nowhere where the rules name no approvers', async () => {
    expect(await why(hard(), { ...BY_BOB, approvers: [] })).toEqual(['no-approvers']);
  });

  it('tells whom nobody may count as, by every name of theirs on either side', async () => {
    const people = [{ id: 'bob@example.org', kubernetesUser: 'bob-of-ops', github: 'bob' }];
    const own = hard({ requested_by: 'Bob-of-Ops' });
    expect(await why(own, BY_BOB)).toEqual([]);
    expect(await why(own, { ...BY_BOB, people })).toEqual(['approval-self']);
  });

  it('says why approvals that were given do not count', async () => {
    const approvalNotes = ['The approval of `bob` does not count: it is of an earlier commit.'];
    const review = await reviewOf(hard(), { approvals: [], approvalNotes });
    expect(review.why[0]?.message).toContain('it is of an earlier commit');
  });

  it('goes ahead with the approving review of the approver, and of nobody else', async () => {
    const by = (login: string) => ({ approvals: [{ by: login }] });
    expect(await why(hard(), by('BOB'))).toEqual([]);
    expect((await reviewOf(hard(), by('bob'))).notices).toEqual([]);
    expect(await why(hard(), by('mallory'))).toEqual(['approval-unproven']);
    expect(await why(hard(), { approvals: [] })).toEqual(['approval-unproven']);
  });

  it.each([
    ['approval-self', { requested_by: 'Bob@example.org ' }],
    ['approval-self', { requested_by: 'bob' }],
    ['approval-unknown', { approved_by: 'eve@example.org' }],
    ['approval-expired', { approval_expires: '2026-01-01T00:00:00Z' }],
    ['approval-expired', { approval_expires: 'whenever' }],
    ['approval-uid', { uid: 'of-a-namesake' }],
    ['approval-future', { approved_at: '2999-01-01T00:00:00Z' }],
    ['approval-expired', { approved_at: '2020-01-01T00:00:00Z' }],
  ])('is stopped: %s, whoever approves at the forge', async (code, changes) => {
    expect(await why(hard(changes), BY_BOB)).toEqual([code]);
  });

  it('is not covered by the approval of another target', async () => {
    const other = hard({ target: 'billing/job-templates/weekly' });
    expect(await why(other, BY_BOB)).toEqual(['approval-uid', 'not-requested']);
  });
});

describe('what is not stopped without need', () => {
  it('tells a closed deletion from a plan in which nothing is destroyed', async () => {
    const { notices } = await reviewOf(planText('close'));
    expect(notices.map(({ code }) => code)).toEqual(['records-go']);
    expect(notices[0]?.message).toContain('3 to destroy are records of protection of `billing`');
  });

  it('counts what is let go of apart from what is deleted', async () => {
    const { plans, deletions } = await reviewOf(planText('forget'));
    expect(plans[0]?.counts).toMatchObject({ delete: 0, forget: 1 });
    expect(deletions.map(({ cause }) => cause)).toEqual(['forgotten']);
  });

  it('tells the records from an object that is deleted beside them', async () => {
    const text = editedPlan('close', (plan) => {
      const change = { actions: ['delete'], before: { id: 'x' }, after: null };
      const resource = { mode: 'managed', type: 'example_thing', name: 'x', change };
      list(plan['resource_changes']).push({ ...resource, address: 'example_thing.x' });
      list(rootOf(plan)['resources']).push({ ...resource, address: 'example_thing.x', values: {} });
    });
    const { notices, deletions } = await reviewOf(text);
    expect(deletions.map(({ address }) => address)).toEqual(['example_thing.x']);
    expect(notices.map(({ code }) => code)).toEqual(['records-go']);
  });

  it('says nothing of the records of a deletion that is taken back', async () => {
    const { notices, reclamations } = await reviewOf(planText('restore-project'));
    expect(reclamations.map(({ kind }) => kind)).toContain('restore');
    expect(notices).toEqual([]);
  });

  const lost = (type: string) =>
    editedPlan('made/drift-lost', (plan) => {
      for (const each of [...list(plan['resource_drift']), ...list(plan['resource_changes'])]) {
        if (String(each['address']).includes('nightly')) each['type'] = type;
      }
    });

  it('lets an object be made again whose content is in the code, and says so', async () => {
    const review = await reviewOf(lost('kubernetes_config_map_v1'));
    expect(told(review).verdict).toBe('pass');
    expect(review.notices.map(({ code }) => code)).toContain('lost-outside');
    expect(told(await reviewOf(lost('kubernetes_namespace_v1'))).why).toEqual(['lost-outside']);
  });
});

describe('objects that other resources stand for', () => {
  it('protects what a manifest stands for by the labels of the object itself', async () => {
    const text = editedPlan('block-removed', (plan) => {
      for (const each of list(plan['resource_changes'])) {
        const change = object(each['change']);
        if (JSON.stringify(change['actions']) !== '["delete"]') continue;
        const labels = { 'reprieve.dev/protected': 'true' };
        const metadata = { name: 'billing', labels };
        Object.assign(each, { type: 'kubernetes_manifest' });
        change['before'] = { manifest: { kind: 'Namespace' }, object: { metadata } };
      }
    });
    expect(told(await reviewOf(text)).why).toEqual(['not-requested']);
  });
});

it.each([
  ['kubernetes_labels', 'labels', { 'reprieve.dev/protected': 'false' }, ['marks-overwritten']],
  [
    'kubernetes_annotations',
    'annotations',
    { 'reprieve.dev/reclaim-after': '' },
    ['marks-overwritten'],
  ],
  ['kubernetes_labels', 'labels', { team: 'a' }, []],
])('judges what %s writes into an object of another: %s %j', async (type, name, names, why) => {
  const text = editedPlan('no-change', (plan) => {
    const change = {
      actions: ['create'],
      before: null,
      after: { [name]: names },
      after_unknown: {},
    };
    list(plan['resource_changes']).push({
      address: `${type}.x`,
      mode: 'managed',
      type,
      name: 'x',
      change,
    });
  });
  expect(told(await reviewOf(text)).why).toEqual(why);
});

it('takes time and memory linear in the members of one project', { timeout: 60_000 }, async () => {
  const text = editedPlan('count-forced', (plan) => {
    const changes = list(plan['resource_changes']);
    const resources = list(rootOf(plan)['resources']);
    const model = changes.find((each) => String(each['address']).includes('nightly')) ?? {};
    const guard = resources.find((each) => JSON.stringify(each).includes('"Guard"')) ?? {};
    const members = list(object(object(guard['values'])['input'])['members']);
    for (let at = 0; at < 20_000; at += 1) {
      const name = `more_${at}`;
      changes.push({ ...model, name, address: `terraform_data.${name}[0]` });
      members.push({ address: `terraform_data.${name}`, target: 'billing' });
      resources.push({ ...guard, name, address: `terraform_data.${name}[0]`, values: {} });
    }
  });
  const started = processorTime();
  const review = await reviewOf(text);
  expect(review.deletions).toHaveLength(20_013);
  expect(review.groups.map(({ target, members }) => [target, members.length])).toEqual([
    ['billing', 20_013],
    ['billing/job-templates/nightly', 1],
    ['billing/job-templates/weekly', 1],
  ]);
  expect(processorTime() - started).toBeLessThan(10_000);
});

it('reviews several plans at once, in the order of their names', async () => {
  const plans = [
    await planOf(planText('block-removed'), 'b'),
    await planOf(planText('count-forced'), 'a'),
  ];
  const review = reviewPlans(
    plans,
    contextAt(new Date(Number(plans[0]?.plannedAt)), {
      planMaxAge: () => ({ seconds: 1e9, text: 'long' }),
      clockTolerance: { seconds: 1e9, text: 'long' },
    }),
  );
  expect(review.plans.map(({ stack }) => stack)).toEqual(['a', 'b']);
  expect(review.verdict).toBe('blocked');
});

/** What stands against a plan two days later, and what is only told. */
async function late(text: string) {
  const plan = await planOf(text);
  const now = new Date(Number(plan.plannedAt) + 48 * 3_600_000);
  const { why, notices } = reviewPlans([plan], contextAt(now));
  return { why: why.map(({ code }) => code), notices: notices.map(({ code }) => code) };
}

const PROTECTED = { 'reprieve.dev/protected': 'true' };
const LABELLED = { metadata: [{ labels: PROTECTED }] };
const DATED = {
  metadata: [{ annotations: { 'reprieve.dev/reclaim-after': '2030-01-01T00:00:00Z' } }],
};
const OPEN = { metadata: [{ labels: true }] };

/** Adds a change of an object that no record knows. */
function edited(
  plan: Json,
  action: string,
  before: unknown,
  after: unknown,
  member = 'resource_changes',
  unknown: unknown = {},
): void {
  const entry = entryOf(action, before, after, unknown);
  plan[member] = [...list(plan[member]), entry];
  if (before === null || member !== 'resource_changes') return;
  const { change: _, ...resource } = entry;
  const root = object(object(object(plan['prior_state'])['values'])['root_module']);
  root['resources'] = [...list(root['resources']), { ...resource, values: before }];
}

function deferred(plan: Json, after: unknown): void {
  plan['deferred_changes'] = [
    { reason: 'unknown', resource_change: entryOf('create', null, after, {}) },
  ];
}

function entryOf(
  action: string,
  before: unknown,
  after: unknown,
  unknown: unknown,
  type = 'kubernetes_config_map_v1',
) {
  const name = 'x';
  const change = { actions: [action], before, after, after_unknown: unknown };
  return { address: `${type}.${name}`, mode: 'managed', type, name, change };
}

/** A plan in which the guard's input is changed in place. */
function guardBecomes(name: string, changes: Json): string {
  return editedPlan(name, (plan) => {
    const isGuard = (each: Json) => JSON.stringify(each).includes('"Guard"');
    const guard = list(plan['resource_changes']).find(isGuard) ?? {};
    const change = object(guard['change']);
    const after = structuredClone(object(change['before']));
    Object.assign(object(after['input']), changes);
    Object.assign(change, { actions: ['update'], after });
  });
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value : [];
}

function object(value: unknown): Json {
  return Object(value);
}

function rootOf(plan: Json): Json {
  return object(object(object(plan['prior_state'])['values'])['root_module']);
}
