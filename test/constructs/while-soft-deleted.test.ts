import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1/index.js';
import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1/index.js';
import { SecretV1 } from '@cdktf/provider-kubernetes/lib/secret-v1/index.js';
import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import {
  Reclaimable,
  Reclamation,
  ReprieveStack,
  SoftDeleted,
  Target,
  type WhileSoftDeleted,
} from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';

const metadata = { name: 'x' };
const container = [{ name: 'x', image: 'x' }];

/** A bucket and a database of a cloud, as someone without generated classes declares them. */
const untyped = (scope: Construct, type: string, values: Readonly<Record<string, unknown>>) => {
  const resource = new TerraformResource(scope, type, { terraformResourceType: type });
  for (const [name, value] of Object.entries(values)) resource.addOverride(name, value);
  resource.overrideLogicalId('x');
  return resource;
};

function resources(
  whileSoftDeleted: WhileSoftDeleted,
  declare: (scope: Construct) => unknown,
  ...targets: readonly string[]
) {
  const { json, codes, problems } = synthesizeApp(
    (app) => {
      const stack = new ReprieveStack(app, 'prod', { target: Target.kubernetes() });
      declare(new Reclaimable(stack, 'shop', { whileSoftDeleted }));
    },
    { deletions: softDeletions(...targets) },
  );
  expect(codes, problems[0]?.message).toEqual([]);
  return Object(json('stacks/prod/cdk.tf.json')['resource']);
}

const only = (of: Readonly<Record<string, unknown>>) => Object(Object.values(of)[0]);

describe('while it is soft-deleted', () => {
  const workloads = (scope: Construct) => {
    new DeploymentV1(scope, 'web', {
      metadata,
      spec: { replicas: '3', template: { metadata: {}, spec: { container } } },
    });
    new CronJobV1(scope, 'nightly', {
      metadata,
      spec: {
        schedule: '@daily',
        jobTemplate: {
          metadata: {},
          spec: { template: { metadata: {}, spec: { container, restartPolicy: 'Never' } } },
        },
      },
    });
    new SecretV1(scope, 'key', { metadata: { ...metadata, labels: { own: 'yes' } } });
  };

  it('a workload of Kubernetes runs nothing, and what is no workload stays', () => {
    const doomed = resources(SoftDeleted.stopped, workloads, 'shop');
    expect(only(doomed.kubernetes_deployment_v1).spec).toMatchObject({ replicas: '0' });
    expect(only(doomed.kubernetes_cron_job_v1).spec).toMatchObject({ suspend: true });
    const alive = resources(SoftDeleted.stopped, workloads);
    expect(only(alive.kubernetes_deployment_v1).spec).toMatchObject({ replicas: '3' });
    expect(only(alive.kubernetes_cron_job_v1).spec).not.toHaveProperty('suspend');
    expect(only(doomed.kubernetes_secret_v1).metadata).toEqual(
      only(alive.kubernetes_secret_v1).metadata,
    );
  });

  it('labels say so, beside the object’s own', () => {
    const { kubernetes_secret_v1: secrets } = resources(SoftDeleted.marked, workloads, 'shop');
    expect(only(secrets).metadata).toMatchObject({
      labels: { own: 'yes', 'reprieve.dev/state': 'soft-deleted' },
      annotations: { 'reprieve.dev/reclaim-after': expect.stringContaining('${timeadd(') },
    });
  });

  it('tags say so, in the form of each provider', () => {
    const cloud = (scope: Construct) => {
      const parts = [
        untyped(scope, 'aws_s3_bucket', { bucket: 'orders', tags: { team: 'finance' } }),
        untyped(scope, 'google_sql_database_instance', { name: 'orders', labels: {} }),
        untyped(scope, 'ibm_database', { name: 'orders', tags: ['team:finance'] }),
        untyped(scope, 'aws_sqs_queue', { name: 'orders' }),
      ];
      for (const [at, part] of parts.entries()) {
        Reclamation.protect(part, { name: `p${at}`, identity: 'id' });
      }
    };
    const found = resources(SoftDeleted.marked, cloud, 'shop');
    expect(found.aws_s3_bucket.x.tags).toEqual({
      team: 'finance',
      'reprieve-state': 'soft-deleted',
      'reprieve-reclaim-after': expect.stringMatching(/^\$\{timeadd\(/),
    });
    expect(found.google_sql_database_instance.x.labels['reprieve-reclaim-after']).toMatch(
      /^\$\{lower\(replace\(timeadd\(.*, ":", "-"\)\)\}$/,
    );
    expect(found.ibm_database.x.tags).toEqual([
      'team:finance',
      'reprieve-state:soft-deleted',
      expect.stringMatching(/^reprieve-reclaim-after:\$\{timeadd\(/),
    ]);
    expect(found.aws_sqs_queue.x).not.toHaveProperty('tags');
    const alive = resources(SoftDeleted.marked, cloud);
    expect(alive.aws_s3_bucket.x.tags).toEqual({ team: 'finance' });
  });

  it('a bucket and a database of a cloud keep what they are, under a deny policy', () => {
    const deny: WhileSoftDeleted = ({ terraformResourceType: type }) =>
      type === 'aws_s3_bucket_policy'
        ? { policy: JSON.stringify({ Statement: [{ Effect: 'Deny', Action: 's3:*' }] }) }
        : {};
    const declare = (scope: Construct) => {
      const bucket = untyped(scope, 'aws_s3_bucket', { bucket: 'orders' });
      const policy = untyped(scope, 'aws_s3_bucket_policy', {
        bucket: '${aws_s3_bucket.x.id}',
        policy: '{}',
      });
      const database = untyped(scope, 'aws_db_instance', {
        identifier: 'orders',
        deletion_protection: true,
        'lifecycle.ignore_changes': ['password'],
      });
      Reclamation.protect(bucket, { name: 'bucket', identity: 'arn' });
      Reclamation.protect(policy, { name: 'policy', identity: 'id' });
      Reclamation.protect(database, { name: 'database', identity: 'resource_id' });
    };
    const doomed = resources(deny, declare, 'shop');
    expect(doomed.aws_s3_bucket_policy.x).toMatchObject({
      bucket: '${aws_s3_bucket.x[0].id}',
      policy: expect.stringContaining('Deny'),
      count: expect.stringContaining('? 0 : 1'),
    });
    expect(doomed.aws_db_instance.x).toMatchObject({
      deletion_protection: true,
      lifecycle: { ignore_changes: ['password'] },
    });
    expect(JSON.stringify(doomed)).toContain(
      '[for each in aws_db_instance.x : each if each.resource_id == \\"\\"]',
    );
    const alive = resources(deny, declare);
    expect(alive.aws_s3_bucket_policy.x).toMatchObject({ bucket: '${aws_s3_bucket.x.id}' });
    expect(JSON.stringify(alive)).toContain('"shop/resources/bucket":"${aws_s3_bucket.x.arn}"');
  });

  it('what is ignored can not be overridden: a restore would never put it back', () => {
    const { codes } = synthesizeApp(
      (app) => {
        const stack = new ReprieveStack(app, 'prod', { target: Target.kubernetes() });
        const web = new DeploymentV1(stack, 'web', {
          metadata,
          spec: { template: { metadata: {}, spec: { container } } },
          lifecycle: { ignoreChanges: ['spec[0].replicas'] },
        });
        Reclamation.protect(web, { name: 'web', whileSoftDeleted: SoftDeleted.stopped });
      },
      { deletions: softDeletions('web') },
    );
    expect(codes).toEqual(['reclamation/ignored-override']);
  });
});
