// One measured run, in a process of its own: `parse FILE`, or `review FILE FORMAT`, over the built
// library.
import { createReadStream, readFileSync } from 'node:fs';
import { reviewPlans } from '../../dist/gate/review-plans.js';
import { loadPlan } from '../../dist/plan/load-plan.js';
import { reporterOf } from '../../dist/report/reporters.js';

const [mode, file, format = 'markdown'] = process.argv.slice(2);
const started = performance.now();
let bytes = 0;
if (mode === 'parse') JSON.parse(readFileSync(file, 'utf8'));
else bytes = await review();
const milliseconds = performance.now() - started;
const mebibytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ milliseconds, mebibytes, bytes }));

async function review() {
  const chunks = createReadStream(file, { highWaterMark: 2 ** 20 });
  const { value, problems } = await loadPlan(chunks, { stack: 'bench' });
  if (value === undefined) throw new Error(JSON.stringify(problems));
  const hour = { seconds: 3600, text: '1h' };
  const context = {
    now: value.plannedAt,
    clockTolerance: hour,
    planMaxAge: () => hour,
    floor: () => ({ seconds: 1, text: '1s' }),
    approvers: [],
  };
  const render = await reporterOf(format);
  return Buffer.byteLength(render(reviewPlans([value], context), { linesOf: () => [] }));
}
