import {
  at,
  type Block,
  baseOf,
  type Config,
  type Input,
  keyed,
  NOW,
  rfc3339,
  type State,
  type Value,
} from './terraform.js';

/** A configuration while it is edited. */
export interface Draft {
  readonly blocks: Map<string, Block>;
  readonly moves: (readonly [string, string])[];
  readonly removed: string[];
  readonly imports: Map<string, string>;
}

export function draftOf({ blocks }: Config): Draft {
  return { blocks: new Map(blocks), moves: [], removed: [], imports: new Map() };
}

export interface Member {
  readonly address: string;
  readonly target: string;
}

export function addressOf(name: string): string {
  return `terraform_data.${name}`;
}

/** Where the constructs put a target's clock. */
export function clockAddress(target: string): string {
  return addressOf(`clock_${target.replaceAll('/', '_')}`);
}

function seconds(period: string): number {
  return Number(period.replace('s', ''));
}

export function objectInput(data: Value, period: string, isMarked = true): Input {
  return isMarked ? { data, metadata: metadata(period) } : { data };
}

function metadata(period: string, deadline?: string): Value {
  return {
    labels: {
      'reprieve.dev/protected': 'true',
      'reprieve.dev/state': deadline === undefined ? 'active' : 'soft-deleted',
    },
    annotations: {
      'reprieve.dev/period': period,
      ...(deadline === undefined ? {} : { 'reprieve.dev/reclaim-after': deadline }),
    },
  };
}

export function guardInput(
  target: string,
  period: string,
  members: readonly Member[],
  isOld = false,
): Input {
  const targets = [...new Set([target, ...members.map((each) => each.target)])].sort();
  const clocks = Object.fromEntries(targets.map((each) => [each, clockAddress(each)]));
  return {
    api_version: 'reprieve/v1',
    kind: 'Guard',
    target,
    period,
    members: members.map(({ address, target: own }) => ({ address, target: own })),
    ...(isOld ? {} : { clocks }),
  };
}

export function tombstoneInput(target: string, period: string, deletedAt: string = NOW): Input {
  return { api_version: 'reprieve/v1', kind: 'Tombstone', target, deleted_at: deletedAt, period };
}

export function identityInput(
  target: string,
  objects: Readonly<Record<string, string | null>>,
): Input {
  return { api_version: 'reprieve/v1', kind: 'Identity', target, objects };
}

export function hardDeletionInput(
  target: string,
  uid: string,
  expires: string,
  by = 'bob@example.org',
): Input {
  return {
    api_version: 'reprieve/v1',
    kind: 'HardDeletion',
    target,
    executed_at: NOW,
    requested_by: 'ann@example.org',
    approved_by: by,
    approval_expires: expires,
    uid,
  };
}

/** The rules of the model's base, unless somebody else is named. */
export function rulesInput(by = 'bob', floor = '10s'): Input {
  const approvers = [{ id: `${by}@example.org`, github: by }];
  return { api_version: 'reprieve/v1', kind: 'Rules', target: 'sandbox', floor, approvers };
}

/** What the constructs do for their users, as edits of a configuration. */
export class Honest {
  constructor(readonly draft: Draft) {}

  declare(project: string, period: string, members: readonly Member[], isOld = false): void {
    const { blocks } = this.draft;
    for (const { address } of members) {
      const isMarked = !address.endsWith('raw');
      blocks.set(address, { input: objectInput({ k: address }, period, isMarked) });
    }
    blocks.set(addressOf(`guard_${project}`), {
      input: guardInput(project, period, members, isOld),
    });
    blocks.set(addressOf(`identity_${project}`), { input: identityInput(project, {}) });
  }

  /** A resource of several instances, some of which are targets of their own. */
  declareSeveral(
    project: string,
    name: string,
    keys: readonly string[],
    named: readonly string[],
  ): void {
    const address = addressOf(name);
    this.declare(project, '100s', [{ address, target: project }]);
    const input = objectInput({ k: address }, '100s', false);
    this.draft.blocks.set(address, { input, keys, declared: keys });
    this.nameInstances(project, address, named);
  }

  nameInstances(project: string, address: string, keys: readonly string[]): void {
    const apart = keys.map((key) => ({
      address: keyed(address, key),
      target: `${project}/resources/${key}`,
    }));
    const others = this.membersOf(project).filter((each) => baseOf(each.address) !== address);
    this.rewriteGuard(project, [...others, { address, target: project }, ...apart]);
  }

  guardAt(project: string): string | undefined {
    return [...this.draft.blocks].find(
      ([, { input }]) => input['kind'] === 'Guard' && input['target'] === project,
    )?.[0];
  }

  membersOf(project: string): readonly Member[] {
    const guard = this.draft.blocks.get(this.guardAt(project) ?? '');
    return list(guard?.input['members']).map((each) => ({
      address: String(Object(each).address),
      target: String(Object(each).target),
    }));
  }

