import { addressOf, draftOf, Honest } from './honest.js';
import { honestEdit, hostileEdit, type Pick } from './hostile.js';
import type { Broken } from './ledger.js';
import { type Block, baseOf, type Config, keyed, NOTHING } from './terraform.js';
import { type Deaf, type Outcome, type Proposal, World } from './world.js';

/** One change of a chain, as numbers that are drawn from: a test can make it shorter. */
export type Draws = readonly number[];

/** Numbers taken from a list, over and over. */
export function picking(draws: Draws): Pick {
  let at = 0;
  return (below) => {
    const number = draws[at % draws.length] ?? 0;
    at += 1;
    return (number + at * 31) % Math.max(1, below);
  };
}

/** Two projects, one of them perhaps of version 0.1, and something that nobody protects. */
export async function firstDeploy(isOld = false, deaf?: Deaf, hasSeveral = false): Promise<World> {
  const key = `${isOld} ${hasSeveral}`;
  const known = deployed.get(key) ?? (await deploy(isOld, hasSeveral));
  deployed.set(key, known);
  return known.copy(deaf);
}

/** The same for every chain, so that it is made once. */
const deployed = new Map<string, World>();

/** Where the deletion of something stands when a chain begins. */
export const PHASES = ['live', 'pending', 'over', 'reclaimed'] as const;
export type Phase = (typeof PHASES)[number];

/** Two projects as they may be found: an item of one, or the other, may be being deleted. */
export async function startOf(draws: Draws, deaf?: Deaf): Promise<World> {
  const pick = picking(draws);
  const isOld = pick(2) === 0;
  const phase = PHASES[pick(PHASES.length)] ?? 'live';
  const hasSeveral = pick(2) === 0;
  const targets = hasSeveral ? SEVERAL : ['shop', 'billing/x/b'];
  const target = targets[pick(targets.length)] ?? 'shop';
  const key = `${isOld} ${phase} ${target} ${hasSeveral}`;
  const known = begun.get(key) ?? (await begin(isOld, phase, target, hasSeveral));
  begun.set(key, known);
  return known.copy(deaf);
}

/** Mostly the instances, which only every other chain has. */
const SEVERAL = ['buckets', 'buckets/resources/eu', 'buckets/resources/eu', 'shop'];
const begun = new Map<string, World>();

async function begin(
  isOld: boolean,
  phase: Phase,
  target: string,
  hasSeveral: boolean,
): Promise<World> {
  const world = await firstDeploy(isOld, undefined, hasSeveral);
  if (phase === 'live') return world;
  await honestly(world, (honest) => honest.request(target, world.time));
  if (phase === 'pending') return world;
  world.time += 101;
  if (phase === 'over') return world;
  await honestly(world, (honest) => honest.mark(target.split('/')[0] ?? target, world.time));
  return world;
}

/** A change of the honest, which has to pass. */
export async function honestly(
  world: World,
  edit: (honest: Honest) => void,
  more: Omit<Proposal, 'config'> = {},
): Promise<Outcome> {
  const draft = draftOf(world.config);
  edit(new Honest(draft));
  const outcome = await world.propose({ config: draft, ...more });
  if (!outcome.passed) throw new Error(outcome.review.why.map((it) => it.message).join('\n'));
  return outcome;
}

/**
 * Tries, after a chain, whether what it has left would let an object end at once, a moment later;
 * thoroughly, also after the state has lost its records. What is learnt here doesn't change the world.
 */
export async function probe(world: World, isThorough = true): Promise<readonly Broken[]> {
  const promised = [...world.config.blocks]
    .flatMap(([address, block]) => placesIn(address, block).map((place) => ({ place, block })))
    .filter(({ place, block }) => block.input['kind'] === undefined || world.isPromised(place))
    .map(({ place }) => place);
  const broken = [...(await ending(promised, world, 2))];
  for (const pause of isThorough ? [2, 250] : []) {
    broken.push(...(await ending(promised, world, pause, true)));
  }
  return broken;
}

