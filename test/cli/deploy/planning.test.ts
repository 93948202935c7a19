import { describe, expect, it } from 'vitest';
import { type Planned, requireFresh, requireVerdicts } from '../../../lib/cli/deploy/planning.js';
import { CommandFailure, type Io } from '../../../lib/cli/terminal/io.js';
import type { Workspace } from '../../../lib/cli/workspace/workspace.js';
import { readSettings } from '../../../lib/files/settings.js';

const SETTINGS = 'version: 1\nreclamation: { period: 1h, floor: 1s, planMaxAge: 10m }\n';
const workspace = {
  settings: () => readSettings('reprieve.yaml', SETTINGS).value,
} as Workspace;

function planned(plannedAt: string | null, verdict = 'pass'): Planned {
  const review = { verdict, plans: [{ plannedAt }] };
  return { stack: { name: 'production' }, review } as unknown as Planned;
}

/** The code that it is refused with, and the exit code. */
function refusal(act: () => void): readonly [string | undefined, number] | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return [error.problems[0]?.code, error.exitCode];
  }
}

describe('a plan that somebody thinks about', () => {
  const at = (now: string, plannedAt: string | null = '2026-01-01T00:00:00Z') => {
    const io = { now: () => new Date(now) } as Io;
    return refusal(() => requireFresh(io, workspace, planned(plannedAt)));
  };

  it('is applied until it is as old as a plan may be, and not later', () => {
    expect(at('2026-01-01T00:10:00Z')).toBeUndefined();
    expect(at('2026-01-01T00:10:01Z')).toEqual(['deploy/plan-stale', 1]);
  });

  it('is left to its preconditions where it does not say when it was made', () => {
    expect(at('2026-01-03T00:00:00Z', null)).toBeUndefined();
  });
});

describe('plans that are applied together', () => {
  it('are all stopped by one that is blocked', () => {
    const good = planned(null);
    expect(refusal(() => requireVerdicts([good, good]))).toBeUndefined();
    expect(refusal(() => requireVerdicts([good, planned(null, 'blocked')]))).toEqual([
      'deploy/blocked',
      1,
    ]);
  });
});
