import { expect } from 'vitest';
import { numbers } from '../numbers.js';
import { drawn, firstConfig, picking } from './chains.js';
import { EngineFolder, modelled, toldBy } from './engine.js';
import { type Config, planJson } from './terraform.js';
import { World } from './world.js';

/** How chains went through a real engine. */
export interface Tally {
  plans: number;
  refused: number;
  passed: number;
}

/** Runs one chain through an engine and the model, which have to agree on every plan and state. */
export async function lockstep(program: string, seed: number, length: number): Promise<Tally> {
  const pick = numbers(seed);
  const folder = new EngineFolder(program);
  const world = new World();
  const tally = { plans: 0, refused: 0, passed: 0 };
  try {
    await take(world, folder, firstConfig(seed % 2 === 0, seed % 3 !== 0), tally);
    for (let step = 0; step < length; step += 1) {
      const draws = Array.from({ length: 16 }, () => pick(9999));
      await take(world, folder, drawn(world, picking(draws)), tally);
      expect(world.ledger.broken).toEqual([]);
    }
  } finally {
    folder.remove();
  }
  return tally;
}

async function take(world: World, folder: EngineFolder, config: Config, tally: Tally) {
  world.time = Math.floor(Date.now() / 1000);
  const json = folder.plan(config);
  tally.plans += 1;
  if (json === undefined) {
    tally.refused += 1;
    return;
  }
  const proposed = modelled(world.state, config, json);
  const [real, model] = [await toldBy(json, false), await toldBy(planJson(proposed), false)];
  expect(model).toEqual(real);
  if (real.codes.length > 0) return;
  tally.passed += 1;
  world.time = proposed.time;
  const state = folder.apply();
  world.settle({ config }, proposed);
  const shown = (each: typeof state) =>
    [...each].map(([address, { input }]) => `${address} ${JSON.stringify(input)}`).sort();
  expect(shown(world.state).map((it) => it.length)).toEqual(shown(state).map((it) => it.length));
  world.adopt(state);
}