/** A resource; of several instances each, and of counted ones the last, which alone can leave alone. */
function placesIn(address: string, { count = 0, keys }: Block): readonly string[] {
  if (keys !== undefined) return keys.map((key) => keyed(address, key));
  return count > 1 ? [address, `${address}[${count - 1}]`] : [address];
}

/** Drops all of them, then again those of which the gate didn't stop the end. */
async function ending(addresses: readonly string[], world: World, pause: number, isLost = false) {
  const all = await dropped(addresses, world, pause, isLost);
  if (all.passed) return all.broken;
  const stopped = new Set(all.stopped);
  const free = addresses.filter((each) => !stopped.has(each) && !stopped.has(`${each}[0]`));
  if (free.length === 0) return [];
  const some = await dropped(free, world, pause, isLost);
  if (some.passed) return some.broken;
  const alone: Broken[] = [];
  for (const each of free) {
    alone.push(...(await dropped([each], world, pause, isLost)).broken);
  }
  return alone;
}

async function dropped(addresses: readonly string[], world: World, pause: number, isLost: boolean) {
  const other = world.copy();
  other.time += pause;
  if (isLost) other.loseRecords();
  const draft = draftOf(other.config);
  if (isLost) {
    for (const [at, { input }] of [...draft.blocks]) {
      if (input['kind'] !== undefined) draft.blocks.delete(at);
    }
  }
  for (const address of addresses) {
    const base = baseOf(address);
    const block = draft.blocks.get(base);
    if (block?.count === undefined) new Honest(draft).leave(address);
    else if (base === address) draft.blocks.set(base, { ...block, count: 0 });
    else draft.blocks.set(base, { ...block, count: Math.max(0, block.count - 1) });
  }
  const { passed, stops } = await other.propose({ config: draft });
  return { passed, stopped: stops.map(({ address }) => address), broken: other.ledger.broken };
}

/** What is deployed first. */
export function firstConfig(isOld: boolean, hasSeveral = false): Config {
  const draft = draftOf(NOTHING);
  const honest = new Honest(draft);
  const member = (name: string, target: string) => ({ address: addressOf(name), target });
  honest.declare(
    'billing',
    '100s',
    [member('a', 'billing'), member('b', 'billing/x/b'), member('c_raw', 'billing')],
    isOld,
  );
  honest.declare('shop', '100s', [member('s', 'shop')], isOld);
  draft.blocks.set(addressOf('u'), { input: { data: { k: 'u' } } });
  if (hasSeveral) honest.declareSeveral('buckets', 'e', ['eu', 'us', 'x'], ['eu', 'us']);
  return draft;
}

async function deploy(isOld: boolean, hasSeveral: boolean): Promise<World> {
  const world = new World();
  const first = await world.propose({ config: firstConfig(isOld, hasSeveral) });
  if (!first.passed) throw new Error(first.review.why.map(({ message }) => message).join('\n'));
  const second = draftOf(world.config);
  const projects = ['billing', 'shop', ...(hasSeveral ? ['buckets'] : [])];
  for (const project of projects) new Honest(second).identify(project, world.state);
  await world.propose({ config: second });
  return world;
}

/** How far the clock goes on between two changes. */
const PAUSES = [1, 1, 5, 45, 101];

/** Draws a change, plans it, and applies it if the gate lets it pass. */
export async function takeStep(world: World, draws: Draws): Promise<Outcome> {
  const pick = picking(draws);
  world.time += PAUSES[pick(PAUSES.length)] ?? 1;
  return world.propose({ config: drawn(world, pick) });
}

export function drawn(world: World, pick: Pick): Config {
  const draft = draftOf(world.config);
  const isHonest = pick(3) === 0;
  if (isHonest) honestEdit(draft, world, pick);
  const count = isHonest ? pick(2) : 1 + pick(3);
  for (let edit = 0; edit < count; edit += 1) hostileEdit(draft, world, pick);
  return draft;
}
