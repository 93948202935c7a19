import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isRecord } from '../../../lib/base/guards.js';
import type { FieldFile, FieldSchema } from '../../../lib/policy/fields/schema.js';
import type { PlannedResource } from '../../../lib/policy/resource.js';
import { kindOf } from '../../../lib/policy/shape/kinds.js';
import { withoutNulls } from '../../../lib/policy/shape/manifest.js';
import { Namings } from '../../../lib/policy/shape/naming.js';
import { ROOT } from '../built.js';
import type { Pod } from './evaluator.js';

type Resource = Omit<PlannedResource, 'address' | 'sensitive'>;

/** A pod in a resource, and the pod that an API server is sent for it. */
export interface Carried {
  readonly carrier: string;
  readonly resource: PlannedResource;
  readonly pod: Pod;
}

const TYPED_WAYS: Readonly<Record<string, readonly string[]>> = {
  kubernetes_pod_v1: [],
  kubernetes_replication_controller_v1: ['spec', 'template'],
  kubernetes_deployment_v1: ['spec', 'template'],
  kubernetes_stateful_set_v1: ['spec', 'template'],
  kubernetes_daemon_set_v1: ['spec', 'template'],
  kubernetes_job_v1: ['spec', 'template'],
  kubernetes_cron_job_v1: ['spec', 'job_template', 'spec', 'template'],
};

const KINDS: readonly (readonly [string, string, readonly string[]])[] = [
  ['v1', 'Pod', []],
  ['v1', 'PodTemplate', ['template']],
  ['v1', 'ReplicationController', ['spec', 'template']],
  ['apps/v1', 'ReplicaSet', ['spec', 'template']],
  ['apps/v1', 'Deployment', ['spec', 'template']],
  ['apps/v1', 'StatefulSet', ['spec', 'template']],
  ['apps/v1', 'DaemonSet', ['spec', 'template']],
  ['batch/v1', 'Job', ['spec', 'template']],
  ['batch/v1', 'CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ['serving.knative.dev/v1', 'Service', ['spec', 'template']],
  [
    'jobset.x-k8s.io/v1alpha2',
    'JobSet',
    ['spec', 'replicatedJobs', '0', 'template', 'spec', 'template'],
  ],
  ['argoproj.io/v1alpha1', 'Rollout', ['spec', 'template']],
];

/** A pod through everything that carries it as it is. */
export function carriersOf(pod: Pod): readonly Carried[] {
  const manifests = KINDS.map(([apiVersion, kind, way]) => ({
    kind,
    manifest: { ...Object(wrapped(pod, way, false)), apiVersion, kind },
  }));
  const plain = manifests.map(({ kind, manifest }) =>
    carried(`kubernetes_manifest of ${kind}`, pod, {
      type: 'kubernetes_manifest',
      values: { manifest },
    }),
  );
  const texts = manifests.slice(0, 1).map(({ kind, manifest }) =>
    carried(`kubectl_manifest of ${kind}`, pod, {
      type: 'kubectl_manifest',
      values: { yaml_body: stringify(manifest) },
    }),
  );
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: manifests.slice(4, 5).map((each) => each.manifest),
  };
  return [
    ...plain,
    ...texts,
    carried('a List', pod, { type: 'kubernetes_manifest', values: { manifest: list } }),
    ...typedCarriers(pod),
  ];
}

/** The same as resources of the provider's own types, where those have all that the pod has. */
export function typedCarriers(written: Pod): readonly Carried[] {
  const pod: Pod = Object(withoutNulls({ value: written, unknown: undefined }).value);
  return Object.entries(TYPED_WAYS).flatMap(([type, way]) => {
    const sent = asSent(pod);
    const [planned, synthesized] = [true, false].map((lists) => typed(type, pod, way, lists));
    if (planned === undefined || synthesized === undefined) return [];
    const standIn = {
      type: 'terraform_data',
      values: { input: { resource: type, ...Object(synthesized) } },
    };
    return [
      carried(`${type} in a plan`, sent, { type, values: planned }),
      carried(`${type} in code`, sent, { type, values: synthesized }),
      carried(`${type} on the sandbox`, sent, standIn),
    ];
  });
}

