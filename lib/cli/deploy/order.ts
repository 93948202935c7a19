import { quoteName } from '../../base/inert.js';
import type { Stack } from '../workspace/workspace.js';

type Ordered = Pick<Stack, 'name' | 'dependencies'>;

/**
 * The stacks in the order in which they can be planned: what is in one layer depends on earlier layers
 * alone. A plan that reads another stack's outputs is only right once that stack was applied.
 *
 * @param all every stack of the app: what is not chosen can stand between two that are
 */
export function layersOf<S extends Ordered>(
  chosen: readonly S[],
  all: readonly Ordered[],
): readonly (readonly S[])[] {
  const needs = new Map(chosen.map(({ name }) => [name, allBehind(name, all)]));
  const layers: (readonly S[])[] = [];
  for (let open = chosen; open.length > 0; ) {
    const waits = ({ name }: S) => open.some((other) => needs.get(name)?.has(other.name));
    const ready = open.filter((each) => !waits(each));
    // A circle can't be synthesized; if there is one, Terraform says what is wrong.
    const layer = ready.length === 0 ? open : ready;
    layers.push(layer);
    open = open.filter((each) => !layer.includes(each));
  }
  return layers;
}

/** Everything that a stack depends on, and what that depends on. */
function allBehind(name: string, all: readonly Ordered[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { dependencies = [] } = all.find((each) => each.name === next) ?? {};
    for (const each of dependencies.filter((it) => it !== name && !found.has(it))) {
      found.add(each);
      open.push(each);
    }
  }
  return found;
}

/** What a stack depends on and is not deployed with it, as a note; undefined where there is none. */
export function noteOnOrder({ name, dependencies }: Ordered, chosen: readonly Ordered[]) {
  const absent = dependencies.filter((each) => !chosen.some((other) => other.name === each));
  if (absent.length === 0) return undefined;
  return `note: ${quoteName(name)} refers to ${absent.map(quoteName).join(', ')}, which is not deployed with it: its plan takes what that state has now.`;
}
