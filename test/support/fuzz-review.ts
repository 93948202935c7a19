import { isRecord } from '../../lib/base/guards.js';
import { reviewPlans } from '../../lib/gate/review-plans.js';
import { loadPlan } from '../../lib/plan/load-plan.js';
import { renderGithub } from '../../lib/report/github.js';
import { renderHtml } from '../../lib/report/html/html.js';
import { renderJson } from '../../lib/report/json.js';
import { renderJunit } from '../../lib/report/junit.js';
import { renderMarkdown } from '../../lib/report/markdown.js';
import { renderSarif } from '../../lib/report/sarif.js';
import { renderText } from '../../lib/report/text.js';
import type { Review } from '../../lib/review/review.js';
import { mutated, numbers } from './mutations.js';
import { contextAt, planText } from './plans.js';
import { processorTime } from './processor.js';

/** Small plans, between them of every kind. */
const SEEDS = [
  'block-removed',
  'deposed',
  'forget',
  'key-removed',
  'made/action',
  'made/deferred',
  'moved-and-replaced',
  'replace',
  'sensitive',
  'count-forced',
  'hard-delete-item',
  'soft-delete-item',
  'restore-too-late',
  'imported-twice-newer',
  'marks-hidden',
].map(planText);

const RENDERERS = [
  renderText,
  renderJson,
  renderMarkdown,
  renderSarif,
  renderJunit,
  renderGithub,
  renderHtml,
];
const TYPES = planText('sensitive').match(/"type":"terraform_data"/g)?.length ?? 0;
const NOW = contextAt(new Date('2026-06-01T00:00:00Z'));

/** What a run of the fuzzer came to. */
export interface Tally {
  /** Plans that could be read. */
  readonly read: number;
  readonly refused: number;
  /** What must not be: each with the seed that makes it again. */
  readonly faults: readonly string[];
}

/** Reviews mutated plans; the same seeds give the same plans. */
export async function fuzz(from: number, count: number): Promise<Tally> {
  const faults: string[] = [];
  let read = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const text = mutated(SEEDS[seed % SEEDS.length] ?? '{}', numbers(seed));
    const started = processorTime();
    try {
      const { isRead, wrong } = await tried(text, seed);
      if (isRead) read += 1;
      faults.push(...wrong.map((each) => `${seed}: ${each}`));
    } catch (error) {
      faults.push(`${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    if (processorTime() - started > 5000) faults.push(`${seed}: hung`);
  }
  return { read, refused: count - read, faults };
}

async function tried(text: string, seed: number) {
  const { value, problems } = await loadPlan([Buffer.from(text)], { stack: 'x' });
  if (value === undefined) {
    const isLeak = problems.some(({ message }) => message.includes('CANARY'));
    const wrong = problems.length === 0 ? ['neither read nor refused'] : [];
    return { isRead: false, wrong: isLeak ? [...wrong, 'leaked in a problem'] : wrong };
  }
  const review = reviewPlans([value], NOW);
  // Each in turn: all of them every time would be most of the work.
  const said = RENDERERS[seed % RENDERERS.length]?.(review, {}) ?? '';
  const isLeak = said.includes('CANARY') && !isExposed(text);
  return {
    isRead: true,
    wrong: [...missed(text, review).map((each) => `missed ${each}`), ...(isLeak ? ['leaked'] : [])],
  };
}

/** A mutation may have taken the marks away, or made a name of the value. */
function isExposed(text: string): boolean {
  const marks =
    text.match(/"(?:before|after)_sensitive":\{"input":(?:true|\{"container":\[\{"image":true)/g) ??
    [];
  const types = text.match(/"type":"terraform_data"/g) ?? [];
  return marks.length < 3 || types.length < TYPES;
}

/** Ends in the plan that the review doesn't show, told without any of the code under test. */
function missed(text: string, review: Review): readonly string[] {
  const plan: unknown = JSON.parse(text);
  const changes = isRecord(plan) ? plan['resource_changes'] : undefined;
  const shown = new Set(review.deletions.map(({ address }) => address));
  return (Array.isArray(changes) ? changes : [])
    .filter(endsData)
    .map(({ address }) => String(address))
    .filter((address) => !shown.has(address));
}

function endsData(element: unknown): boolean {
  if (!isRecord(element) || element['mode'] === 'data') return false;
  const { change } = element;
  const actions = isRecord(change) ? change['actions'] : undefined;
  const isEnd =
    Array.isArray(actions) && actions.some((each) => each === 'delete' || each === 'forget');
  return isEnd && !JSON.stringify(change).includes('"reprieve/');
}
