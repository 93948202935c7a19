// One measured run, in a process of its own: `parse FILE` or `review FILE`, over the built library.
import { createReadStream, readFileSync } from 'node:fs';
import { reviewPlans } from '../../dist/gate/review-plans.js';
import { loadPlan } from '../../dist/plan/load-plan.js';
import { renderMarkdown } from '../../dist/report/markdown.js';

const [mode, file] = process.argv.slice(2);
const started = performance.now();
if (mode === 'parse') JSON.parse(readFileSync(file, 'utf8'));
else await review();
const milliseconds = performance.now() - started;
const mebibytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ milliseconds, mebibytes }));

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
  renderMarkdown(reviewPlans([value], context));
}
