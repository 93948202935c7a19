import {
  addressOf,
  clockAddress,
  type Draft,
  guardInput,
  Honest,
  objectInput,
  rulesInput,
  tombstoneInput,
} from './honest.js';
import type { KnownStep } from './known-chains.js';
import { type Input, NOW, rfc3339, type Value } from './terraform.js';
import type { World } from './world.js';

/**
 * What happens without a clause: an object ends or is emptied before its time, or a change of the
 * honest, the chain's last one, doesn't pass any more.
 */
export type Harm = 'ended' | 'emptied' | 'stuck';

/** A reason of the gate, and a short chain that does harm where only that reason is unknown. */
export interface Clause {
  readonly clause: string;
  readonly code: string;
  /** A part of the sentence, where more than one clause has the code. */
  readonly says?: string;
  /** Guards of version 0.1. */
  readonly isOld?: true;
  readonly steps: readonly KnownStep[];
  /** Which step is stopped, from 0, and by nothing else. */
  readonly stopped: number;
  readonly harm: Harm;
}

const RAW = addressOf('c_raw');
const SHOP = addressOf('s');
const MINE = addressOf('m_raw');
const X = addressOf('x');
const [GUARD, GUARD_MINE] = [addressOf('guard_billing'), addressOf('guard_mine')];
const LONG_AGO = '2020-01-01T00:00:00Z';
const NIGHTLY = 'billing/x/b';
/** The id that the model gives the object of NIGHTLY. */
const UID = 'id-2';

type Edit = KnownStep['edit'];

const all =
  (...edits: readonly Edit[]): Edit =>
  (draft, world) => {
    for (const edit of edits) edit(draft, world);
  };
const drop =
  (...addresses: readonly string[]): Edit =>
  ({ blocks }) => {
    for (const each of addresses) blocks.delete(each);
  };
const put =
  (address: string, input: Input): Edit =>
  ({ blocks }) => {
    blocks.set(address, { input });
  };
const putUnseen =
  (address: string, input: Input): Edit =>
  ({ blocks }) => {
    blocks.set(address, { input, unknown: true });
  };
const change =
  (address: string, input: Input): Edit =>
  ({ blocks }) => {
    const block = blocks.get(address);
    blocks.set(address, { ...block, input: { ...block?.input, ...input } });
  };
const honest =
  (edit: (honest: Honest, world: World) => void): Edit =>
  (draft, world) =>
    edit(new Honest(draft), world);

/** A project of one object that nobody has marked. */
const declareMine = (period = '100s'): KnownStep => ({
  edit: honest((it) => it.declare('mine', period, [{ address: MINE, target: 'mine' }])),
});
const clock = (target: string, period = '100s', begun = NOW, at = clockAddress(target)): Edit =>
  put(at, tombstoneInput(target, period, begun));
const beginMine: KnownStep = { edit: clock('mine') };
const reclaimMine: KnownStep = { after: 101, edit: drop(MINE) };
const requestShop: KnownStep = { edit: honest((it, { time }) => it.request('shop', time)) };

/** The state and the code lose their records; objects are there, with what they say themselves. */
const loseRecords: Edit = ({ blocks }: Draft, world) => {
  world.loseRecords();
  for (const [address, { input }] of [...blocks]) {
    if (input['kind'] !== undefined) blocks.delete(address);
  }
};
const withoutRecords = (after: number, address: string): KnownStep => ({
  after,
  edit: all(loseRecords, drop(address)),
});

const marks = (deadline: string): Value => ({
  labels: { 'reprieve.dev/protected': 'true', 'reprieve.dev/state': 'soft-deleted' },
  annotations: { 'reprieve.dev/period': '100s', 'reprieve.dev/reclaim-after': deadline },
});

