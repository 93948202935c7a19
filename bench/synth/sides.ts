import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1/index.js';
import { LimitRangeV1 } from '@cdktf/provider-kubernetes/lib/limit-range-v1/index.js';
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1/index.js';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1/index.js';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider/index.js';
import { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1/index.js';
import { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1/index.js';
import { SecretV1 } from '@cdktf/provider-kubernetes/lib/secret-v1/index.js';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1/index.js';
import { App, TerraformResource, TerraformStack } from 'cdktf';

/** As users have it: built, with the checks of its files prepared. */
const BUILT = new URL('../../dist/index.js', import.meta.url).href;

type Library = typeof import('../../lib/index.js');

/** How large an app is. */
export interface Size {
  readonly projects: number;
  readonly perStack: number;
  readonly outdir: string;
}

export const SECRETS = 3;
export const TEMPLATES = 5;

/** Who declares the same resources. */
export const SIDES: Readonly<Record<string, (size: Size) => Promise<() => void>>> = {
  ours: async (size) => {
    const library: Library = await import(BUILT);
    return () => ours(size, library);
  },
  typed: async (size) => () => typed(size),
  raw: async (size) => {
    const stacks = stacksOf(size).map((name) => ({ name, resources: written(size.outdir, name) }));
    return () => raw({ ...size, outdir: `${size.outdir}-raw` }, stacks);
  },
};

/** The resources of a stack, as Terraform's JSON has them. */
type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** How many resources all stacks that were written have. */
export function countWritten(size: Size): number {
  const types = stacksOf(size).flatMap((name) => Object.values(written(size.outdir, name)));
  return types.reduce((sum, blocks) => sum + Object.keys(blocks).length, 0);
}

function written(outdir: string, stack: string): Blocks {
  return JSON.parse(readFileSync(join(outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8')).resource;
}

function stacksOf({ projects, perStack }: Size): readonly string[] {
  return Array.from({ length: Math.ceil(projects / perStack) }, (_, at) => `stack-${at}`);
}

function projectsOf(size: Size, stack: number): readonly number[] {
  const left = Math.min(size.perStack, size.projects - stack * size.perStack);
  return Array.from({ length: left }, (_, at) => stack * size.perStack + at);
}

function ours(size: Size, library: Library): void {
  const { Credential, Project, ReprieveApp, ReprieveStack, Secret, Target } = library;
  const app = new ReprieveApp({ outdir: size.outdir });
  const password = Credential.fromVariable('token', { revision: 1 });
  for (const [index, name] of stacksOf(size).entries()) {
    const stack = new ReprieveStack(app, name, { target: Target.kubernetes() });
    for (const at of projectsOf(size, index)) {
      const project = new Project(stack, `project-${at}`);
      for (let each = 0; each < SECRETS; each += 1) {
        Secret.basicAuth(project, `secret-${each}`, { username: 'example', password });
      }
      for (let each = 0; each < TEMPLATES; each += 1) {
        project.addJobTemplate(`job-${each}`, {
          image: `example/app:${each}`,
          environment: { A: 'b', PASSWORD: { secret: 'secret-0', key: 'password' } },
        });
      }
    }
  }
  app.synth();
}

/** The floor: the very same resources, without a type and without a check. */
function raw(
  { outdir }: Size,
  stacks: readonly { readonly name: string; readonly resources: Blocks }[],
): void {
  const app = new App({ outdir, stackTraces: false });
  for (const { name, resources } of stacks) {
    const stack = new TerraformStack(app, name);
    for (const [type, blocks] of Object.entries(resources)) {
      for (const [id, body] of Object.entries(blocks)) {
        const resource = new TerraformResource(stack, id, { terraformResourceType: type });
        for (const [key, value] of Object.entries(body)) resource.addOverride(key, value);
      }
    }
  }
  app.synth();
}

/** What a user of cdktf writes: the provider's classes, and as many of them; without traces, like ours. */
function typed(size: Size): void {
  const app = new App({ outdir: `${size.outdir}-typed`, stackTraces: false });
  for (const [index, name] of stacksOf(size).entries()) {
    const stack = new TerraformStack(app, name);
    new KubernetesProvider(stack, 'kubernetes', {});
    for (const at of projectsOf(size, index)) typedProject(stack, `project-${at}`);
  }
  app.synth();
}

function typedProject(stack: TerraformStack, name: string): void {
  const namespace = new NamespaceV1(stack, `${name}-namespace`, { metadata: labelled(name) });
  const dependsOn = [namespace];
  const metadata = { ...labelled('project'), namespace: name };
  const own = (id: string) => ({ ...metadata, name: id });
  new ResourceQuotaV1(stack, `${name}-quota`, {
    metadata,
    spec: { hard: { pods: '250', 'requests.cpu': '128', 'requests.memory': '512G' } },
    dependsOn,
  });
  const size = { cpu: '1', memory: '4G', 'ephemeral-storage': '400M' };
  new LimitRangeV1(stack, `${name}-limits`, {
    metadata,
    spec: { limit: [{ type: 'Container', default: size, defaultRequest: size }] },
    dependsOn,
  });
  new NetworkPolicyV1(stack, `${name}-network`, {
    metadata,
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] },
    dependsOn,
  });
  for (const [id, role] of Object.entries({ manager: 'admin', writer: 'edit', reader: 'view' })) {
    const account = new ServiceAccountV1(stack, `${name}-account-${id}`, {
      metadata: own(id),
      automountServiceAccountToken: false,
      dependsOn,
    });
    new RoleBindingV1(stack, `${name}-binding-${id}`, {
      metadata: own(id),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subject: [{ kind: 'ServiceAccount', name: id, namespace: name }],
      dependsOn: [account],
    });
  }
  new ServiceAccountV1(stack, `${name}-account-none`, { metadata: own('none'), dependsOn });
  for (let each = 0; each < SECRETS; each += 1) {
    new SecretV1(stack, `${name}-secret-${each}`, {
      metadata: own(`secret-${each}`),
      type: 'kubernetes.io/basic-auth',
      dataWo: { username: 'example', password: `\${var.token}` },
      dataWoRevision: 1,
      dependsOn,
      lifecycle: { preventDestroy: true },
    });
  }
  for (let each = 0; each < TEMPLATES; each += 1) typedJob(stack, name, each, namespace);
  // As many as the records of ours.
  for (const id of ['guard', 'identity']) {
    new ConfigMapV1(stack, `${name}-${id}`, {
      metadata: own(id),
      data: { project: name },
      dependsOn,
    });
  }
}

function typedJob(stack: TerraformStack, project: string, at: number, namespace: NamespaceV1) {
  const amounts = { cpu: '1', memory: '4G', 'ephemeral-storage': '400M' };
  const secretKeyRef = { name: 'secret-0', key: 'password' };
  new CronJobV1(stack, `${project}-job-${at}`, {
    metadata: { ...labelled(`job-${at}`), namespace: project },
    spec: {
      schedule: '59 23 31 2 *',
      suspend: true,
      concurrencyPolicy: 'Allow',
      jobTemplate: {
        metadata: {},
        spec: {
          completions: 1,
          parallelism: 1,
          completionMode: 'Indexed',
          backoffLimit: 3,
          activeDeadlineSeconds: 7200,
          template: {
            metadata: {},
            spec: {
              restartPolicy: 'Never',
              serviceAccountName: 'default',
              securityContext: {
                runAsUser: '1000',
                runAsNonRoot: true,
                seccompProfile: { type: 'RuntimeDefault' },
              },
              container: [
                {
                  name: 'job',
                  image: `example/app:${at}`,
                  env: [
                    { name: 'A', value: 'b' },
                    { name: 'PASSWORD', valueFrom: { secretKeyRef } },
                  ],
                  resources: { limits: amounts, requests: amounts },
                  securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: false,
                    capabilities: { drop: ['ALL'] },
                    runAsNonRoot: true,
                  },
                },
              ],
            },
          },
        },
      },
    },
    dependsOn: [namespace],
    lifecycle: { preventDestroy: true },
  });
}

function labelled(name: string) {
  return {
    name,
    labels: { 'example.org/team': 'finance', 'example.org/state': 'active' },
    annotations: { 'example.org/contact': 'finance@example.org' },
  };
}
