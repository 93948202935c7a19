import { describe, expect, it } from 'vitest';
import { JobTemplate, Project, RegistrySecret } from '../../lib/index.js';
import { type Json, softDeletions } from '../support/app.js';
import { declaring, TOKEN } from '../support/declaring.js';

function podOf(job: Json): Json | undefined {
  return job['spec']?.['job_template']?.['spec']?.['template']?.['spec'];
}

/** Terraform's names as Kubernetes has them. */
function camel(object: unknown): unknown {
  const text = JSON.stringify(object);
  return JSON.parse(text.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase()));
}

describe('a job template', () => {
  it('runs nothing by itself', () => {
    const { resource } = declaring((billing) => {
      new JobTemplate(billing, 'nightly', { image: 'busybox' });
    });
    const [spec] = [resource('cron_job_v1')['spec']].flat();
    expect(spec).toMatchObject({ suspend: true, schedule: '59 23 31 2 *' });
  });

  it.each([
    [0, {}, {}],
    [65534, { runAsNonRoot: true }, { capabilities: { drop: ['ALL'] } }],
  ])('gives user %d no more rights than it needs', (runAsUser, ofPod, ofContainer) => {
    const { resource, lock } = declaring((billing) => {
      new JobTemplate(billing, 'nightly', { image: 'x', runAsUser, readOnlyRootFilesystem: true });
    });
    const pod = podOf(resource('cron_job_v1'));
    expect(camel(pod?.['security_context'])).toEqual({
      runAsUser: String(runAsUser),
      ...ofPod,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(camel(pod?.['container']?.[0]?.['security_context'])).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      ...ofContainer,
    });
    expect(JSON.stringify(lock)).toContain('"readOnlyRootFilesystem":true');
  });

  it('gets the token of its account by itself: no account hands one out', () => {
    const { resource, resources } = declaring((billing) => {
      new JobTemplate(billing, 'nightly', { image: 'x', serviceAccount: 'reader' });
    });
    const accounts = Object.values(resources('service_account_v1'));
    expect(accounts.map((each) => each['automount_service_account_token'])).toEqual(
      Array(4).fill(false),
    );
    const pod = podOf(resource('cron_job_v1'));
    expect(pod?.['automount_service_account_token']).toBe(true);
  });

  it('stays as it was while it is soft-deleted, whatever a newer version renders', () => {
    const { resource, resources } = declaring(
      (billing) => {
        new JobTemplate(billing, 'nightly', { image: 'x' });
      },
      { deletions: softDeletions('billing') },
    );
    const ignored = (object: Json) => object['lifecycle']?.['ignore_changes'];
    expect(ignored(resource('cron_job_v1'))).toEqual(['spec[0].job_template']);
    for (const each of Object.values(resources('service_account_v1')))
      expect(ignored(each)).toEqual(['automount_service_account_token']);
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