  periodOf(project: string): string {
    return String(this.draft.blocks.get(this.guardAt(project) ?? '')?.input['period'] ?? '100s');
  }

  projects(): readonly string[] {
    return [...this.draft.blocks.values()]
      .filter(({ input }) => input['kind'] === 'Guard')
      .map(({ input }) => String(input['target']));
  }

  /** Targets whose deletion is running, by this configuration. */
  doomed(): readonly string[] {
    return [...this.draft.blocks.values()]
      .filter(({ input }) => input['kind'] === 'Tombstone')
      .map(({ input }) => String(input['target']));
  }

  /** Targets that were deleted for good, and whose deletion isn't closed. */
  hardDeleted(): readonly string[] {
    return [...this.draft.blocks.values()]
      .filter(({ input }) => input['kind'] === 'HardDeletion')
      .map(({ input }) => String(input['target']));
  }

  rewriteGuard(project: string, members: readonly Member[], period = this.periodOf(project)): void {
    const guard = this.guardAt(project);
    if (guard === undefined) return;
    const isOld = this.draft.blocks.get(guard)?.input['clocks'] === undefined;
    this.draft.blocks.set(guard, { input: guardInput(project, period, members, isOld) });
  }

  /** A library that is newer writes the newer format. */
  upgrade(project: string): void {
    const guard = this.guardAt(project);
    if (guard === undefined) return;
    const input = guardInput(project, this.periodOf(project), this.membersOf(project));
    this.draft.blocks.set(guard, { input });
  }

  identify(project: string, state: State): void {
    const address = addressOf(`identity_${project}`);
    const isFrozen = this.doomed().some((each) => `${each}/`.startsWith(`${project}/`));
    if (!this.draft.blocks.has(address) || isFrozen) return;
    const roots = new Map<string, string | null>();
    for (const { address: own, target } of this.membersOf(project)) {
      if (!roots.has(target)) roots.set(target, state.get(own)?.id ?? null);
    }
    this.draft.blocks.set(address, { input: identityInput(project, Object.fromEntries(roots)) });
  }

  add(project: string, name: string, target: string): void {
    const address = addressOf(name);
    const isMarked = !name.endsWith('raw');
    const input = objectInput({ k: name }, this.periodOf(project), isMarked);
    this.draft.blocks.set(address, { input });
    this.rewriteGuard(project, [...this.membersOf(project), { address, target }]);
  }

  edit(address: string, data: Value): void {
    const block = this.draft.blocks.get(address);
    if (block !== undefined)
      this.draft.blocks.set(address, { ...block, input: { ...block.input, data } });
  }

  /** Writes a period on an object. */
  promise(address: string, period: string): void {
    const block = this.draft.blocks.get(address);
    if (block === undefined) return;
    const input = { ...block.input, metadata: metadata(period) };
    this.draft.blocks.set(address, { ...block, input });
  }

  move(project: string, from: string, to: string): void {
    this.rename(from, to);
    this.rewriteGuard(
      project,
      this.membersOf(project).map((each) =>
        baseOf(each.address) === from
          ? { ...each, address: to + each.address.slice(from.length) }
          : each,
      ),
    );
  }

  rename(from: string, to: string): void {
    const block = this.draft.blocks.get(from);
    if (block === undefined || this.draft.blocks.has(to)) return;
    this.draft.blocks.delete(from);
    this.draft.blocks.set(to, block);
    this.draft.moves.push([from, to]);
  }

  renameProject(project: string, to: string): void {
    const { blocks } = this.draft;
    const members = this.membersOf(project);
    const period = this.periodOf(project);
    this.rename(addressOf(`guard_${project}`), addressOf(`guard_${to}`));
    this.rename(addressOf(`identity_${project}`), addressOf(`identity_${to}`));
    const moved = members.map(({ address, target }) => ({
      address: address.replace('terraform_data.', `terraform_data.${to}_`),
      target: to + target.slice(project.length),
    }));
    members.forEach(({ address }, index) => {
      this.rename(address, moved[index]?.address ?? address);
    });
    blocks.set(addressOf(`guard_${to}`), { input: guardInput(to, period, moved) });
    blocks.set(addressOf(`identity_${to}`), { input: identityInput(to, {}) });
  }

  /** A request: a clock, and marks on all that goes. */
  request(target: string, time: number): void {
    const project = target.split('/')[0] ?? target;
    const period = this.periodOf(project);
    this.draft.blocks.set(clockAddress(target), { input: tombstoneInput(target, period) });
    this.mark(project, time);
  }

  restore(target: string, time: number): void {
    for (const [address, { input }] of [...this.draft.blocks]) {
      const isRecord = input['kind'] === 'Tombstone' || input['kind'] === 'HardDeletion';
      if (isRecord && input['target'] === target) this.draft.blocks.delete(address);
    }
    this.mark(target.split('/')[0] ?? target, time);
  }

