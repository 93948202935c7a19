import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { COMBINATIONS, missingOf, nameOf } from './combination.js';
import { removeInstalled } from './installation.js';
import { merge, PASSED, RESULTS, type Result, type Step, stepsOf, writeTable } from './results.js';
import { EngineStory } from './story.js';

const RUN: Readonly<Record<Step, (story: EngineStory) => Promise<void>>> = {
  create: (story) => story.create(),
  'soft-delete': (story) => story.softDeleteBrief(),
  upgrade: (story) => story.upgrade(),
  'attempts while alive': (story) => story.attackAlive(),
  'attempts while soft-deleted': (story) => story.attackDeleted(),
  restore: (story) => story.restore(),
  rotate: (story) => story.rotate(),
  'hard-delete': (story) => story.hardDelete(),
  'kill and recover': (story) => story.killAndRecover(),
  reclaim: (story) => story.reclaim(),
};

const results: Result[] = [];

describe.each(COMBINATIONS.map((each) => [nameOf(each), each] as const))('%s', (_, combination) => {
  const missing = missingOf(combination);
  if (missing !== undefined) {
    it.skip(`is not here: ${missing}`);
    process.stderr.write(`Skipped: ${nameOf(combination)} (${missing}).\n`);
    return;
  }
  const steps: Partial<Record<Step, string>> = {};
  let story: EngineStory | undefined;
  let failed: Step | undefined;

  beforeAll(async () => {
    story = await EngineStory.start(combination);
  });
  afterAll(() => {
    story?.stop();
    if (Object.keys(steps).length === 0) return;
    results.push({ combination, steps, warnings: [...(story?.warnings ?? [])].sort() });
    keep(results);
  });

  it.each(stepsOf(combination))('%s', async (step) => {
    if (story === undefined || failed !== undefined) return expect.fail(`not run: ${failed}`);
    try {
      await RUN[step](story);
      steps[step] = PASSED;
    } catch (error) {
      failed = step;
      steps[step] = reasonOf(error);
      throw error;
    }
  });
});

afterAll(removeInstalled);

/** The engine's own error where there is one, without this machine's paths. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const flat = text.replaceAll(/[\s│╷╵]+/g, ' ').replaceAll(/\/tmp\/[\w./-]+/g, '…');
  const at = Math.max(0, flat.indexOf('Error: '));
  return flat.slice(at, at + 300).trim();
}

function keep(now: readonly Result[]): void {
  const known: readonly Result[] = existsSync(RESULTS)
    ? JSON.parse(readFileSync(RESULTS, 'utf8'))
    : [];
  const all = merge(COMBINATIONS, known, now);
  writeFileSync(RESULTS, `${JSON.stringify(all, undefined, 2)}\n`);
  writeTable(all);
}
