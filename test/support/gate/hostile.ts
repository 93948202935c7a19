import {
  addressOf,
  clockAddress,
  type Draft,
  guardInput,
  Honest,
  hardDeletionInput,
  identityInput,
  objectInput,
  rulesInput,
  tombstoneInput,
} from './honest.js';
import { type Block, baseOf, type Input, keyed, NOW, rfc3339, type Value } from './terraform.js';
import type { World } from './world.js';

export type Pick = (below: number) => number;

const TARGETS = ['billing', 'billing/x/b', 'shop', 'mine'];
const OF_INSTANCES = ['buckets', 'buckets/resources/eu', 'buckets/resources/us'];
const KEYS = ['eu', 'us', 'x'];
const PERIODS = ['100s', '100s', '1s', '20s', '200s'];
const FREE = ['x', 'y', 'z'].map(addressOf);
const RULES = addressOf('reprieve-rules');

/** What somebody who wants an object gone may write: one edit, drawn. */
export function hostileEdit(draft: Draft, world: World, pick: Pick): void {
  const hasSeveral = [...draft.blocks.values()].some(({ keys }) => keys !== undefined);
  const all = hasSeveral || pick(8) === 0 ? [...EDITS, ...INSTANCES] : EDITS;
  const edits = all[pick(all.length)];
  edits?.(new Attack(draft, world, pick));
}

type Edit = (attack: Attack) => void;

class Attack {
  readonly honest: Honest;

  constructor(
    readonly draft: Draft,
    readonly world: World,
    readonly pick: Pick,
  ) {
    this.honest = new Honest(draft);
  }

