import { type Duration, durationOf } from '../base/duration.js';
import type { Problem } from '../base/problem.js';

/** The periods that hold in a stack. */
export interface StackPeriods {
  /** How long a deletion can be taken back. */
  readonly period: Duration;
  /** The shortest period that anyone may set. */
  readonly floor: Duration;
  /** The oldest plan that may be applied. */
  readonly planMaxAge: Duration;
}

export type PeriodField = keyof StackPeriods;

/** A rule that does not hold, and the fields that take part in it, the likeliest culprit first. */
export interface PeriodFault {
  readonly problem: Problem;
  readonly fields: readonly PeriodField[];
}

/**
 * A period starts with its plan, while the objects are only marked by the apply. So that most of
 * the period is left even after the latest apply, it has to be longer than twice a plan's age.
 * `whose` completes the sentence where the rules come from elsewhere.
 */
export function periodFaults(periods: StackPeriods, whose = ''): readonly PeriodFault[] {
  const { period, floor, planMaxAge } = periods;
  const faults: PeriodFault[] = [];
  if (period.seconds < floor.seconds) {
    faults.push({
      fields: ['period', 'floor'],
      problem: {
        code: 'settings/period-below-floor',
        message: `The period ${period.text} is shorter than the floor${whose}, ${floor.text}.`,
        remedy: `Make it ${floor.text} or longer, or lower the floor in reprieve.yaml under stacks, for the stack where that is meant.`,
      },
    });
  }
  if (period.seconds <= 2 * planMaxAge.seconds) {
    faults.push({
      fields: ['period', 'planMaxAge'],
      problem: {
        code: 'settings/period-too-short-for-plans',
        message: `The period ${period.text} is not longer than twice planMaxAge${whose}, ${planMaxAge.text}.`,
        remedy: `Make it longer than ${durationOf(2 * planMaxAge.seconds).text}, or lower planMaxAge in reprieve.yaml: an old plan would eat up the time to take a deletion back.`,
      },
    });
  }
  return faults;
}
