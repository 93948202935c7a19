import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneMissing } from '../../support/engines.js';
import { type Act, expected, PHASES, type Result } from './act.js';
import { ALL, HELMS, hasHelms } from './all.js';
import { installBefore } from './helm.js';
import { Town } from './project.js';
import { MARKS, PAGE, RESULTS, renderActs } from './results.js';

const TRIED = ALL.filter(({ topic }) => hasHelms || topic !== 'Helm');

describe.skipIf(controlPlaneMissing() !== undefined)('everyday life', () => {
  let town: Town;
  const results: Result[] = [];

  beforeAll(async () => {
    town = await Town.start((site) => installBefore(hasHelms ? HELMS : [], site));
  });
  afterAll(() => {
    town?.stop();
    for (const helm of HELMS) helm.remove();
    if (process.env['REPRIEVE_MATRIX'] === 'write') keep(results);
  });

  describe.each(PHASES)('in a %s project', (phase) => {
    let before: unknown;

    beforeAll(async () => {
      before = await town.declared(phase);
    });

    it.each(
      TRIED.filter(({ verdicts }) => verdicts[phase] !== undefined).map(
        (act) => [`${act.act} (${act.on}, by ${act.who})`, act] as const,
      ),
    )('%s', async (_name, act: Act) => {
      const [result] = expected([act], phase);
      if (result === undefined) throw new Error('no verdict');
      const { isAllowed, said } = await act.run(town.site(phase, act.who));
      expect(isAllowed ? 'allowed' : 'denied', said).toBe(result.answer);
      results.push(result);
    });

    it.runIf(phase === 'soft-deleted')('loses nothing of what is declared', async () => {
      expect(await town.declared(phase)).toEqual(before);
    });
  });
});

/** Acts that were not tried here keep the result that they had. */
function keep(results: readonly Result[]): void {
  const key = ({ topic, act, who, on, while: phase }: Result) =>
    [topic, act, who, on, phase].join('\n');
  const known: readonly Result[] = existsSync(RESULTS)
    ? JSON.parse(readFileSync(RESULTS, 'utf8'))
    : [];
  const kept = PHASES.flatMap((phase) => expected(ALL, phase)).flatMap((act) => {
    const isSame = (each: Result) => key(each) === key(act);
    return results.find(isSame) ?? known.find(isSame) ?? [];
  });
  writeFileSync(RESULTS, `${JSON.stringify(kept, undefined, 2)}\n`);
  const [begin, end] = MARKS;
  const [head = '', rest = ''] = readFileSync(PAGE, 'utf8').split(begin);
  const [, foot] = rest.split(end);
  if (foot === undefined) throw new Error(`${PAGE} has no ${begin} … ${end}`);
  writeFileSync(PAGE, `${head}${begin}\n\n${renderActs(kept)}\n\n${end}${foot}`);
}