/** Marks whose values only the apply writes. */
const markUnseen =
  (address: string): Edit =>
  ({ blocks }) => {
    const input = { ...blocks.get(address)?.input, metadata: marks(LONG_AGO) };
    const unknown = [
      'metadata>labels>reprieve.dev/state',
      'metadata>annotations>reprieve.dev/reclaim-after',
    ];
    blocks.set(address, { input, unknown });
  };

const hardDelete = (changes: Input = {}): Edit =>
  all(
    honest((it, { time }) => it.hardDelete(NIGHTLY, UID, time)),
    change(addressOf('hard_billing_x_b'), changes),
  );
/** A hard deletion that has one fault, in a change that an approver has reviewed. */
const faulty = (clause: string, code: string, changes: Input): Clause => ({
  clause,
  code,
  steps: [{ edit: hardDelete(changes), isReviewed: true }],
  stopped: 0,
  harm: 'ended',
});

const retarget = (address: string, target: string): Edit =>
  honest((it) =>
    it.rewriteGuard(
      'billing',
      it
        .membersOf('billing')
        .map((each) => (each.address === address ? { address, target } : each)),
    ),
  );

export const CLAUSES: readonly Clause[] = [
  {
    clause: 'listed by a guard',
    code: 'member-removed',
    steps: [
      {
        edit: honest((it) =>
          it.rewriteGuard(
            'billing',
            it.membersOf('billing').filter(({ address }) => address !== RAW),
          ),
        ),
      },
      { edit: drop(RAW) },
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'a guard stays while it lists something',
    code: 'guard-removed',
    steps: [{ edit: drop(GUARD) }, { edit: drop(RAW) }],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'a guard stays one',
    code: 'guard-edited',
    says: 'something else',
    steps: [{ edit: put(GUARD, { data: {} }) }, { edit: drop(RAW) }],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'a guard lists what is its project’s',
    code: 'guard-edited',
    says: 'and it lists',
    steps: [{ edit: change(GUARD, { target: 'shop' }) }, requestShop],
    stopped: 0,
    harm: 'stuck',
  },
  {
    clause: 'a project has one guard',
    code: 'guard-doubled',
    steps: [
      { edit: put(X, { ...guardInput('billing', '100s', []), clocks: { billing: X } }) },
      { edit: honest((it, { time }) => it.request('billing', time)) },
    ],
    stopped: 0,
    harm: 'stuck',
  },
  {
    clause: 'a guard does not become a project’s second one',
    code: 'guard-doubled',
    steps: [
      { edit: put(X, guardInput('mine', '100s', [])) },
      { edit: change(X, { target: 'billing', clocks: { billing: X } }) },
      { edit: honest((it, { time }) => it.request('billing', time)) },
    ],
    stopped: 1,
    harm: 'stuck',
  },
  {
    clause: 'the same targets',
    code: 'retargeted',
    steps: [
      { edit: retarget(RAW, NIGHTLY) },
      { edit: hardDelete(), isReviewed: true, approved: { target: NIGHTLY, uid: UID } },
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'a period that is not shorter',
    code: 'period-shortened',
    says: 'shorter: ',
    steps: [
      declareMine(),
      { edit: change(GUARD_MINE, { period: '20s' }) },
      { edit: clock('mine', '20s') },
      { after: 21, edit: drop(MINE) },
    ],
    stopped: 1,
    harm: 'ended',
  },
  {
    clause: 'a period on the object that is not shorter',
    code: 'period-shortened',
    says: 'on this object',
    steps: [
      { edit: honest((it) => it.promise(SHOP, '20s')) },
      {
        edit: all(
          loseRecords,
          put(
            addressOf('guard_shop'),
            guardInput('shop', '20s', [{ address: SHOP, target: 'shop' }]),
          ),
        ),
      },
      requestShop,
      { after: 21, edit: drop(SHOP) },
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'a clock for the whole period',
    code: 'period-shortened',
    says: 'promises',
    steps: [declareMine(), { edit: clock('mine', '20s') }, { after: 21, edit: drop(MINE) }],
    stopped: 1,
    harm: 'ended',
  },
  {
    clause: 'a guard’s period not below the floor',
    code: 'period-below-floor',
    says: 'The guard of',
    steps: [declareMine('1s'), { edit: honest((it, { time }) => it.request('mine', time)) }],
    stopped: 0,
    harm: 'stuck',
  },
  {
    clause: 'a clock’s period not below the floor',
    code: 'period-below-floor',
    says: 'The deletion of',
    steps: [
      {
        edit: all((_draft, world) => {
          world.rules = { floor: () => ({ seconds: 1, text: '1s' }) };
        }, declareMine('1s').edit),
      },
      {
        edit: all(
          (_draft, world) => {
            world.rules = {};
          },
          clock('mine', '1s'),
        ),
      },
      { after: 2, edit: drop(MINE) },
    ],
    stopped: 1,
    harm: 'ended',
  },
  {
    clause: 'the same clock',
    code: 'tombstone-edited',
    steps: [
      declareMine(),
      beginMine,
      { edit: change(clockAddress('mine'), { deleted_at: LONG_AGO }) },
      { edit: drop(MINE) },
    ],
    stopped: 2,
    harm: 'ended',
  },
  {
    clause: 'a clock that counts goes on to count',
    code: 'clock-ignored',
    steps: [
      declareMine(),
      beginMine,
      { edit: change(GUARD_MINE, { clocks: { mine: X } }) },
      { edit: honest((it) => it.edit(MINE, {})) },
    ],
    stopped: 2,
    harm: 'emptied',
  },
  {
    clause: 'no clock comes to count later than it began',
    code: 'clock-planted',
    steps: [
      { edit: putUnseen(X, tombstoneInput('billing', '100s', LONG_AGO)) },
      { edit: change(GUARD, { clocks: { billing: X } }) },
      { edit: drop(RAW) },
    ],
    stopped: 1,
    harm: 'ended',
  },
  {
    clause: 'a clock is where the guard says',
    code: 'clock-elsewhere',
    steps: [
      declareMine(),
      { edit: clock('mine', '100s', NOW, X) },
      { edit: honest((it) => it.edit(MINE, {})) },
    ],
    stopped: 1,
    harm: 'emptied',
  },
  {
    clause: 'a clock begins with its plan',
    code: 'backdated',
    steps: [{ edit: clock('billing', '100s', LONG_AGO) }, { edit: drop(RAW) }],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'a clock begins for what is there',
    code: 'clock-without-members',
    steps: [{ edit: clock('mine') }, declareMine()],
    stopped: 0,
    harm: 'stuck',
  },
  {
    clause: 'no label is taken off',
    code: 'label-removed',
    steps: [{ edit: change(SHOP, { metadata: {} }) }, withoutRecords(1, SHOP)],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'no deadline is shortened',
    code: 'deadline-shortened',
    steps: [
      requestShop,
      {
        edit: (draft, world) =>
          change(SHOP, { metadata: marks(rfc3339(world.time + 10)) })(draft, world),
      },
      withoutRecords(20, SHOP),
    ],
    stopped: 1,
    harm: 'ended',
  },
  {
    clause: 'marks are not earlier than a clock',
    code: 'marked-early',
    says: 'before that of',
    steps: [{ edit: change(SHOP, { metadata: marks(LONG_AGO) }) }, withoutRecords(1, SHOP)],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'nothing is made with marks',
    code: 'marked-early',
    says: 'makes this object',
    steps: [
      {
        edit: all(
          honest((it) => it.add('billing', 'n', 'billing')),
          change(addressOf('n'), { metadata: marks(LONG_AGO) }),
        ),
      },
      withoutRecords(1, addressOf('n')),
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'nothing joins with marks',
    code: 'marked-early',
    says: 'takes in this object',
    steps: [
      {
        edit: ({ blocks }) => {
          const input = { ...objectInput({ k: 'x' }, '100s'), metadata: marks(LONG_AGO) };
          blocks.set(X, { input, unknown: ['metadata'] });
        },
      },
      {
        edit: honest((it) =>
          it.rewriteGuard('shop', [...it.membersOf('shop'), { address: X, target: 'shop' }]),
        ),
      },
      withoutRecords(1, X),
    ],
    stopped: 1,
    harm: 'ended',
  },
  {
    clause: 'marks are known in every part',
    code: 'marks-unknown',
    steps: [{ edit: markUnseen(SHOP) }, withoutRecords(1, SHOP)],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'nothing joins with marks that nobody can see',
    code: 'marks-unknown',
    steps: [
      {
        edit: all(
          honest((it) => it.add('shop', 'x', 'shop')),
          (draft) => {
            const input = { data: { k: 'x' }, metadata: marks(LONG_AGO) };
            draft.blocks.set(X, { input, unknown: ['metadata>labels', 'metadata>annotations'] });
          },
        ),
      },
      withoutRecords(1, X),
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'marks go with their clock',
    code: 'marks-stay',
    steps: [requestShop, { edit: drop(clockAddress('shop')) }, withoutRecords(101, SHOP)],
    stopped: 1,
    harm: 'ended',
  },
  {
    clause: 'content stays while it can be taken back',
    code: 'content-changed',
    steps: [requestShop, { edit: honest((it) => it.edit(SHOP, {})) }],
    stopped: 1,
    harm: 'emptied',
  },
  {
    clause: 'nothing is let go of',
    code: 'forgotten',
    steps: [
      {
        edit: (draft) => {
          draft.blocks.delete(RAW);
          draft.removed.push(RAW);
        },
      },
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'nothing is replaced',
    code: 'replaced',
    steps: [
      {
        edit: ({ blocks }) => {
          blocks.set(RAW, { input: blocks.get(RAW)?.input ?? {}, trigger: 'other' });
        },
      },
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'an end by its own deletion',
    code: 'not-requested',
    steps: [{ edit: drop(RAW) }],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'an end after the deadline',
    code: 'before-deadline',
    steps: [declareMine(), beginMine, { edit: drop(MINE) }],
    stopped: 2,
    harm: 'ended',
  },
  {
    clause: 'an end that everybody could see coming',
    code: 'unmarked',
    steps: [{ edit: clock('shop') }, { after: 101, edit: drop(SHOP) }],
    stopped: 1,
    harm: 'ended',
  },
  {
    clause: 'a hard deletion that the forge has approved',
    code: 'approval-unproven',
    steps: [{ edit: hardDelete() }],
    stopped: 0,
    harm: 'ended',
  },
  faulty('… by an approver', 'approval-unknown', { approved_by: 'eve@example.org' }),
  faulty('… by somebody else', 'approval-self', { requested_by: 'bob@example.org' }),
  faulty('… not too long ago', 'approval-expired', { approval_expires: LONG_AGO }),
  faulty('… given before now', 'approval-future', { approved_at: '2030-01-01T00:00:00Z' }),
  faulty('… of the object that is there', 'approval-uid', { uid: 'id-1' }),
  {
    clause: 'the first record of the rules is the base’s',
    code: 'rules-record',
    says: 'the first record',
    steps: [
      { edit: put(addressOf('reprieve-rules'), rulesInput('eve')) },
      { edit: hardDelete(), isReviewed: true, approved: { target: NIGHTLY, uid: UID } },
    ],
    stopped: 0,
    harm: 'stuck',
  },
  {
    clause: 'the rules are what is where they are read',
    code: 'record-unknown',
    says: 'What this holds',
    steps: [
      { edit: putUnseen(addressOf('reprieve-rules'), rulesInput('eve')) },
      { edit: hardDelete(), isReviewed: true, approved: { target: NIGHTLY, uid: UID } },
    ],
    stopped: 0,
    harm: 'stuck',
  },
  {
    clause: 'nothing joins under a clock',
    code: 'name-taken',
    says: 'can be restored until',
    steps: [
      declareMine(),
      beginMine,
      { edit: honest((it) => it.add('mine', 'n_raw', 'mine')) },
      { after: 101, edit: drop(addressOf('n_raw')) },
    ],
    stopped: 2,
    harm: 'ended',
  },
  {
    clause: 'nothing joins under a hard deletion',
    code: 'name-taken',
    says: 'for good',
    steps: [
      { edit: hardDelete(), isReviewed: true, approved: { target: NIGHTLY, uid: UID } },
      { edit: drop(clockAddress(NIGHTLY)) },
      { edit: honest((it) => it.add('billing', 'n', NIGHTLY)) },
      { edit: honest((it, { time }) => it.mark('billing', time)) },
    ],
    stopped: 2,
    harm: 'stuck',
  },
  {
    clause: 'nothing is made in place of what was reclaimed',
    code: 'under-tombstone',
    steps: [
      declareMine(),
      beginMine,
      reclaimMine,
      { edit: put(MINE, objectInput({ k: 'new' }, '100s', false)) },
      { edit: drop(MINE) },
    ],
    stopped: 3,
    harm: 'ended',
  },
  {
    clause: 'a restore before the reclaim',
    code: 'restore-too-late',
    steps: [
      declareMine(),
      beginMine,
      reclaimMine,
      {
        edit: all(drop(clockAddress('mine')), put(MINE, objectInput({ k: 'new' }, '100s', false))),
      },
    ],
    stopped: 3,
    harm: 'emptied',
  },
  {
    clause: 'one object has one address',
    code: 'imported-twice',
    steps: [
      {
        edit: (draft, { state }) => {
          draft.blocks.set(X, { input: {} });
          draft.imports.set(X, state.get(RAW)?.id ?? '');
        },
      },
      { edit: drop(X) },
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'a record is known in every part',
    code: 'record-unknown',
    says: 'A part of this record',
    steps: [
      {
        edit: ({ blocks }) => {
          const input = tombstoneInput('billing', '100s', LONG_AGO);
          blocks.set(clockAddress('billing'), { input, unknown: ['deleted_at'] });
        },
      },
      { edit: drop(RAW) },
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'what is where a clock will be is known',
    code: 'record-unknown',
    says: 'What this holds',
    steps: [
      { edit: putUnseen(clockAddress('billing'), tombstoneInput('billing', '100s', LONG_AGO)) },
      { edit: drop(RAW) },
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'nothing else becomes a record',
    code: 'record-edited',
    isOld: true,
    steps: [
      { edit: put(addressOf('u'), tombstoneInput('billing', '100s', LONG_AGO)) },
      { edit: drop(RAW) },
    ],
    stopped: 0,
    harm: 'ended',
  },
  {
    clause: 'records are written that can be read',
    code: 'record-unreadable',
    says: 'The plan writes',
    steps: [
      { edit: put(X, { api_version: 'reprieve/v9', kind: 'Guard', target: 'mine' }) },
      { edit: honest((it) => it.edit(SHOP, { k: 'other' })) },
    ],
    stopped: 0,
    harm: 'stuck',
  },
  {
    clause: 'records in the state can be read',
    code: 'record-unreadable',
    says: 'in the state',
    steps: [
      {
        edit: (draft, world) => {
          const broken = { api_version: 'reprieve/v9', kind: 'Guard', target: 'billing' };
          const guard = world.state.get(GUARD);
          if (guard !== undefined) {
            world.state = new Map([...world.state, [GUARD, { ...guard, input: broken }]]);
          }
          draft.blocks.set(GUARD, { input: broken });
          draft.blocks.delete(RAW);
        },
      },
    ],
    stopped: 0,
    harm: 'ended',
  },
];
