/**
 * A small exact model of what Terraform and OpenTofu do with `terraform_data`: moves, implied moves,
 * counts, imports, unknown inputs, replacement and forgetting. Its plans are in Terraform's format.
 */

export type Value = string | number | null | { readonly [key: string]: Value } | readonly Value[];
export type Input = Readonly<Record<string, Value>>;

/** Stands for `plantimestamp()` in a block's input. */
export const NOW = '${plantimestamp()}';

/** A resource block. */
export interface Block {
  readonly input: Input;
  /**
   * Whether the whole input, or some of its members, are known after the apply only. A member of a
   * member stands with `>` between their names.
   */
  readonly unknown?: true | readonly string[];
  readonly count?: number;
  /** Keys of `for_each`. */
  readonly keys?: readonly string[];
  /** What the code says, of which a deletion that is over has taken keys away. */
  readonly declared?: readonly string[];
  readonly trigger?: string;
}

/** What a folder declares; blocks by their address without index. */
export interface Config {
  readonly blocks: ReadonlyMap<string, Block>;
  readonly moves: readonly (readonly [from: string, to: string])[];
  /** What `removed` blocks let go of. */
  readonly removed: readonly string[];
  /** What `import` blocks take in: where, and by which id. */
  readonly imports: ReadonlyMap<string, string>;
}

/** A folder without anything. */
export const NOTHING: Config = { blocks: new Map(), moves: [], removed: [], imports: new Map() };

/** An object in state. */
export interface Instance {
  readonly id: string;
  readonly input: Input | null;
  readonly trigger: string | null;
}

export type State = ReadonlyMap<string, Instance>;

/** One change that a plan makes. */
export interface Step {
  readonly address: string;
  readonly previous: string | undefined;
  readonly actions: readonly string[];
  readonly reason?: string;
  /** Whether the plan has just taken it in. */
  readonly isImported?: boolean;
  readonly before: Instance | undefined;
  readonly block: Block | undefined;
}

/** A plan of the model. */
export interface ModelPlan {
  readonly time: number;
  readonly steps: readonly Step[];
  /** The state that the plan was made from, moves made. */
  readonly prior: State;
}

export function baseOf(address: string): string {
  return address.replace(INDEX, '');
}

const INDEX = /\[(?:(\d+)|"([^"]*)")\]$/;

/** The address of an instance of `for_each`. */
export function keyed(base: string, key: string): string {
  return `${base}["${key}"]`;
}

/** Plans as an engine does, at a time in seconds. */
export function plan(state: State, config: Config, time: number): ModelPlan {
  const { moved, from } = move(state, config);
  const steps: Step[] = [];
  const wanted = instancesOf(config);
  const imported = takeIn(moved, wanted, config);
  for (const [address, before] of moved) {
    const previous = from.get(address);
    const block = wanted.get(address);
    const isImported = imported.has(address);
    if (block === undefined) {
      steps.push({ address, previous, before, block, ...endOf(address, config) });
    } else {
      const actions = actionsOf(before, block, time);
      steps.push({ address, previous, before, block, actions, isImported });
    }
  }
  for (const [address, block] of wanted) {
    if (moved.has(address)) continue;
    steps.push({ address, previous: undefined, before: undefined, block, actions: ['create'] });
  }
  steps.sort((a, b) => (a.address < b.address ? -1 : 1));
  return { time, steps, prior: moved };
}

/** What isn't in the state at its address yet is taken in, with an id and nothing else. */
function takeIn(
  moved: Map<string, Instance>,
  wanted: ReadonlyMap<string, Block>,
  { imports }: Config,
): ReadonlySet<string> {
  const fresh = [...imports].filter(([to]) => wanted.has(to) && !moved.has(to));
  for (const [to, id] of fresh) moved.set(to, { id, input: null, trigger: null });
  return new Set(fresh.map(([to]) => to));
}

function move(state: State, { blocks, moves }: Config) {
  const moved = new Map(state);
  const from = new Map<string, string>();
  const go = (old: string, now: string) => {
    const instance = moved.get(old);
    if (instance === undefined || moved.has(now)) return;
    moved.delete(old);
    moved.set(now, instance);
    from.set(now, from.get(old) ?? old);
    from.delete(old);
  };
  for (const [old, now] of moves) {
    for (const address of [...moved.keys()]) {
      if (address === old) go(address, now);
      else if (baseOf(address) === old) go(address, now + address.slice(old.length));
    }
  }
  for (const [old, now] of impliedMoves(state, { blocks, moves })) go(old, now);
  return { moved, from };
}

/** Engines imply a move only of what was there, and where no other move names the resource. */
function impliedMoves(state: State, { blocks, moves }: Pick<Config, 'blocks' | 'moves'>) {
  const named = new Set(moves.flat().map(baseOf));
  const free = [...blocks].filter(([base, { keys }]) => keys === undefined && !named.has(base));
  return free
    .filter(([base]) => state.has(base) || state.has(`${base}[0]`))
    .map(([base, { count }]) => {
      return count === undefined
        ? ([`${base}[0]`, base] as const)
        : ([base, `${base}[0]`] as const);
    });
}

function instancesOf({ blocks }: Config): ReadonlyMap<string, Block> {
  return new Map(
    [...blocks].flatMap(([base, each]) => {
      const block = withOpen(each);
      if (block.keys !== undefined) {
        return block.keys.map((key) => [keyed(base, key), block] as const);
      }
      return block.count === undefined
        ? [[base, block] as const]
        : Array.from({ length: block.count }, (_, at) => [`${base}[${at}]`, block] as const);
    }),
  );
}