  hardDelete(target: string, uid: string, time: number): void {
    this.request(target, time);
    this.draft.blocks.set(addressOf(`hard_${target.replaceAll('/', '_')}`), {
      input: hardDeletionInput(target, uid, rfc3339(time + 1000)),
    });
    for (const { address, target: own } of this.membersOf(target.split('/')[0] ?? target)) {
      const block = this.draft.blocks.get(address);
      const isWhole = block !== undefined && block.keys === undefined;
      if (isWhole && `${own}/`.startsWith(`${target}/`)) {
        this.draft.blocks.set(address, { ...block, count: 0 });
      }
    }
    this.keep(target.split('/')[0] ?? target, time);
  }

  /** What the same code means at a later time: the count of what is over becomes 0. */
  mark(project: string, time: number): void {
    for (const { address, target } of this.membersOf(project)) {
      const block = this.draft.blocks.get(address);
      if (block === undefined || block.keys !== undefined) continue;
      const deadlines = this.deadlinesOf(target, time);
      const marked = this.doom(block, project, deadlines, time);
      const isEnded = this.hardDeleted().some((each) => `${target}/`.startsWith(`${each}/`));
      this.draft.blocks.set(address, isEnded ? { ...marked, count: 0 } : marked);
    }
    this.keep(project, time);
  }

  private deadlinesOf(target: string, time: number): readonly number[] {
    return [...this.draft.blocks.values()]
      .filter(({ input }) => input['kind'] === 'Tombstone')
      .map((each) => at(each, time))
      .filter((input) => `${target}/`.startsWith(`${String(input['target'])}/`))
      .map(
        (input) =>
          Date.parse(String(input['deleted_at'])) / 1000 + seconds(String(input['period'])),
      );
  }

  /** Of several instances, those stay whose deletion isn't over. */
  private keep(project: string, time: number): void {
    const members = this.membersOf(project);
    for (const { address, target } of members) {
      const block = this.draft.blocks.get(address);
      if (block?.declared === undefined) continue;
      const keys = block.declared.filter((key) => {
        const own = members.find((each) => each.address === keyed(address, key))?.target ?? target;
        const isEnded = this.hardDeleted().some((each) => `${own}/`.startsWith(`${each}/`));
        return !isEnded && this.deadlinesOf(own, time).every((deadline) => time < deadline);
      });
      this.draft.blocks.set(address, { ...block, keys });
    }
  }

  /** Takes in what was made elsewhere, as a member of a project. */
  adopt(project: string, name: string, id: string): void {
    this.add(project, name, project);
    this.draft.imports.set(addressOf(name), id);
  }

  private doom(block: Block, project: string, deadlines: readonly number[], time: number): Block {
    const { count: _count, ...rest } = block;
    const period = this.periodOf(project);
    const deadline = deadlines.length === 0 ? undefined : Math.min(...deadlines);
    const isMarked = rest.input['metadata'] !== undefined;
    const marks = deadline === undefined ? metadata(period) : metadata(period, rfc3339(deadline));
    const input = isMarked ? { ...rest.input, metadata: marks } : rest.input;
    return deadline === undefined
      ? { ...rest, input }
      : { ...rest, input, count: time >= deadline ? 0 : 1 };
  }

  close(target: string): void {
    const project = target.split('/')[0] ?? target;
    const members = this.membersOf(project);
    const isGone = ({ target: own }: Member) => `${own}/`.startsWith(`${target}/`);
    for (const { address } of members.filter(isGone)) this.leave(address);
    for (const [address, { input }] of [...this.draft.blocks]) {
      const isOurs =
        typeof input['kind'] === 'string' && `${String(input['target'])}/`.startsWith(`${target}/`);
      if (isOurs) this.draft.blocks.delete(address);
    }
    if (target !== project)
      this.rewriteGuard(
        project,
        members.filter((each) => !isGone(each)),
      );
  }

  /** Takes a resource, or the key of an instance, out of the code. */
  leave(address: string): void {
    const base = baseOf(address);
    const block = this.draft.blocks.get(base);
    if (base === address || block?.keys === undefined) {
      this.draft.blocks.delete(address);
      return;
    }
    const left = (keys: readonly string[] = []) =>
      keys.filter((key) => keyed(base, key) !== address);
    this.draft.blocks.set(base, {
      ...block,
      keys: left(block.keys),
      declared: left(block.declared),
    });
  }

  wrap(): void {
    const inside = (address: string) =>
      address.startsWith('module.') ? address : `module.m.${address}`;
    for (const address of [...this.draft.blocks.keys()]) this.rename(address, inside(address));
    for (const [address, block] of [...this.draft.blocks]) {
      if (block.input['kind'] !== 'Guard') continue;
      const text = JSON.stringify(block.input).replaceAll(
        /"(terraform_data\.[^"]+)"/g,
        '"module.m.$1"',
      );
      this.draft.blocks.set(address, { ...block, input: JSON.parse(text) });
    }
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
