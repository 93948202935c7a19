import type { Construct } from 'constructs';
import { dataSourcesBelow } from './below.js';
import type { DeletionClocks } from './deletion-clocks.js';
import type { Members } from './members.js';
import type { MemberBlock } from './protected-json.js';

/** What Terraform's JSON has to say of each member. */
export function memberBlocks({ all }: Members, clocks: DeletionClocks): readonly MemberBlock[] {
  return all.map(({ address, target, instances }) => ({
    address,
    target,
    gone: clocks.goneOf(target),
    instances: instances
      .filter((each) => clocks.fateOf(each.target).doomed)
      .map((each) => ({ ...each, gone: clocks.goneOf(each.target) })),
  }));
}

/** Data sources below a scope, which may be there for its members alone. */
export function followerBlocks(
  below: Construct | undefined,
  target: string,
  clocks: DeletionClocks,
): readonly MemberBlock[] {
  const gone = clocks.goneOf(target);
  return dataSourcesBelow(below).map((address) => ({ address, target, gone }));
}