  of<T>(values: readonly T[]): T {
    const value = values[this.pick(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  get target(): string {
    return this.of(this.several.length > 0 ? [...TARGETS, ...OF_INSTANCES] : TARGETS);
  }

  /** The address of an instance, there or not, as an engine or somebody else writes it. */
  get instance(): string {
    const several = [...this.draft.blocks].filter(
      ([, { count, keys }]) => count !== undefined || keys !== undefined,
    );
    const [base, block] = this.of<readonly [string, Block | undefined]>(
      several.length > 0 && this.pick(4) > 0 ? several : [[this.any, undefined]],
    );
    const key = this.of(KEYS);
    const places = [`${base}[0]`, `${base}[1]`, `${base}["0"]`, `${base}['eu']`];
    const odd = ['\\u0065u', 'eu\\"]', 'a.b["eu'].map((each) => `${base}["${each}"]`);
    const usual = block?.count === undefined ? [keyed(base, key)] : places.slice(0, 2);
    return this.pick(5) > 0 ? this.of(usual) : this.of([...places, ...odd, base]);
  }

  /** Resources of several instances, by their keys. */
  get several(): readonly string[] {
    return [...this.draft.blocks].filter(([, { keys }]) => keys !== undefined).map(([it]) => it);
  }

  /** An address of something, or of nothing yet. */
  get any(): string {
    return this.of([...this.draft.blocks.keys(), ...FREE]);
  }

  get free(): string {
    const listed = this.honest.projects().flatMap((each) => this.honest.membersOf(each));
    const clocks = TARGETS.map(clockAddress);
    const known = [
      ...FREE,
      ...FREE,
      RULES,
      ...clocks,
      ...listed.map(({ address }) => baseOf(address)),
    ];
    return this.of(known.filter((each) => !this.draft.blocks.has(each)).concat(FREE));
  }

  get time(): string {
    return this.of([NOW, NOW, '2020-01-01T00:00:00Z', rfc3339(this.world.time - 90)]);
  }

  ids(): readonly string[] {
    return [...[...this.world.state.values()].map(({ id }) => id), 'none'];
  }

  record(): Input {
    const members = this.pick(2) === 0 ? [] : [...this.honest.membersOf(this.target)];
    const soon = rfc3339(this.world.time + 1000);
    const target = this.target;
    switch (this.pick(7)) {
      case 0:
        return guardInput(target, this.of(PERIODS), members, this.pick(3) === 0);
      case 1:
        return hardDeletionInput(target, this.of(this.ids()), soon);
      case 2:
        return identityInput(target, { [target]: this.of(this.ids()) });
      case 3:
        return rulesInput(this.of(['bob', 'eve']), this.of(PERIODS));
      default:
        return tombstoneInput(target, this.of(PERIODS), this.time);
    }
  }

  update(address: string, change: (block: Block) => Block): void {
    const block = this.draft.blocks.get(address);
    if (block !== undefined) this.draft.blocks.set(address, change(block));
  }

  input(address: string, changes: Readonly<Record<string, Value>>): void {
    this.update(address, (block) => ({ ...block, input: { ...block.input, ...changes } }));
  }

  guards(): readonly string[] {
    return [...this.draft.blocks]
      .filter(([, { input }]) => input['kind'] === 'Guard')
      .map(([it]) => it);
  }
}

/** What has a name for its instances, or gets one. */
const INSTANCES: readonly Edit[] = [
  (it) => guardEdit(it, (members) => [...members, { address: it.instance, target: it.target }]),
  (it) => guardEdit(it, (members) => [{ address: it.instance, target: it.target }, ...members]),
  (it) => guardEdit(it, (members) => members.filter(({ address }) => address === baseOf(address))),
  (it) => guardEdit(it, (members) => members.filter(({ address }) => address !== baseOf(address))),
  (it) =>
    guardEdit(it, (members) =>
      members.map((each) => (it.pick(2) === 0 ? { ...each, address: it.instance } : each)),
    ),
  (it) =>
    guardEdit(it, (members) =>
      members.map((each) =>
        each.target.startsWith('buckets') ? { ...each, target: it.of(OF_INSTANCES) } : each,
      ),
    ),
  (it) => nameAgain(it),
  (it) => nameAgain(it),
  // Keys that come, leave and are exchanged; counts and keys that become each other.
  (it) => keysOf(it, (keys) => [...new Set([...keys, it.of(KEYS)])]),
  (it) => keysOf(it, (keys) => keys.filter(() => it.pick(2) === 0)),
  (it) => it.honest.leave(it.instance),
  (it) => it.update(it.any, (block) => ({ ...dropCount(block), keys: [it.of(KEYS)] })),
  (it) => it.update(it.of([...it.several, it.any]), ({ keys: _keys, ...block }) => block),
  (it) => it.update(it.of([...it.several, it.any]), (block) => ({ ...dropCount(block), count: 2 })),
  // Moves from and to an instance.
  (it) => moveInstance(it),
  (it) => moveInstance(it),
  (it) => {
    const [from, to] = [it.any, it.of([...it.several, it.any])];
    const key = it.of(KEYS);
    if (from === to || it.draft.blocks.get(to)?.keys === undefined) return;
    it.draft.blocks.delete(from);
    addKey(it, to, key);
    it.draft.moves.push([from, keyed(to, key)]);
  },
  (it) => {
    const [from, to] = [it.instance, it.free];
    if (!it.draft.blocks.has(baseOf(from))) return;
    const { keys: _keys, ...block } = it.draft.blocks.get(baseOf(from)) ?? { input: {} };
    it.draft.blocks.set(to, dropCount(block));
    it.honest.leave(from);
    it.draft.moves.push([from, to]);
  },
  // Imports onto an instance.
  (it) => {
    for (const to of it.several.slice(0, 1)) {
      const key = it.of(KEYS);
      addKey(it, to, key);
      it.draft.imports.set(keyed(to, key), it.of([...it.ids(), 'elsewhere']));
    }
  },
  (it) => plantClock(it),
  (it) => it.draft.blocks.set(clockAddress(it.of(OF_INSTANCES)), { input: it.record() }),
];

function keysOf(it: Attack, change: (keys: readonly string[]) => readonly string[]): void {
  if (it.several.length === 0) return;
  const at = it.of(it.several);
  it.update(at, (block) => ({ ...block, keys: change(block.keys ?? []) }));
}

function addKey(it: Attack, at: string, key: string): void {
  it.update(at, (block) => ({ ...block, keys: [...new Set([...(block.keys ?? []), key])] }));
}

/** Names instances, or has them go with the whole again. */
function nameAgain(it: Attack): void {
  const projects = it.honest.projects().filter((each) => it.honest.membersOf(each).length > 0);
  if (projects.length === 0) return;
  const project = it.of(projects);
  const { address } = it.of(it.honest.membersOf(project));
  it.honest.nameInstances(project, baseOf(address), KEYS.slice(it.pick(3), it.pick(4)));
}

function moveInstance(it: Attack): void {
  if (it.several.length === 0) return;
  const [base, other] = [it.of(it.several), it.of(it.several)];
  const [from, to] = [keyed(base, it.of(KEYS)), keyed(other, it.of(KEYS))];
  it.honest.leave(from);
  addKey(it, other, to.slice(other.length + 2, -2));
  if (from !== to) it.draft.moves.push([from, to]);
}

const EDITS: readonly Edit[] = [
  // Records and objects made, updated into each other, doubled, removed.
  (it) => it.draft.blocks.set(it.free, { input: it.record() }),
  (it) => it.draft.blocks.set(clockAddress(it.target), { input: it.record() }),
  (it) => plantClock(it),
  (it) => it.honest.declare('mine', '1s', [{ address: addressOf('m'), target: 'mine' }]),
  (it) => it.honest.hardDelete(it.target, it.of(it.ids()), it.world.time),
  (it) => it.update(it.any, (block) => ({ ...block, input: it.record() })),
  (it) =>
    it.input(it.any, {
      api_version: 'reprieve/v1',
      kind: it.of(['Identity', 'HardDeletion']),
      target: it.target,
    }),
  (it) =>
    it.draft.blocks.set(it.free, { input: it.draft.blocks.get(it.any)?.input ?? it.record() }),
  (it) => it.draft.blocks.delete(it.any),
  (it) => it.draft.blocks.delete(it.any),
  // What a guard says.
  (it) => guardEdit(it, (members) => members.filter(() => it.pick(3) > 0)),
  (it) =>
    guardEdit(it, (members) =>
      members.map((each) => (it.pick(3) === 0 ? { ...each, target: it.target } : each)),
    ),
  (it) => guardEdit(it, (members) => [...members, { address: it.any, target: it.target }]),
  (it) => it.guards().length > 0 && it.input(it.of(it.guards()), { period: it.of(PERIODS) }),
  (it) => it.guards().length > 0 && it.input(it.of(it.guards()), { target: it.target }),
  (it) =>
    it.guards().length > 0 &&
    it.input(it.of(it.guards()), { clocks: { [it.target]: it.of([...FREE, it.any]) } }),
  (it) => it.update(it.any, dropClocks),
  // What is only known after the apply.
  (it) =>
    it.update(it.any, (block) => ({
      ...block,
      unknown: it.of([true, ['period'], ['members'], ['api_version'], ['deleted_at']]),
    })),
  (it) => it.draft.blocks.set(it.free, { input: it.record(), unknown: true }),
  (it) => it.update(it.any, (block) => ({ ...block, input: it.record(), unknown: true })),
  // Moves, with and without the guard's list.
  (it) => it.honest.rename(it.any, it.free),
  (it) => it.honest.rename(it.any, it.free),
  (it) => it.honest.move(it.target, it.any, it.free),
  (it) => it.honest.wrap(),
  (it) => {
    const from = it.any;
    it.honest.rename(from, `module.m.${from}`);
  },
  // Imports: the same object again, onto what a guard lists or onto a free address.
  (it) => takeIn(it, it.free),
  (it) => takeIn(it, it.any),
  // Counts, replacement, letting go, emptying.
  (it) => it.update(it.any, (block) => ({ ...dropCount(block), count: it.pick(3) })),
  (it) => it.update(it.any, dropCount),
  (it) => it.update(it.any, (block) => ({ ...block, trigger: 'other' })),
  (it) => {
    const at = it.any;
    if (it.draft.blocks.delete(at)) it.draft.removed.push(at);
  },
  (it) => it.honest.edit(it.any, {}),
  (it) => it.input(it.any, { metadata: {} }),
  (it) => it.input(it.any, { metadata: softDeleted(it) }),
  (it) => it.draft.blocks.set(it.free, { input: objectInput({ k: 'v' }, '100s') }),
  // Marks that only the apply writes: as they are, or as of a deletion.
  (it) => it.update(it.any, (block) => ({ ...block, unknown: openMarks(it) })),
  (it) => {
    const input = { metadata: softDeleted(it) };
    it.update(it.any, (block) => ({ input: { ...block.input, ...input }, unknown: openMarks(it) }));
  },
  (it) => {
    const input = { ...objectInput({ k: 'v' }, '100s'), metadata: softDeleted(it) };
    it.draft.blocks.set(it.free, { input, unknown: openMarks(it) });
  },
];

const MARKS = [
  'metadata',
  'metadata>labels',
  'metadata>annotations',
  'metadata>labels>reprieve.dev/protected',
  'metadata>labels>reprieve.dev/state',
  'metadata>annotations>reprieve.dev/period',
  'metadata>annotations>reprieve.dev/reclaim-after',
];

/** One or two places that nobody can see; none of them within another. */
function openMarks(it: Attack): readonly string[] {
  const [one, other] = [it.of(MARKS), it.of(MARKS)];
  const isWithin = one.startsWith(other) || other.startsWith(one);
  return isWithin ? [one] : [one, other];
}

function takeIn(it: Attack, to: string): void {
  const { blocks, imports } = it.draft;
  const input = it.pick(2) === 0 ? {} : objectInput({ k: 'v' }, '100s');
  const { count: _count, keys: _keys, ...block } = blocks.get(to) ?? { input };
  blocks.set(to, block);
  imports.set(to, it.of([...it.ids(), 'elsewhere']));
}

function plantClock(it: Attack): void {
  const target = it.target;
  const input = tombstoneInput(target, it.of(PERIODS), it.time);
  it.draft.blocks.set(clockAddress(target), { input });
}

function guardEdit(
  it: Attack,
  change: (members: ReturnType<Honest['membersOf']>) => ReturnType<Honest['membersOf']>,
): void {
  const guards = it.guards();
  if (guards.length === 0) return;
  const at = it.of(guards);
  const project = String(it.draft.blocks.get(at)?.input['target']);
  const members = change(it.honest.membersOf(project));
  it.input(at, { members: members.map(({ address, target }) => ({ address, target })) });
}

function dropClocks(block: Block): Block {
  const { clocks: _clocks, ...input } = block.input;
  return { ...block, input };
}

function dropCount({ count: _count, keys: _keys, ...block }: Block): Block {
  return block;
}

function softDeleted(it: Attack): Value {
  return {
    labels: {
      'reprieve.dev/protected': it.of(['true', 'false']),
      'reprieve.dev/state': 'soft-deleted',
    },
    annotations: {
      'reprieve.dev/reclaim-after': it.of(['2020-01-01T00:00:00Z', rfc3339(it.world.time + 100)]),
    },
  };
}

/** What honest authors do, drawn; a hostile one may hide between such changes. */
export function honestEdit(draft: Draft, world: World, pick: Pick): void {
  const honest = new Honest(draft);
  const projects = honest.projects();
  const project = projects[pick(Math.max(1, projects.length))] ?? 'billing';
  const members = honest.membersOf(project);
  const member = members[pick(Math.max(1, members.length))];
  const target = pick(2) === 0 ? project : (member?.target ?? project);
  const doomed = honest.doomed();
  const ending = doomed[pick(Math.max(1, doomed.length))];
  HONEST[pick(HONEST.length)]?.({ honest, world, pick, project, member, target, ending });
}

interface Day {
  readonly honest: Honest;
  readonly world: World;
  readonly pick: Pick;
  readonly project: string;
  readonly member: { readonly address: string } | undefined;
  readonly target: string;
  /** Something whose deletion is running. */
  readonly ending: string | undefined;
}

const request = ({ honest, target, world }: Day) => {
  if (!honest.doomed().includes(target)) honest.request(target, world.time);
};
const goOn = ({ honest, world }: Day) => {
  for (const each of honest.projects()) honest.mark(each, world.time);
};

const HONEST: readonly ((day: Day) => void)[] = [
  request,
  request,
  goOn,
  goOn,
  ({ honest, ending, world }) => ending !== undefined && honest.restore(ending, world.time),
  ({ honest, ending }) => ending !== undefined && honest.close(ending),
  ({ honest, project, pick, target }) => honest.add(project, `more${pick(3)}`, target),
  ({ honest, member, pick }) =>
    member !== undefined && honest.edit(member.address, { k: `v${pick(99)}` }),
  ({ honest, project, world }) => {
    honest.upgrade(project);
    honest.identify(project, world.state);
  },
  ({ honest, pick }) => {
    const several = [...honest.draft.blocks].filter(([, { declared }]) => declared !== undefined);
    for (const [address, { keys = [], declared = [] }] of several.slice(0, 1)) {
      const more = (known: readonly string[]) => [...new Set([...known, `k${pick(2)}`])];
      const block = honest.draft.blocks.get(address) ?? { input: {} };
      honest.draft.blocks.set(address, { ...block, keys: more(keys), declared: more(declared) });
    }
  },
  ({ honest }) => {
    if (honest.projects().includes('mine')) return;
    honest.declare('mine', '100s', [{ address: addressOf('m'), target: 'mine' }]);
  },
];
