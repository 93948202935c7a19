import {
  addressOf,
  clockAddress,
  type Draft,
  guardInput,
  Honest,
  hardDeletionInput,
  objectInput,
  tombstoneInput,
} from './honest.js';
import { type Block, type Input, NOW, rfc3339 } from './terraform.js';
import type { Proposal, World } from './world.js';

/** One change of a chain. */
export interface KnownStep {
  /** Seconds since the change before. */
  readonly after?: number;
  readonly edit: (draft: Draft, world: World) => void;
  readonly isReviewed?: true;
  /** What the review has truly approved to be deleted at once. */
  readonly approved?: Proposal['approved'];
}

/** A chain that once ended protected objects early, though each of its plans passed. */
export interface KnownChain {
  readonly name: string;
  readonly steps: readonly KnownStep[];
  /** Which step is stopped, from 0, by which reason. */
  readonly stopped: readonly [step: number, code: string];
  /** Part of the sentence that a reviewer reads. */
  readonly says: string;
}

const A = addressOf('a');
const RAW = addressOf('c_raw');
const SHOP = addressOf('s');
const GUARD = addressOf('guard_billing');

/** Ends an object in the only way that no engine refuses: its block is gone. */
const drop =
  (...addresses: readonly string[]) =>
  ({ blocks }: Draft) => {
    for (const each of addresses) blocks.delete(each);
  };

const set = (address: string, block: Block) => (draft: Draft) => {
  draft.blocks.set(address, block);
};

const change = (address: string, input: Input) => (draft: Draft) => {
  const block = draft.blocks.get(address);
  draft.blocks.set(address, { ...block, input: { ...block?.input, ...input } });
};

const requestShop: KnownStep = {
  edit: (draft, { time }) => new Honest(draft).request('shop', time),
};
const reclaimShop: KnownStep = {
  after: 101,
  edit: (draft, { time }) => new Honest(draft).mark('shop', time),
};
const PLANTED = { ...tombstoneInput('billing', '100s', '2020-01-01T00:00:00Z') };