/** Only members that an input has can be unknown. */
function withOpen({ unknown, ...block }: Block): Block {
  if (unknown === undefined || unknown === true) return { ...block, ...(unknown && { unknown }) };
  const open = unknown.filter((each) => hasPath(block.input, each.split('>')));
  return { ...block, ...(open.length > 0 && { unknown: open }) };
}

function hasPath(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (typeof value !== 'object' || value === null || !(name in value)) return false;
  return hasPath(Object(value)[name], rest);
}

/** A value without what isn't known of it. */
function withoutPath(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined || typeof value !== 'object' || value === null) return value;
  const { [name]: inner, ...others } = Object(value);
  return rest.length === 0 ? others : { ...others, [name]: withoutPath(inner, rest) };
}

/** The marks of what isn't known, as a plan has them. */
function marksOfPaths(paths: readonly string[]): unknown {
  const marks: Record<string, unknown> = {};
  for (const path of paths) {
    const names = path.split('>');
    let at = marks;
    for (const each of names.slice(0, -1)) {
      at[each] ??= {};
      at = Object(at[each]);
    }
    at[names.at(-1) ?? ''] = true;
  }
  return marks;
}

function endOf(address: string, { blocks, removed }: Config) {
  const block = blocks.get(baseOf(address));
  if (block !== undefined) {
    return { actions: ['delete'], reason: reasonOf(address, block) };
  }
  if (removed.includes(baseOf(address))) return { actions: ['forget'] };
  return { actions: ['delete'], reason: 'delete_because_no_resource_config' };
}

function reasonOf(address: string, { count, keys }: Block): string {
  const [, index, key] = INDEX.exec(address) ?? [];
  if (index !== undefined && count !== undefined) return 'delete_because_count_index';
  if (key !== undefined && keys !== undefined) return 'delete_because_each_key';
  return 'delete_because_wrong_repetition';
}

function actionsOf(before: Instance, block: Block, time: number): readonly string[] {
  if ((block.trigger ?? null) !== before.trigger) return ['delete', 'create'];
  if (block.unknown !== undefined) return ['update'];
  const isSame = JSON.stringify(sorted(before.input)) === JSON.stringify(sorted(at(block, time)));
  return isSame ? ['no-op'] : ['update'];
}

/** An input with the plan's time in it. */
export function at({ input }: Block, time: number): Input {
  return JSON.parse(JSON.stringify(input).replaceAll(NOW, rfc3339(time)));
}

/** Applies a plan; `id` names what is made. */
export function apply({ steps, prior, time }: ModelPlan, id: () => string): State {
  const state = new Map(prior);
  for (const { address, actions, before, block } of steps) {
    if (actions.includes('no-op')) continue;
    if (block === undefined) state.delete(address);
    else {
      const isNew = actions.includes('create');
      state.set(address, {
        id: isNew || before === undefined ? id() : before.id,
        input: at(block, time),
        trigger: block.trigger ?? null,
      });
    }
  }
  return state;
}

/** The plan as `terraform show -json` prints it. */
export function planJson({ time, steps, prior }: ModelPlan): string {
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: {},
    resource_changes: steps.map((step) => changeOf(step, time)),
    prior_state: {
      format_version: '1.0',
      values: {
        root_module: {
          resources: [...prior].map(([address, instance]) => ({
            ...partsOf(address),
            values: valuesOf(instance),
          })),
        },
      },
    },
    timestamp: rfc3339(time),
    complete: true,
    errored: false,
  });
}

function changeOf(step: Step, time: number) {
  const { address, previous, actions, reason, before, block, isImported } = step;
  return {
    ...partsOf(address),
    ...(previous === undefined ? {} : { previous_address: previous }),
    ...(reason === undefined ? {} : { action_reason: reason }),
    change: {
      actions,
      before: before === undefined ? null : valuesOf(before),
      ...outcomeOf(actions, before, block, time),
      ...(actions.length === 2 ? { replace_paths: [['triggers_replace']] } : {}),
      ...(isImported === true ? { importing: { id: before?.id } } : {}),
    },
  };
}

function outcomeOf(
  actions: readonly string[],
  before: Instance | undefined,
  block: Block | undefined,
  time: number,
) {
  if (block === undefined) return { after: null, after_unknown: {} };
  if (actions.includes('no-op') && before !== undefined) {
    return { after: valuesOf(before), after_unknown: {} };
  }
  const isNew = actions.includes('create');
  const input = at(block, time);
  const { unknown } = block;
  const names = unknown === true ? [] : (unknown ?? []);
  const known = names.reduce<unknown>((left, name) => withoutPath(left, name.split('>')), input);
  return {
    after: {
      ...(isNew ? {} : { id: before?.id }),
      ...(unknown === true ? {} : { input: known }),
      triggers_replace: block.trigger ?? null,
    },
    after_unknown: {
      ...(isNew ? { id: true } : {}),
      output: true,
      input: unknown === true ? true : marksOfPaths(names),
    },
  };
}

function valuesOf({ id, input, trigger }: Instance) {
  return { id, input, output: input, triggers_replace: trigger };
}

function partsOf(address: string) {
  const module = /^(module\.\w+)\./.exec(address)?.[1];
  const [, index, key] = INDEX.exec(address) ?? [];
  return {
    address,
    ...(module === undefined ? {} : { module_address: module }),
    mode: 'managed',
    type: 'terraform_data',
    name: baseOf(address).split('.').at(-1),
    ...(index === undefined ? {} : { index: Number(index) }),
    ...(key === undefined ? {} : { index: key }),
    provider_name: 'terraform.io/builtin/terraform',
  };
}

export function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}
