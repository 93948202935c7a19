import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noticesOf } from '../../lib/notice/notice.js';
import { lastWindow, leadFault, windowSince } from '../../lib/notice/window.js';
import { NOTICES, NOW, RECLAMATIONS, THREE_DAYS } from '../support/notices.js';

const HOUR = 3600 * 1000;
const hours = (count: number) => ({ seconds: count * 3600, text: `${count}h` });
const at = (text: string) => new Date(text);

describe('the window of a run', () => {
  it('is the last one that is over and settled, whatever minute the run started in', () => {
    const runs = ['2026-01-08T01:00:00Z', '2026-01-08T07:13:09Z', '2026-01-09T00:59:59Z'];
    for (const run of runs) {
      expect(lastWindow(at(run), hours(24), hours(1))).toEqual({
        since: at('2026-01-07T00:00:00Z'),
        until: at('2026-01-08T00:00:00Z'),
      });
    }
  });

  it('needs time before a deadline for a notice that comes late', () => {
    expect(leadFault(hours(50), hours(24), hours(1))).toBeUndefined();
    expect(leadFault(hours(49), hours(24), hours(1))?.code).toBe('notify/within');
  });

  it('can’t begin in the future', () => {
    expect(windowSince(at('2026-01-08T00:00:01Z'), NOW).problems[0]?.code).toBe('notify/since');
    expect(windowSince(NOW, NOW).value).toEqual({ since: NOW, until: NOW });
  });
});

describe('notices', () => {
  const window = { since: at('2025-01-01T00:00:00Z'), until: at('2027-01-01T00:00:00Z') };

  it('are of what began and of what is due, and of nothing that only lives', () => {
    expect(NOTICES.map(({ kind, about }) => `${kind} ${about.target}`)).toEqual([
      'due billing/job-templates/nightly',
      'due orders-db',
      'begun billing',
      'begun legacy',
      'begun archive',
    ]);
  });

  it('are sent once by runs that come once in a window, at any minute, and well before a deadline', () => {
    const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
    fc.assert(
      fc.property(
        fc.array(minute, { minLength: 70, maxLength: 70 }),
        fc.nat(60),
        (minutes, late) => {
          const sent = minutes.flatMap((each, day) => {
            const now = new Date(
              at('2025-12-15T01:00:00Z').getTime() + day * 24 * HOUR + each * 60_000,
            );
            const window = lastWindow(now, hours(24), hours(1));
            // A deletion begins with its plan, and is in the state some minutes later.
            const open = RECLAMATIONS.filter(
              ({ deletedAt }) => deletedAt.getTime() + late * 60_000 <= now.getTime(),
            );
            return noticesOf(open, { window, within: THREE_DAYS }).map((notice) => ({
              notice,
              now,
            }));
          });
          const ids = sent.map(({ notice }) => notice.id);
          expect(new Set(ids).size).toBe(ids.length);
          // Each beginning, and each deadline of what can be restored.
          expect(ids).toHaveLength(RECLAMATIONS.length + 4);
          for (const { notice, now } of sent.filter((each) => each.notice.kind === 'due')) {
            const left = notice.about.recoverableUntil.getTime() - now.getTime();
            expect(left).toBeGreaterThanOrEqual(23 * HOUR);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('have the same id whenever they are sent, and each its own', () => {
    const again = noticesOf(RECLAMATIONS, { window, within: THREE_DAYS });
    const ids = again.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of NOTICES) expect(ids).toContain(id);
    const others = RECLAMATIONS.map((each) => ({ ...each, reclamationId: 'other' }));
    const other = noticesOf(others, { window, within: THREE_DAYS });
    expect(ids).not.toContain(other[0]?.id);
  });

  it('are one where the period is shorter than the time before a deadline', () => {
    const found = noticesOf(RECLAMATIONS, { window, within: hours(24 * 7) });
    const about = (target: string) =>
      found.filter((each) => each.about.target === target).map(({ kind }) => kind);
    expect(about('billing')).toEqual(['begun']);
    expect(about('orders-db')).toEqual(['due', 'begun']);
    expect(
      noticesOf(RECLAMATIONS, { window, within: THREE_DAYS, kinds: ['due'] }).every(
        ({ kind }) => kind === 'due',
      ),
    ).toBe(true);
  });

  it('name nobody as approver of what they asked for', () => {
    const [billing] = RECLAMATIONS.filter(({ target }) => target === 'billing');
    expect(billing?.request?.approvers.map(({ id }) => id)).toEqual(['bob@example.org', 'carol']);
  });
});
