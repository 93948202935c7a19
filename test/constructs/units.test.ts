import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../lib/base/duration.js';
import { Cpu, Duration, JobTemplate, type JobTemplateProps, Size } from '../../lib/index.js';
import { declaring } from '../support/declaring.js';

const template = (props: Partial<JobTemplateProps>) =>
  declaring((billing) => {
    new JobTemplate(billing, 'nightly', { image: 'x', ...props });
  });

describe('a duration', () => {
  it('is the same as its text, for every whole number of seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3650 * 86_400 }), (seconds) => {
        const text = Duration.seconds(seconds).toString();
        expect(parseDuration(text).value).toEqual({ seconds, text });
      }),
    );
    expect(Duration.days(7).toString()).toBe('168h');
    expect(Duration.hours(1.5).toString()).toBe('1h30m');
    expect(Duration.minutes(2).toSeconds()).toBe(120);
  });

  it('can be given wherever its text can', () => {
    const period = (reclamationPeriod: string | Duration) =>
      declaring(() => undefined, {}, { reclamationPeriod }).lock.stacks['prod'];
    expect(period(Duration.days(14))).toEqual(period('14d'));
    const limit = (maxExecutionTime: number | Duration) =>
      template({ maxExecutionTime }).resource('cron_job_v1');
    expect(limit(Duration.hours(1))).toEqual(limit(3600));
  });

  it('that can be none is a problem with its line, not an exception', () => {
    for (const wrong of [Duration.days(-1), Duration.seconds(0.5), Duration.days(Number.NaN)]) {
      const { problems, codes } = declaring(() => undefined, {}, { reclamationPeriod: wrong });
      expect(codes).toEqual(['duration/syntax']);
      expect(problems[0]?.source?.line).toBeGreaterThan(0);
    }
    expect(template({ maxExecutionTime: Duration.seconds(0) }).codes).toEqual([
      'job-template/number',
    ]);
    const short = declaring(() => undefined, {}, { reclamationPeriod: Duration.seconds(1) });
    expect(short.codes).toContain('settings/period-below-floor');
  });
});

describe('a size', () => {
  it('can be given wherever its text can', () => {
    const size = (memory: string | Size, ephemeralStorage: string | Size) =>
      template({ memory, ephemeralStorage, cpu: 2 }).resource('cron_job_v1');
    expect(size(Size.gigabytes(8), Size.megabytes(500))).toEqual(size('8G', '500M'));
    const quota = (memory: string | Size, cpu: number | Cpu) =>
      declaring(() => undefined, {}, { quota: { memory, cpu } }).resource('resource_quota_v1');
    expect(quota(Size.gibibytes(4), Cpu.units(2))).toEqual(quota('4Gi', 2));
  });

  it('has the units of Kubernetes', () => {
    const sizes = [
      ...[Size.kilobytes(1), Size.megabytes(2), Size.gigabytes(0.5)],
      ...[Size.kibibytes(4), Size.mebibytes(5), Size.gibibytes(6)],
    ];
    expect(sizes.map(String)).toEqual(['1K', '2M', '0.5G', '4Ki', '5Mi', '6Gi']);
  });

  it('that the platform does not have is a problem', () => {
    expect(template({ memory: Size.gibibytes(4) }).codes).toEqual(['size/memory']);
    expect(template({ memory: Size.gigabytes(-4) }).codes).toEqual(['size/amount']);
  });
});

describe('an amount of processor time', () => {
  it('can be given wherever its number can', () => {
    const size = (cpu: number | string | Cpu) =>
      template({ cpu, memory: '1G' }).resource('cron_job_v1');
    expect(size(Cpu.millis(125))).toEqual(size('125m'));
    expect(size(Cpu.units(0.25))).toEqual(size(0.25));
    expect(template({ cpu: Cpu.units(3) }).codes).toEqual(['size/cpu']);
  });
});
