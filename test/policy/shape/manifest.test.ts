import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestOf } from '../../../lib/policy/shape/manifest.js';

const shaped = (type: string, value: unknown, unknown?: unknown) =>
  manifestOf(type, { value, unknown });

const POD = {
  containers: [
    {
      name: 'app',
      image: 'busybox:1',
      ports: [{ containerPort: 80 }],
      env: [{ name: 'A', value: 'b' }],
      securityContext: { runAsNonRoot: true, runAsUser: 1000, capabilities: { drop: ['ALL'] } },
      resources: { limits: { 'ephemeral-storage': '1G' } },
    },
  ],
  hostPID: true,
  volumes: [{ name: 'v', secret: { secretName: 's', defaultMode: 420 } }],
};

/** The same pod as a plan has it: every block a list, and null for what isn't set. */
const PLANNED = {
  container: [
    {
      name: 'app',
      image: 'busybox:1',
      args: null,
      command: [],
      port: [{ container_port: 80, name: '' }],
      env: [{ name: 'A', value: 'b', value_from: [] }],
      security_context: [
        { run_as_non_root: true, run_as_user: '1000', capabilities: [{ add: [], drop: ['ALL'] }] },
      ],
      resources: [{ limits: { 'ephemeral-storage': '1G' }, requests: null }],
    },
  ],
  host_pid: true,
  volume: [{ name: 'v', secret: [{ secret_name: 's', default_mode: '0644' }] }],
};

/** And as cdk.tf.json and the sandbox have it: single blocks bare. */
const SYNTHESIZED = {
  container: [
    {
      name: 'app',
      image: 'busybox:1',
      port: { container_port: 80 },
      env: [{ name: 'A', value: 'b' }],
      security_context: {
        run_as_non_root: true,
        run_as_user: '1000',
        capabilities: { drop: ['ALL'] },
      },
      resources: { limits: { 'ephemeral-storage': '1G' } },
    },
  ],
  host_pid: true,
  volume: { name: 'v', secret: { secret_name: 's', default_mode: '0644' } },
};

