import { describe, expect, it } from 'vitest';
import { firstDeploy, honestly } from '../support/gate/chains.js';
import { addressOf, type Honest } from '../support/gate/honest.js';
import { rfc3339 } from '../support/gate/terraform.js';
import type { World } from '../support/gate/world.js';

const NIGHTLY = 'billing/x/b';

/** The world after a change of the honest that has to pass. */
async function passes(world: World, pause: number, edit: (honest: Honest) => void, more = {}) {
  world.time += pause;
  return honestly(world, edit, more);
}

describe.each([
  ['of version 0.1', true],
  ['of today', false],
])('everyday changes pass, with guards %s', (_format, isOld) => {
  const start = () => firstDeploy(isOld);

  it('nothing to do', async () => {
    const { review } = await passes(await start(), 5, () => {});
    expect(review).toMatchObject({ verdict: 'pass', deletions: [], notices: [] });
  });

  it('an upgrade to a version that writes the newer guard, live and while something goes', async () => {
    const world = await start();
    await passes(world, 5, (honest) => honest.request(NIGHTLY, world.time));
    await passes(world, 5, (honest) => {
      for (const each of ['billing', 'shop']) honest.upgrade(each);
    });
    await passes(world, 100, (honest) => honest.mark('billing', world.time));
    expect(world.ledger.broken).toEqual([]);
  });

  it('adding, changing, moving', async () => {
    const world = await start();
    await passes(world, 5, (honest) => honest.add('billing', 'n', 'billing/x/n'));
    await passes(world, 5, (honest) => honest.edit(addressOf('n'), { k: 'other' }));
    await passes(world, 5, (honest) => honest.move('billing', addressOf('n'), addressOf('n2')));
    expect(world.state.has(addressOf('n2'))).toBe(true);
  });

  it('giving a resource of a project a target of its own, and deleting it by that', async () => {
    const world = await start();
    const own = 'billing/resources/a';
    let resource = '';
    await passes(world, 5, (honest) => {
      const [first, ...others] = honest.membersOf('billing');
      if (first === undefined) throw new Error('billing has no member');
      resource = first.address;
      honest.rewriteGuard('billing', [{ ...first, target: own }, ...others]);
    });
    await passes(world, 5, (honest) => honest.request(own, world.time));
    expect(world.isPromised(resource)).toBe(true);
    expect(world.ledger.broken).toEqual([]);
  });

  it('taking over what is there already', async () => {
    const world = await start();
    await passes(world, 5, (honest) => {
      const members = honest.membersOf('billing');
      honest.rewriteGuard('billing', [...members, { address: addressOf('u'), target: 'billing' }]);
    });
    expect(world.isPromised(addressOf('u'))).toBe(true);
  });

  it('taking in what was made elsewhere', async () => {
    const world = await start();
    await passes(world, 5, (honest) => honest.adopt('billing', 'n', 'elsewhere'));
    expect(world.state.get(addressOf('n'))?.id).toBe('elsewhere');
    expect(world.isPromised(addressOf('n'))).toBe(true);
  });

  it('an object that is let go of here and taken in there, unless it is protected', async () => {
    const world = await start();
    await passes(world, 5, ({ draft }) => {
      const { id } = world.state.get(addressOf('u')) ?? {};
      draft.blocks.delete(addressOf('u'));
      draft.removed.push(addressOf('u'));
      draft.blocks.set(addressOf('u2'), { input: { data: { k: 'u' } } });
      draft.imports.set(addressOf('u2'), id ?? '');
    });
    expect([...world.state.keys()]).toContain(addressOf('u2'));
    expect([...world.state.keys()]).not.toContain(addressOf('u'));
  });

  it('a soft delete, its restore in time, and another one to the end, closed', async () => {
    const world = await start();
    const told: string[] = [];
    const go = async (pause: number, edit: (honest: Honest) => void) => {
      const { review } = await passes(world, pause, edit);
      told.push(...review.reclamations.map(({ kind, target }) => `${kind} ${target}`));
      told.push(...review.deletions.map(({ kind, address }) => `${kind} ${address}`));
    };
    await go(5, (honest) => honest.request('billing', world.time));
    await go(50, () => {});
    await go(5, (honest) => honest.restore('billing', world.time));
    await go(5, (honest) => honest.request(NIGHTLY, world.time));
    await go(101, (honest) => honest.mark('billing', world.time));
    await go(5, (honest) => honest.close(NIGHTLY));
    await go(5, (honest) => honest.add('billing', 'b', NIGHTLY));
    expect(told).toEqual([
      'soft-delete billing',
      'pending billing',
      'restore billing',
      `soft-delete ${NIGHTLY}`,
      'reclaim terraform_data.b[0]',
    ]);
    expect(world.ledger.broken).toEqual([]);
  });

  it('a project that goes with an item whose deletion had begun before', async () => {
    const world = await start();
    await passes(world, 5, (honest) => honest.request(NIGHTLY, world.time));
    await passes(world, 50, (honest) => honest.request('billing', world.time));
    await passes(world, 51, (honest) => honest.mark('billing', world.time));
    await passes(world, 51, (honest) => honest.mark('billing', world.time));
    await passes(world, 5, (honest) => honest.close('billing'));
    expect([...world.state.keys()].filter((each) => !each.includes('shop'))).toEqual([
      'terraform_data.s',
      'terraform_data.u',
    ]);
  });

  it('a hard deletion that an approver has reviewed', async () => {
    const world = await start();
    const uid = world.state.get(addressOf('b'))?.id ?? '';
    const approved = { target: NIGHTLY, uid };
    const { review } = await passes(
      world,
      5,
      (honest) => honest.hardDelete(NIGHTLY, uid, world.time),
      {
        isReviewed: true,
        approved,
      },
    );
    expect(review.deletions.map(({ kind }) => kind)).toEqual(['hard-delete']);
    expect(world.ledger.broken).toEqual([]);
  });

  it('longer periods at once, shorter ones with the review of an approver', async () => {
    const world = await start();
    const period = (text: string) => (honest: Honest) =>
      honest.rewriteGuard('billing', honest.membersOf('billing'), text);
    await passes(world, 5, period('200s'));
    await expect(passes(world, 5, period('50s'))).rejects.toThrow('An approver');
    const { review } = await passes(world, 5, period('200s'), { isReviewed: true });
    expect(review.notices).toEqual([]);
    const shorter = await passes(world, 5, period('150s'), { isReviewed: true });
    expect(shorter.review.notices.map(({ code }) => code)).toContain('period-shortened');
  });

  it('a member that leaves, with the review of an approver', async () => {
    const world = await start();
    const leave = (honest: Honest) =>
      honest.rewriteGuard(
        'billing',
        honest.membersOf('billing').filter(({ address }) => address !== addressOf('c_raw')),
      );
    await expect(passes(world, 5, leave)).rejects.toThrow('off the guard’s list');
    const { review } = await passes(world, 5, leave, { isReviewed: true });
    expect(review.notices.map(({ code }) => code)).toEqual(['protection-ends']);
  });

  it('a project under another name, with everything in it', async () => {
    const world = await start();
    await passes(world, 5, (honest) => honest.renameProject('billing', 'invoices'));
    expect(world.state.has(addressOf('invoices_b'))).toBe(true);
  });

  it('a module around everything', async () => {
    const world = await start();
    if (!isOld) await passes(world, 5, (honest) => honest.wrap());
    await passes(world, 5, (honest) => honest.edit('module.m.terraform_data.a', { k: 'x' }));
    expect(world.ledger.broken).toEqual([]);
  });

  it('records that a lost state has got back', async () => {
    const world = await start();
    await passes(world, 5, (honest) => honest.request('shop', world.time));
    const isKept = ([, { input }]: (typeof kept)[number]) =>
      input?.['kind'] === undefined || input['kind'] === 'Tombstone';
    const kept = [...world.state];
    world.state = new Map(kept.filter(isKept));
    await passes(world, 5, () => {});
    await passes(world, 96, (honest) => honest.mark('shop', world.time));
    expect([...world.state.keys()]).not.toContain('terraform_data.s[0]');
  });

  it('a resource beside a project whose input is the id of another one', async () => {
    const world = await start();
    await passes(world, 5, (honest) => {
      if (isOld) honest.upgrade('billing');
      if (isOld) honest.upgrade('shop');
      honest.draft.blocks.set(addressOf('y'), { input: { id: 'x' }, unknown: true });
    });
    expect(world.state.has(addressOf('y'))).toBe(true);
  });
});

it('says until when, by the time of the plan', async () => {
  const world = await firstDeploy();
  world.time += 7;
  const { review } = await honestly(world, (honest) => honest.request('shop', world.time));
  expect(review.reclamations[0]?.recoverableUntil).toBe(rfc3339(world.time + 100));
});
