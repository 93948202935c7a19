// Makes the gate deaf to one reason at a time, and tells after how many chains the model notices.
// Run: node --import tsx test/support/gate/broken-clauses.ts [CHAINS] [CODE…]
import { numbers } from '../numbers.js';
import { probe, startOf, takeStep } from './chains.js';

/** Chains of random changes until one breaks a promise; undefined if none does. */
export async function chainsUntilBroken(
  deaf: ReadonlySet<string>,
  chains: number,
  seed = 1,
): Promise<
  { readonly chain: number; readonly steps: number; readonly codes: readonly string[] } | undefined
> {
  for (let chain = 1; chain <= chains; chain += 1) {
    const pick = numbers(seed * 1_000_003 + chain);
    const draw = () => Array.from({ length: 16 }, () => pick(9999));
    const world = await startOf(draw(), deaf);
    const codes: string[] = [];
    for (let steps = 1; steps <= 8; steps += 1) {
      const outcome = await takeStep(world, draw());
      codes.push(...outcome.review.why.map(({ code }) => code).filter((code) => deaf.has(code)));
      if (world.ledger.broken.length > 0) return { chain, steps, codes };
    }
    if ((await probe(world)).length > 0) return { chain, steps: 9, codes };
  }
  return undefined;
}

if (process.argv[1]?.endsWith('broken-clauses.ts')) {
  const [chains = '2000', ...codes] = process.argv.slice(2);
  for (const code of codes) {
    const seed = Number(process.env['REPRIEVE_SEED'] ?? 1);
    const found = await chainsUntilBroken(new Set(code.split('+')), Number(chains), seed);
    console.log(
      code,
      found === undefined ? `not within ${chains} chains` : JSON.stringify(found),
      process.cpuUsage().user / 1e6,
    );
  }
}
