import { describe, expect, it } from 'vitest';
import { JobTemplate, Project, RegistrySecret } from '../../lib/index.js';
import { Views } from '../../lib/policy/targets.js';
import { declaring, TOKEN } from '../support/declaring.js';

describe('a job template', () => {
  it('runs nothing by itself', () => {
    const { resource } = declaring((billing) => {
      new JobTemplate(billing, 'nightly', { image: 'busybox' });
    });
    const [spec] = [resource('cron_job_v1')['spec']].flat();
    expect(spec).toMatchObject({ suspend: true, schedule: '59 23 31 2 *' });
  });

  it('runs as one of its project’s service accounts, by reference or name', () => {
    const account = (byName: boolean) =>
      declaring((billing) => {
        const serviceAccount = byName ? 'reader' : billing.serviceAccount('reader');
        const template = new JobTemplate(billing, 'nightly', { image: 'x', serviceAccount });
        expect(template.grantee).toMatchObject({ name: 'reader', project: billing });
      });
    expect(account(false).resource('cron_job_v1')).toEqual(account(true).resource('cron_job_v1'));
    expect(account(false).lock).toEqual(account(true).lock);
  });

  it('keeps the restricted Pod Security Standard in its container, too, unless it runs as root', () => {
    const context = (runAsUser: number) => {
      const { resource } = declaring((billing) => {
        new JobTemplate(billing, 'nightly', { image: 'busybox', runAsUser });
      });
      const values = { spec: resource('cron_job_v1')['spec'] };
      const planned = { address: 'a.b', type: 'kubernetes_cron_job_v1', values };
      const views = new Views({ ...planned, unknown: undefined, sensitive: {} });
      return Object(views.of('container')[0]?.value).securityContext;
    };
    expect(context(1000)).toMatchObject({ runAsNonRoot: true, capabilities: { drop: ['ALL'] } });
    expect(context(0)).toMatchObject({ runAsNonRoot: false });
  });

  it('refuses a password in its image, at the line of code, and repeats it nowhere', () => {
    const { problems } = declaring((billing) => {
      new JobTemplate(billing, 'nightly', {
        image: 'ann:hunter2@registry.example/report:1',
        cpu: 3,
      });
    });
    expect(problems.map(({ code }) => code)).toEqual(['image/credential', 'size/cpu']);
    expect(problems[0]?.source?.file).toContain('job-template.test.ts');
    expect(problems[0]?.source?.line).toBeGreaterThan(1);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('says all that is wrong with it at once, references included', () => {
    const { codes } = declaring((billing, stack) => {
      const reports = new Project(stack, 'reports');
      const other = RegistrySecret.dockerHub(reports, 'hub', { username: 'x', password: TOKEN });
      new JobTemplate(billing, 'nightly', {
        ...{ image: 'Example', cpu: 3, imageSecret: other },
        environment: { CE_X: '1' },
      });
    });
    expect(codes).toEqual([
      ...['reference/other-project', 'image/reference', 'environment/injected', 'size/cpu'],
    ]);
  });
});
