import { expect } from 'vitest';

import { DELETED } from '../bypass/deleted.js';
import { LIVE } from '../bypass/live.js';
import type { Row } from '../bypass/row.js';
import type { World } from '../bypass/world.js';

/** While the project lives: one attempt for each layer that answers. */
export const WHILE_ALIVE = [
  pick(LIVE, 'remove code and lock entry', 'project'),
  pick(LIVE, 'change a field that forces a replacement', 'item'),
  pick(LIVE, '`-target` destroy of a member', 'project'),
  pick(LIVE, '`state rm`, then apply', 'item'),
  pick(LIVE, 'a `removed` block that destroys it', 'item'),
  pick(LIVE, 'strip it through `/status`', 'project'),
];

/** While it is soft-deleted. */
export const WHILE_DELETED = [
  pick(DELETED, '`-replace` a member', 'project'),
  pick(DELETED, '`-replace` a member with `-target`, which leaves the protection out', 'item'),
  pick(DELETED, '`state rm`, then plan an empty namesake with `-target`', 'item'),
  pick(DELETED, 'edit the tombstone in what was synthesized', 'project'),
  pick(DELETED, 'turn the clock back in the state file, and apply without a review', 'project'),
  pick(DELETED, 'take the deadline away and empty it in one update', 'item'),
];

function pick(rows: readonly Row[], attempt: string, of: Row['of']): Row {
  const found = rows.find((row) => row.attempt === attempt && row.of === of);
  if (found === undefined) throw new Error(`The bypass matrix has no '${attempt}' (${of}).`);
  return found;
}

/** Tries each, and fails with all that were not answered as the bypass matrix says. */
export async function expectRefused(world: World, rows: readonly Row[]): Promise<void> {
  const before = await world.belongings();
  expect(Object.keys(before).length).toBeGreaterThan(15);
  const wrong: string[] = [];
  for (const row of rows) {
    const answer = await row.run(world);
    if (!row.says.test(answer)) wrong.push(`${row.attempt} (${row.of}): ${answer}`);
    expect(await world.belongings(), `${row.attempt}: ${answer}`).toEqual(before);
  }
  expect(wrong, wrong.join('\n')).toEqual([]);
}