export const KNOWN_CHAINS: readonly KnownChain[] = [
  {
    name: 'an object moved onto an address whose target is reclaimed but not closed',
    steps: [
      requestShop,
      reclaimShop,
      {
        edit: (draft) => {
          draft.blocks.delete(SHOP);
          draft.blocks.delete(RAW);
          draft.moves.push([RAW, SHOP]);
        },
      },
    ],
    stopped: [2, 'not-requested'],
    says: 'no deletion of it has begun',
  },
  {
    name: 'an object imported onto an address whose target is reclaimed but not closed',
    steps: [
      requestShop,
      reclaimShop,
      {
        edit: (draft) => {
          draft.blocks.set(SHOP, { input: {} });
          draft.imports.set(SHOP, 'elsewhere');
        },
      },
    ],
    stopped: [2, 'under-tombstone'],
    says: 'is being deleted',
  },
  {
    name: 'a protected object imported at a second address, and dropped there',
    steps: [
      {
        edit: (draft, { state }) => {
          draft.blocks.set(addressOf('x'), { input: {} });
          draft.imports.set(addressOf('x'), state.get(A)?.id ?? '');
        },
      },
      { edit: drop(addressOf('x')) },
    ],
    stopped: [0, 'imported-twice'],
    says: 'under two addresses, one could end what the other protects',
  },
  {
    name: 'a second, empty guard of the same project with a period of one second',
    steps: [
      { edit: set(addressOf('second'), { input: guardInput('billing', '10s', []) }) },
      { edit: (draft, { time }) => new Honest(draft).request('billing', time) },
    ],
    stopped: [0, 'guard-doubled'],
    says: 'has a guard already',
  },
  {
    name: 'a soft delete with the period of a second guard',
    steps: [
      {
        edit: ({ blocks }) => {
          blocks.set(clockAddress('billing'), { input: tombstoneInput('billing', '10s') });
        },
      },
    ],
    stopped: [0, 'period-shortened'],
    says: 'promises 1m40s',
  },
  {
    name: 'a period that is only known after the apply',
    steps: [
      {
        edit: (draft) => {
          change(GUARD, { period: '1s' })(draft);
          const block = draft.blocks.get(GUARD);
          if (block !== undefined) draft.blocks.set(GUARD, { ...block, unknown: ['period'] });
        },
      },
    ],
    stopped: [0, 'record-unknown'],
    says: 'only known after the apply',
  },
  {
    name: 'a period below the floor',
    steps: [{ edit: change(GUARD, { period: '1s' }) }],
    stopped: [0, 'period-below-floor'],
    says: 'none may be shorter than 10s',
  },
  {
    name: 'an identity record updated into a tombstone of 2020',
    steps: [{ edit: set(addressOf('identity_billing'), { input: PLANTED }) }, { edit: drop(A) }],
    stopped: [0, 'record-edited'],
    says: 'of something that was there before',
  },
  {
    name: 'a plain resource updated into a hard deletion',
    steps: [
      {
        edit: (draft, { state, time }) => {
          const uid = state.get(A)?.id ?? '';
          const input = hardDeletionInput('billing', uid, rfc3339(time + 1000));
          draft.blocks.set(addressOf('u'), { input });
        },
      },
      { edit: drop(A) },
    ],
    stopped: [0, 'record-edited'],
    says: '`HardDeletion` of `billing`',
  },
  {
    name: 'an object given the api_version and kind of a record',
    steps: [
      { edit: change(A, { api_version: 'reprieve/v1', kind: 'Identity', target: 'billing' }) },
      { edit: drop(A) },
    ],
    stopped: [0, 'record-edited'],
    says: '`Identity` of `billing`',
  },
  {
    name: 'an object that becomes a record once it is applied, and is then dropped',
    steps: [
      {
        edit: (draft) => {
          const input = { api_version: 'reprieve/v1', kind: 'Identity', target: 'billing' };
          draft.blocks.set(addressOf('c_raw'), { input, unknown: true });
        },
      },
      { edit: drop(addressOf('c_raw')) },
    ],
    stopped: [1, 'not-requested'],
    says: 'belongs to `billing`',
  },
  {
    name: 'a guard that keeps its addresses and changes their target to one with a clock of its own',
    steps: [
      requestShop,
      {
        after: 101,
        edit: change(GUARD, {
          members: [{ address: A, target: 'shop' }],
          clocks: { shop: clockAddress('shop') },
        }),
      },
    ],
    stopped: [1, 'retargeted'],
    says: 'another deletion would end it',
  },
  {
    name: 'a clock planted before its project exists',
    steps: [{ edit: set(clockAddress('later'), { input: tombstoneInput('later', '100s') }) }],
    stopped: [0, 'clock-without-members'],
    says: 'nothing of it is there',
  },
  {
    name: 'a clock that was planted unseen, named by the guard of a project that is new',
    steps: [
      {
        edit: set(clockAddress('later'), {
          input: tombstoneInput('later', '100s', '2020-01-01T00:00:00Z'),
          unknown: true,
        }),
      },
      {
        edit: (draft) =>
          new Honest(draft).declare('later', '100s', [
            { address: addressOf('l'), target: 'later' },
          ]),
      },
    ],
    stopped: [1, 'name-taken'],
    says: 'its name is taken',
  },
  {
    name: 'an object moved while the guard’s list stays',
    steps: [
      { edit: (draft) => new Honest(draft).rename(A, addressOf('x')) },
      { edit: drop(addressOf('x')) },
    ],
    stopped: [0, 'member-removed'],
    says: 'off the guard’s list',
  },
  {
    name: 'an object emptied in the plan that begins its deletion',
    steps: [
      {
        edit: (draft, { time }) => {
          const honest = new Honest(draft);
          honest.request('billing', time);
          honest.edit(A, {});
        },
      },
    ],
    stopped: [0, 'content-changed'],
    says: 'what could be restored would not be what was deleted',
  },
  {
    name: 'a clock of a year ago, and the object dropped in the same plan',
    steps: [
      {
        edit: (draft) => {
          set(clockAddress('billing'), { input: PLANTED })(draft);
          change(A, objectInput({ k: A }, '100s'))(draft);
        },
      },
      { edit: drop(A) },
    ],
    stopped: [0, 'backdated'],
    says: 'A clock begins with its plan',
  },
  {
    name: 'a clock that goes where another one begins, and marks that stay as they were',
    steps: [
      { edit: (draft, { time }) => new Honest(draft).request('billing/x/b', time) },
      {
        after: 50,
        edit: ({ blocks }) => {
          blocks.delete(clockAddress('billing/x/b'));
          blocks.set(clockAddress('billing'), { input: tombstoneInput('billing', '100s') });
        },
      },
    ],
    stopped: [1, 'marks-stay'],
    says: 'with a deadline before any other',
  },
  {
    name: 'a clock that is taken away and put back with an earlier time',
    steps: [
      requestShop,
      {
        edit: change(clockAddress('shop'), { deleted_at: '2020-01-01T00:00:00Z' }),
      },
    ],
    stopped: [1, 'tombstone-edited'],
    says: 'can’t be changed',
  },
  {
    name: 'a clock begun anew beside the one that runs',
    steps: [
      requestShop,
      { edit: set(addressOf('x'), { input: tombstoneInput('shop', '100s', NOW) }) },
    ],
    stopped: [1, 'clock-elsewhere'],
    says: 'it is not here',
  },
  {
    name: 'an object that joins with labels that only the apply writes',
    steps: [
      {
        edit: (draft) => {
          const honest = new Honest(draft);
          const labels = { 'reprieve.dev/protected': 'true', 'reprieve.dev/state': 'soft-deleted' };
          const annotations = { 'reprieve.dev/reclaim-after': '2020-01-01T00:00:00Z' };
          const input = { ...objectInput({ k: 'v' }, '100s'), metadata: { labels, annotations } };
          draft.blocks.set(addressOf('x'), { input, unknown: ['metadata>labels'] });
          const member = { address: addressOf('x'), target: 'shop' };
          honest.rewriteGuard('shop', [...honest.membersOf('shop'), member]);
        },
      },
    ],
    stopped: [0, 'marks-unknown'],
    says: 'only known after the apply',
  },
];
