// Makes the gate deaf to one reason at a time, and tells after how many chains the model notices.
// Run: REPRIEVE_SEED=1 node --import tsx test/support/gate/broken-clauses.ts [CHAINS] [CODE…]
import { numbers } from '../numbers.js';
import { probe, startOf, takeStep } from './chains.js';
import type { Deaf, Tally } from './world.js';

/** A gate that doesn't know some codes. */
export function deafTo(...codes: readonly string[]): Deaf {
  return ({ code }) => codes.includes(code);
}

/** How random chains went. */
export interface Run extends Tally {
  readonly chains: number;
  /** The first chain that broke a promise. */
  readonly broken?: { readonly chain: number; readonly codes: readonly string[] };
}

/** Draws chains of random changes until one breaks a promise. */
export async function runChains(deaf: Deaf, chains: number, seed = 1): Promise<Run> {
  const tally: Tally = { plans: 0, states: 0 };
  for (let chain = 1; chain <= chains; chain += 1) {
    const pick = numbers(seed * 1_000_003 + chain);
    const codes = await runChain(pick, deaf, tally);
    if (codes !== undefined) return { chains: chain, ...tally, broken: { chain, codes } };
    if (chain % 1000 === 0) console.log({ seed, chains: chain, ...tally });
  }
  return { chains, ...tally };
}

/** The codes that a gate was deaf to, in a chain that broke a promise. */
async function runChain(
  pick: (max: number) => number,
  deaf: Deaf,
  tally: Tally,
): Promise<readonly string[] | undefined> {
  const draw = () => Array.from({ length: 16 }, () => pick(9999));
  const world = await startOf(draw(), deaf);
  world.tally = tally;
  const codes: string[] = [];
  for (let steps = 1; steps <= 8; steps += 1) {
    const { review } = await takeStep(world, draw());
    codes.push(...review.why.filter(deaf).map(({ code }) => code));
    if (world.ledger.broken.length > 0) return codes;
  }
  return (await probe(world)).length > 0 ? codes : undefined;
}

if (process.argv[1]?.endsWith('broken-clauses.ts')) {
  const [chains = '2000', ...codes] = process.argv.slice(2);
  const seed = Number(process.env['REPRIEVE_SEED'] ?? 1);
  for (const code of codes) {
    const run = await runChains(deafTo(...code.split('+')), Number(chains), seed);
    console.log(code, JSON.stringify(run), `${Math.round(process.cpuUsage().user / 1e6)} s`);
  }
}
