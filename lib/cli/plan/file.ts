import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseExactly } from '../../base/exact-json.js';
import { quote } from '../../base/inert.js';
import type { Checked, Problem } from '../../base/problem.js';
import { loadPlan } from '../../plan/load-plan.js';
import type { Plan, Planned, PlanOrigin } from '../../plan/plan.js';
import type { PolicyReview } from '../../validation/policy-review.js';
import { type ReviewProject, sourcesOf, stackNameOf } from '../review/context.js';
import type { Io } from '../terminal/io.js';
import { bytesOf, chunksOf } from './chunks.js';

/** Reads a plan, and shows the policies what will be there. */
export async function readPlanFile(
  io: Io,
  project: ReviewProject,
  file: string,
  named: string | undefined,
  policies: PolicyReview | undefined,
): Promise<Checked<Plan>> {
  const stack = named ?? stackNameOf(file);
  const sources = sourcesOf(project, stack);
  const origin = { stack, ...(sources === undefined ? {} : { sources }) };
  try {
    const { value, problems } = await load(io, file, origin, policies);
    return {
      ...(value === undefined ? {} : { value }),
      problems: problems.map((each) => ({ ...each, source: each.source ?? { file } })),
    };
  } catch (error) {
    return { problems: [unreadable(file, error)] };
  }
}

async function load(
  io: Io,
  file: string,
  origin: PlanOrigin,
  policies: PolicyReview | undefined,
): Promise<Checked<Plan>> {
  const evaluation = policies?.of(origin.stack);
  const inspect = evaluation && ((each: Planned) => evaluation.add(each));
  if (file === '-') return loadHere(bytesOf(io.stdin), origin, inspect);
  const path = resolve(io.cwd, file);
  const about = statSync(path);
  if (about.isDirectory()) throw new Error('it is a folder');
  if (inspect === undefined) return loadHere(chunksOf(path), origin, inspect);
  const { PlanThread } = await import('./thread.js');
  if (!PlanThread.pays(about.size)) return loadHere(chunksOf(path), origin, inspect);
  const { value, problems } = await PlanThread.for(path).read(inspect);
  return value === undefined ? { problems } : { value: { ...value, ...origin }, problems };
}

function loadHere(
  chunks: AsyncIterable<Uint8Array>,
  origin: PlanOrigin,
  inspect: ((planned: Planned) => void) | undefined,
): Promise<Checked<Plan>> {
  return loadPlan(chunks, origin, inspect && ((json) => inspect(parseExactly(json))));
}

function unreadable(file: string, error: unknown): Problem {
  return {
    code: 'cli/plan-unreadable',
    message: `The plan ${quote(file)} can't be read: ${error instanceof Error ? error.message : 'it failed'}.`,
    remedy: 'Give the file that `terraform show -json PLAN` was written to, or - for stdin.',
  };
}
