import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1/index.js';
import { LimitRangeV1 } from '@cdktf/provider-kubernetes/lib/limit-range-v1/index.js';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1/index.js';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1/index.js';
import { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1/index.js';
import { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1/index.js';
import { RoleV1 } from '@cdktf/provider-kubernetes/lib/role-v1/index.js';
import { SecretV1 } from '@cdktf/provider-kubernetes/lib/secret-v1/index.js';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1/index.js';
import { Aspects, TerraformResource, TerraformStack, Testing } from 'cdktf';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import {
  CONFIG_MAP,
  CRON_JOB,
  LIMIT_RANGE,
  NAMESPACE,
  NETWORK_POLICY,
  RESOURCE_QUOTA,
  ROLE,
  ROLE_BINDING,
  SECRET,
  SERVICE_ACCOUNT,
} from '../../lib/constructs/kubernetes/types.js';
import { Project, ReprieveStack, Target } from '../../lib/index.js';
import { synthesizeApp } from '../support/app.js';
import { cluster, declaring, full, TF, TOKEN } from '../support/declaring.js';

const metadata = { name: 'x', namespace: 'n', labels: { a: 'b' }, annotations: {} };
const lifecycle = { ignoreChanges: ['metadata[0].labels'], preventDestroy: true };
const size = { cpu: '1', memory: '4G' };
const pod = {
  restartPolicy: 'Never',
  securityContext: { runAsUser: '1', seccompProfile: { type: 'RuntimeDefault' } },
  imagePullSecrets: [{ name: 'hub' }],
  container: [
    {
      name: 'job',
      image: 'example/app:1',
      command: ['a', `\${var.b}`],
      env: [
        { name: 'A', value: '$${b}' },
        { name: 'K', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      ],
      envFrom: [{ prefix: 'P_', configMapRef: { name: 'm' } }],
      resources: { limits: size, requests: size },
      securityContext: { capabilities: { drop: ['ALL'] }, runAsNonRoot: true },
      volumeMount: [{ name: 'v', mountPath: '/v', readOnly: true }],
    },
  ],
  volume: [{ name: 'v', secret: { secretName: 's' } }],
};
const jobTemplate = {
  metadata: {},
  spec: { completions: 1, template: { metadata: {}, spec: pod } },
};
const range = { type: 'Container', default: size, defaultRequest: size };
const ingress = [{ from: [{ podSelector: {} }], ports: [{ port: '80', protocol: 'TCP' }] }];
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'x' };

/** Each type, with a configuration that has whatever ours have. */
const CASES = {
  CONFIG_MAP: [ConfigMapV1, { metadata, data: { a: 'b' } }],
  CRON_JOB: [CronJobV1, { metadata, spec: { schedule: '* * * * *', suspend: true, jobTemplate } }],
  LIMIT_RANGE: [LimitRangeV1, { metadata, spec: { limit: [range] } }],
  NAMESPACE: [NamespaceV1, { metadata: { name: 'x', labels: { a: 'b' } } }],
  NETWORK_POLICY: [
    NetworkPolicyV1,
    { metadata, spec: { podSelector: {}, policyTypes: ['Ingress'], ingress } },
  ],
  RESOURCE_QUOTA: [ResourceQuotaV1, { metadata, spec: { hard: { pods: '1' } } }],
  ROLE: [RoleV1, { metadata, rule: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }],
  ROLE_BINDING: [
    RoleBindingV1,
    { metadata, roleRef, subject: [{ kind: 'ServiceAccount', name: 'a', namespace: 'n' }] },
  ],
  SECRET: [SecretV1, { metadata, type: 'Opaque', dataWo: { a: '$${b}' }, dataWoRevision: 2 }],
  SERVICE_ACCOUNT: [ServiceAccountV1, { metadata, automountServiceAccountToken: false }],
} as const;

const TYPES = {
  CONFIG_MAP,
  CRON_JOB,
  LIMIT_RANGE,
  NAMESPACE,
  NETWORK_POLICY,
  RESOURCE_QUOTA,
  ROLE,
  ROLE_BINDING,
  SECRET,
  SERVICE_ACCOUNT,
};

type Make = (scope: Construct, id: string, config: object) => TerraformResource;

const NAMES = Object.keys(CASES) as (keyof typeof CASES)[];

/** The lean type and the class behind it, both as functions. */
function makersOf(name: keyof typeof CASES): { readonly lean: Make; readonly typed: Make } {
  const [type] = CASES[name];
  return {
    lean: (scope, id, config) => Reflect.apply(TYPES[name].create, undefined, [scope, id, config]),
    typed: (scope, id, config) => Reflect.construct(type, [scope, id, config]),
  };
}

/** What a stack has to say of a resource, which another one depends on. */
function rendered(name: keyof typeof CASES, make: Make, use = (_it: TerraformResource) => {}) {
  const stack = new ReprieveStack(Testing.app(), 'prod', { target: Target.kubernetes() });
  const root = new TerraformResource(stack, 'root', { terraformResourceType: 'null_resource' });
  const resource = make(stack, 'x', { ...CASES[name][1], lifecycle, dependsOn: [root] });
  use(resource);
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform()));
}