function carried(carrier: string, pod: Pod, resource: Omit<Resource, 'unknown'>): Carried {
  return {
    carrier,
    pod,
    resource: { address: 'a.b', sensitive: {}, unknown: undefined, ...resource },
  };
}

function wrapped(pod: unknown, way: readonly string[], isList: boolean): unknown {
  return way.reduceRight<unknown>((inner, key) => {
    if (/^\d+$/.test(key)) return [inner];
    return { [key]: isList ? [inner] : inner };
  }, pod);
}

/** What the provider sends for what isn't set in a block that is there. */
function asSent(pod: Pod): Pod {
  const spec = structuredClone(pod.spec);
  if (!isRecord(spec)) return pod;
  const own = { runAsNonRoot: false, allowPrivilegeEscalation: true };
  for (const key of ['containers', 'initContainers'])
    for (const each of Array.isArray(spec[key]) ? spec[key] : [])
      if (isRecord(each.securityContext))
        each.securityContext = { ...own, ...each.securityContext };
  const context = spec['securityContext'];
  // A block of empty lists is no block to the provider.
  const isSent =
    isRecord(context) &&
    Object.values(context).some((each) => !Array.isArray(each) || each.length > 0);
  const sent = isSent ? { securityContext: { runAsNonRoot: false, ...context } } : {};
  return { ...pod, spec: { ...spec, ...sent } };
}

const FIELDS: FieldFile = JSON.parse(
  readFileSync(join(ROOT, 'lib/schemas/fields/terraform.json'), 'utf8'),
);

class Inexpressible extends Error {}

/** A resource's values; undefined where the provider has no field for a part of the pod. */
function typed(
  type: string,
  { metadata, spec }: Pod,
  way: readonly string[],
  lists: boolean,
): unknown {
  const [name = ''] = FIELDS.targets[type] ?? [];
  const shape = resolved({ $ref: `#/$defs/${name}` });
  const template = way.reduce((at, key) => blockIn(member(at, key)), shape);
  const kind = kindOf(type);
  if (kind === undefined) throw new Error(type);
  const writer = new Writer(Namings.of(kind), lists);
  try {
    const annotations = isRecord(metadata) ? metadata['annotations'] : undefined;
    const about = annotations === undefined ? {} : { metadata: writer.block({ annotations }) };
    const inner = {
      ...about,
      spec: writer.block(writer.values(spec, blockIn(member(template, 'spec')), 'spec')),
    };
    return way.reduceRight<unknown>((value, key) => ({ [key]: writer.block(value) }), inner);
  } catch (error) {
    if (error instanceof Inexpressible) return undefined;
    throw error;
  }
}

class Writer {
  constructor(
    private readonly namings: Namings,
    private readonly lists: boolean,
  ) {}

  block(value: unknown): unknown {
    return this.lists ? [value] : value;
  }

  values(object: unknown, shape: FieldSchema, parent: string): Record<string, unknown> {
    const left = new Set(Object.keys(Object(object)));
    const found: Record<string, unknown> = {};
    for (const [key, each] of Object.entries(shape.properties ?? {})) {
      const { name, list } = this.namings.at(parent, key);
      const value: unknown = Object(object)[list ?? name];
      if (value === undefined) continue;
      left.delete(list ?? name);
      found[key] = this.value(value, resolved(each), key, list !== undefined);
    }
    const [other] = left;
    if (other !== undefined) throw new Inexpressible(other);
    return found;
  }

  private value(value: unknown, shape: FieldSchema, key: string, isList: boolean): unknown {
    const block = blockIn(shape);
    if (block.properties === undefined)
      return shape.type === 'string' && typeof value === 'number' ? String(value) : value;
    if (isList && Array.isArray(value)) return value.map((each) => this.values(each, block, key));
    return this.block(this.values(value, block, key));
  }
}

function blockIn(shape: FieldSchema): FieldSchema {
  return shape.items === undefined ? shape : resolved(shape.items);
}

function member({ properties = {} }: FieldSchema, key: string): FieldSchema {
  const found = properties[key];
  if (found === undefined) throw new Error(`the provider has no ${key}`);
  return resolved(found);
}

function resolved(shape: FieldSchema): FieldSchema {
  return shape.$ref === undefined
    ? shape
    : (FIELDS.$defs[shape.$ref.slice('#/$defs/'.length)] ?? {});
}
