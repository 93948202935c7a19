import { it, type TestContext, type TestOptions } from 'vitest';

type Run = (context: TestContext) => void | Promise<void>;

/** Takes what vitest's `it` takes. */
interface Step {
  (name: string, run: Run): void;
  (name: string, options: TestOptions, run: Run): void;
  /** A step that the others can do without. */
  runIf(condition: boolean): Step;
}

/**
 * For tests that build on each other: `const it = story();` in their `describe`. Where one fails,
 * the later ones are skipped and name it, instead of failing for a reason that is not theirs.
 */
export function story(): Step {
  let steps = 0;
  let failed: string | undefined;
  const stepIf = (condition: boolean): Step => {
    const step = (name: string, ...rest: readonly [Run] | readonly [TestOptions, Run]) => {
      const [options, run] = rest.length === 1 ? [{}, rest[0]] : rest;
      const title = `step ${++steps} '${name}'`;
      it.runIf(condition)(name, options, async (context) => {
        if (failed !== undefined) context.skip(`not run: ${failed} failed`);
        context.onTestFailed(() => {
          failed = title;
        });
        await run(context);
      });
    };
    return Object.assign(step, { runIf: stepIf });
  };
  return stepIf(true);
}