describe('a lean type', () => {
  it.each(NAMES)('renders as its class does: %s', (name) => {
    const { lean, typed } = makersOf(name);
    const json = rendered(name, lean);
    expect(json).toEqual(rendered(name, typed));
    expect(JSON.stringify(json)).toContain('"null_resource.root"');
  });

  it.each(NAMES)('is what its class makes, once that is used: %s', (name) => {
    const { lean, typed } = makersOf(name);
    const use = (resource: TerraformResource) => {
      expect(resource).toBeInstanceOf(CASES[name][0]);
      expect(resource.constructor).toBe(CASES[name][0]);
      expect(Reflect.get(resource, 'metadataInput')).toEqual(CASES[name][1].metadata);
      resource.addOverride('metadata.labels.uid', Reflect.get(resource, 'metadata').uid);
      Reflect.get(resource, 'putMetadata').call(resource, { name: 'y' });
    };
    const json = rendered(name, lean, use);
    expect(json).toEqual(rendered(name, typed, use));
    const type = CASES[name][0].tfResourceType;
    expect(json.resource[type].x.metadata).toMatchObject({
      name: 'y',
      labels: { uid: `\${${type}.x.metadata[0].uid}` },
    });
  });

  it('renders as HCL, too', () => {
    const hcl = (make: Make) => make(new TerraformStack(Testing.app(), 's'), 'x', CASES.ROLE[1]);
    const { lean, typed } = makersOf('ROLE');
    expect(hcl(lean).toHclTerraform()).toEqual(hcl(typed).toHclTerraform());
  });
});

describe('what users put into our own resources', () => {
  it('may be a reference, within the stack and to another one', () => {
    const result = synthesizeApp((app) => {
      const other = new ReprieveStack(app, 'other', { target: Target.kubernetes() });
      const database = new ConfigMapV1(other, 'database', { metadata: { name: 'd' } });
      const stack = cluster(app);
      const billing = full(stack);
      billing.namespace.addOverride('metadata.labels.other', database.metadata.uid);
      const own = new ConfigMapV1(stack, 'own', { metadata: { name: 'o' } });
      billing.namespace.addOverride('metadata.labels.own', `is-${own.metadata.uid}`);
      const [secret] = billing.items;
      if (secret?.resource !== undefined) secret.resource.dependsOn = [database.fqn, own.fqn];
    });
    const { resource, data } = result.json(TF);
    const [namespace] = Object.values(resource?.['kubernetes_namespace_v1'] ?? {});
    expect(namespace?.['metadata']?.['labels']).toMatchObject({
      other: expect.stringMatching(/^\$\{data\.terraform_remote_state\..*outputs\.cross-stack-/),
      own: `is-\${kubernetes_config_map_v1.own.metadata[0].uid}`,
    });
    const [secret] = Object.values(resource?.['kubernetes_secret_v1'] ?? {});
    expect(secret?.['depends_on']).toEqual([
      expect.stringMatching(/^\$\{data\.terraform_remote_state\./),
      `\${kubernetes_config_map_v1.own}`,
    ]);
    expect(data).toHaveProperty('terraform_remote_state');
    expect(result.json('stacks/other/cdk.tf.json')).toHaveProperty('output');
  });

  it('counts where it is written over the whole stack', () => {
    const { json } = synthesizeApp((app) => {
      const stack = cluster(app);
      const { namespace } = full(stack);
      const path = `resource.kubernetes_namespace_v1.${namespace.friendlyUniqueId}`;
      stack.addOverride(`${path}.metadata.labels.own`, 'yes');
    });
    const [namespace] = Object.values(json(TF)['resource']?.['kubernetes_namespace_v1'] ?? {});
    expect(namespace?.['metadata']?.['labels']).toMatchObject({ own: 'yes' });
    expect(namespace?.['metadata']?.['name']).toBe('billing');
  });

  it('reaches aspects, by type and by class', () => {
    const seen: string[] = [];
    const declared = declaring((billing, stack) => {
      billing.addSecret('key', { format: 'generic', data: { KEY: TOKEN } });
      Aspects.of(stack).add({
        visit: (node) => {
          if (!TerraformResource.isTerraformResource(node)) return;
          if (node instanceof SecretV1) node.immutable = true;
          if (node.terraformResourceType === SecretV1.tfResourceType) seen.push(node.node.path);
        },
      });
    });
    expect(seen).toEqual(['prod/billing/key/secret']);
    expect(declared.resource('secret_v1')).toMatchObject({ immutable: true, data_wo_revision: 1 });
  });

  it('is merged where two have the same address, as cdktf does', () => {
    const { json } = synthesizeApp((app) => {
      const stack = cluster(app);
      const { namespace } = new Project(stack, 'billing');
      const twin = new NamespaceV1(stack, 'twin', { metadata: { labels: { twin: 'yes' } } });
      twin.overrideLogicalId(namespace.friendlyUniqueId);
    });
    const named = Object.values(json(TF)['resource']?.['kubernetes_namespace_v1'] ?? {});
    expect(named).toHaveLength(1);
    expect(named[0]?.['metadata']?.['labels']).toMatchObject({ twin: 'yes' });
    expect(named[0]?.['metadata']?.['name']).toBe('billing');
  });
});
