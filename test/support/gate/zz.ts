import { numbers } from '../numbers.js';
import { probe, startOf, takeStep } from './chains.js';
const [seed=8, from=5000, to=11000] = process.argv.slice(2).map(Number);
for (let chain = from; chain <= to; chain++) {
  const pick = numbers(seed * 1_000_003 + chain);
  const draw = () => Array.from({ length: 16 }, () => pick(9999));
  const world = await startOf(draw());
  let bad = false;
  for (let s = 1; s <= 8 && !bad; s++) { await takeStep(world, draw()); bad = world.ledger.broken.length > 0; }
  if (bad) { console.log('BROKEN', chain, world.ledger.broken); break; }
  const p = await probe(world);
  if (p.length) { console.log('PROBE', chain, p); break; }
  if (chain % 500 === 0) console.log(chain);
}