describe('the manifest that a resource stands for', () => {
  it.each([
    ['planned', { spec: [{ template: [{ spec: [PLANNED] }] }] }],
    ['synthesized', { spec: { template: { spec: SYNTHESIZED } } }],
  ])('is the same however Terraform has its blocks: %s', (_, values) => {
    expect(shaped('kubernetes_deployment_v1', values)?.value).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { template: { spec: POD } },
    });
  });

  it('has what the provider sends with a security context, though nobody has set it', () => {
    const pod = (spec: object) => Object(shaped('kubernetes_pod_v1', { spec: [spec] })?.value).spec;
    const own = { privileged: false };
    const container = (context: unknown) => pod({ container: [{ security_context: context }] });
    const sent = { containers: [{ securityContext: { runAsNonRoot: false } }] };
    expect(container([own])).toMatchObject(sent);
    expect(container({})).toMatchObject(sent);
    expect(container([null])).toEqual({ containers: [{ securityContext: {} }] });
    expect(container([{ run_as_non_root: true }])).not.toMatchObject(sent);
    expect(pod({ security_context: [{ run_as_user: '1' }] })).toMatchObject({
      securityContext: { runAsUser: 1, runAsNonRoot: false },
    });
    // A pod's without anything in it is none to the provider.
    expect(pod({ security_context: [{ run_as_non_root: null, sysctl: [] }] })).toEqual({
      securityContext: {},
    });
    const open = { spec: [{ security_context: [{ run_as_non_root: true }] }] };
    const unknown = { spec: [{ security_context: [{ run_as_user: '1' }] }] };
    expect(Object(shaped('kubernetes_pod_v1', unknown, open)?.value).spec).toEqual({
      securityContext: { runAsUser: 1 },
    });
  });

  it('has nothing that is null, as an API server has it', () => {
    const manifest = {
      kind: 'Pod',
      spec: { securityContext: null, containers: [{ ports: null }] },
    };
    expect(shaped('kubernetes_manifest', { manifest })?.value).toEqual({
      kind: 'Pod',
      spec: { containers: [{}] },
    });
  });

  it.each([
    ['kubernetes_secret', 'Secret'],
    ['kubernetes_secret_v1', 'Secret'],
    ['kubernetes_horizontal_pod_autoscaler_v2', 'HorizontalPodAutoscaler'],
    ['kubernetes_daemonset', 'DaemonSet'],
    ['kubernetes_cron_job_v1', 'CronJob'],
  ])('has the kind of its type: %s', (type, kind) => {
    expect(shaped(type, {})?.value).toMatchObject({ kind });
  });

  it.each(['aws_instance', 'kubernetes_', 'kubernetes_constructor', 'terraform_data'])(
    'is none for another type: %s',
    (type) => {
      expect(shaped(type, {})).toBeUndefined();
    },
  );

  it('leaves a user’s own keys alone', () => {
    const metadata = [{ labels: { snake_case: 'a' }, annotations: { 'x.example/a_b': 'c' } }];
    const value = { metadata, data: { some_key: 'd' } };
    expect(shaped('kubernetes_config_map_v1', value)?.value).toMatchObject({
      metadata: { labels: { snake_case: 'a' }, annotations: { 'x.example/a_b': 'c' } },
      data: { some_key: 'd' },
    });
  });

  it('keeps a service’s selector and a network policy’s empty rule', () => {
    const service = shaped('kubernetes_service_v1', {
      spec: [{ selector: { my_app: 'a' }, port: [{ port: 80, target_port: '8080' }] }],
    });
    expect(service?.value).toMatchObject({
      spec: { selector: { my_app: 'a' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    const network = shaped('kubernetes_network_policy_v1', {
      spec: [{ pod_selector: [null], ingress: [{ from: [{ pod_selector: [{}] }] }, null] }],
    });
    expect(network?.value).toMatchObject({
      spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }, {}] },
    });
  });

  it('carries over what isn’t known', () => {
    const part = shaped(
      'kubernetes_secret_v1',
      { metadata: [{ name: 'a' }], data: { password: 'x' } },
      { metadata: [{ namespace: true, uid: true }], type: true, id: true },
    );
    expect(part?.value).toMatchObject({ stringData: { password: 'x' } });
    expect(part?.unknown).toMatchObject({ metadata: { namespace: true }, type: true });
    expect(part?.unknown).not.toHaveProperty('id');
    expect(part?.unknown).not.toHaveProperty('metadata.uid');
  });

  it('keeps a list that isn’t known under Kubernetes’ name', () => {
    const part = shaped('kubernetes_pod_v1', { spec: [{}] }, { spec: [{ container: true }] });
    expect(part?.unknown).toMatchObject({ spec: { containers: true } });
  });

  it('takes a kubernetes_manifest as it stands', () => {
    const manifest = { kind: 'Rollout', spec: { some_key: [{ a: '' }] } };
    expect(shaped('kubernetes_manifest', { manifest })?.value).toEqual(manifest);
    expect(shaped('kubernetes_manifest', {}, { manifest: true })?.unknown).toBe(true);
  });

  it('survives what no provider writes', () => {
    let deep: unknown = 'x';
    for (let depth = 0; depth < 5000; depth += 1) deep = { a: deep };
    const value: unknown = JSON.parse('{"__proto__":{"kind":"Pod"},"spec":[[[1]],null]}');
    expect(() => shaped('kubernetes_secret_v1', deep)).not.toThrow();
    expect(shaped('kubernetes_secret_v1', value)?.value).toMatchObject({ kind: 'Secret' });
    expect(shaped('kubernetes_secret_v1', 'text')?.value).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
    });
    expect(shaped('kubernetes_secret_v1', { kind: 'Pod' })?.value).toMatchObject({
      kind: 'Secret',
    });
  });

  it('is the same where something in it isn’t known and where nothing is', () => {
    const keys = fc.constantFrom(
      ...['metadata', 'spec', 'template', 'container', 'env', 'env_from', 'labels', 'data', 'port'],
      ...['persistent_volume_source', 'run_as_user', 'default_mode', 'selector', 'match_labels'],
      ...['volume', 'id', 'timeouts', 'items', 'a_b', 'parameters', 'limits', 'rule', 'status'],
    );
    const leaf = fc.constantFrom<unknown>(
      'a',
      '',
      '8080',
      '0644',
      7,
      null,
      true,
      [],
      ['b'],
      [null],
    );
    const values = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6, depthSize: 'medium' },
        leaf,
        fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
        fc.array(fc.dictionary(keys, tie('value'), { maxKeys: 4 }), { maxLength: 2 }),
      ),
    })).value;
    const types = fc.constantFrom(
      ...['kubernetes_secret_v1', 'kubernetes_deployment_v1', 'kubernetes_persistent_volume_v1'],
      ...['kubernetes_service', 'kubernetes_daemonset', 'kubernetes_storage_class_v1'],
    );
    fc.assert(
      fc.property(types, fc.dictionary(keys, values), (type, resource) => {
        // The mark is on something that isn't there, so that the rest is what it was.
        const marked = shaped(type, resource, { other_key: true });
        expect(marked?.unknown).toEqual({ otherKey: true });
        expect(shaped(type, resource)).toEqual({ value: marked?.value, unknown: undefined });
      }),
      { numRuns: 2000 },
    );
  });
});
