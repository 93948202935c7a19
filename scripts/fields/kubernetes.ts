import { isRecord } from '../../lib/base/guards.js';
import type { FieldFile, FieldSchema } from '../../lib/policy/fields/schema.js';
import type { Kind } from '../../lib/policy/shape/kinds.js';
import type { ControlPlane } from '../../test/support/control-plane.js';

/** The groups that an API server has, without those that say what groups it has. */
const GROUP = /^(api|apis\/[^/]+)\/v\d\w*$/;

/** What can't be asked of a plan: the cluster writes it, and there is much of it. */
const CLUSTERS = new Set(['status', 'managedFields']);

/** What every kind of a Kubernetes API server can have, as it says itself. */
export async function kubernetesFields(plane: ControlPlane): Promise<FieldFile> {
  const { gitVersion } = await plane.get<{ gitVersion: string }>('/version');
  const { paths } = await plane.get<{ paths: Record<string, { serverRelativeURL: string }> }>(
    '/openapi/v3',
  );
  const schemas = new Map<string, unknown>();
  for (const [path, { serverRelativeURL }] of Object.entries(paths)) {
    if (!GROUP.test(path)) continue;
    const { components } = await plane.get<{ components?: { schemas?: Record<string, unknown> } }>(
      serverRelativeURL,
    );
    for (const [name, each] of Object.entries(components?.schemas ?? {})) schemas.set(name, each);
  }
  return { source: `Kubernetes ${gitVersion.replace(/^v/, '')}`, ...fieldsOf(schemas) };
}

type Schemas = ReadonlyMap<string, unknown>;

function fieldsOf(schemas: Schemas): Pick<FieldFile, 'targets' | '$defs'> {
  const names = [...schemas.keys()].sort();
  const targets = new Map<string, string[]>();
  for (const name of names) {
    const kind = typeOf(schemas.get(name))?.kind;
    if (kind !== undefined) targets.set(kind, [...(targets.get(kind) ?? []), shortName(name)]);
  }
  const needed = reachable(
    schemas,
    names.filter((name) => typeOf(schemas.get(name)) !== undefined),
  );
  return {
    targets: Object.fromEntries([...targets].sort(([a], [b]) => (a < b ? -1 : 1))),
    $defs: Object.fromEntries(
      names
        .filter((name) => needed.has(name))
        .map((name) => [shortName(name), rootOf(schemas.get(name))]),
    ),
  };
}

/** The kind of an object that can be made; lists and what only answers are none. */
function typeOf(schema: unknown): Kind | undefined {
  if (!isRecord(schema) || !isRecord(schema['properties'])) return undefined;
  const kinds: unknown = schema['x-kubernetes-group-version-kind'];
  const [only, another] = Array.isArray(kinds) ? kinds : [];
  const isObject = 'metadata' in schema['properties'] && !('items' in schema['properties']);
  if (!isRecord(only) || another !== undefined || !isObject) return undefined;
  const { group, version, kind } = only;
  return {
    apiVersion: group === '' ? String(version) : `${group}/${version}`,
    kind: String(kind),
  };
}

/** An object has the version and kind that its schema is of. */
function rootOf(schema: unknown): FieldSchema {
  const shaped = shape(schema);
  const type = typeOf(schema);
  if (type === undefined) return shaped;
  const { apiVersion, kind } = type;
  const own = {
    apiVersion: { type: 'string', enum: [apiVersion] },
    kind: { type: 'string', enum: [kind] },
  };
  return { ...shaped, properties: { ...shaped.properties, ...own } };
}

/** Every schema that some kind leads to. */
function reachable(schemas: Schemas, roots: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const each of refsIn(schemas.get(name))) visit(each);
  };
  for (const root of roots) visit(root);
  return found;
}

function refsIn(tree: unknown): readonly string[] {
  if (Array.isArray(tree)) return tree.flatMap(refsIn);
  if (!isRecord(tree)) return [];
  return Object.entries(tree).flatMap(([key, each]) => {
    if (CLUSTERS.has(key)) return [];
    return key === '$ref' && typeof each === 'string' ? [refName(each)] : refsIn(each);
  });
}

function shape(schema: unknown): FieldSchema {
  if (!isRecord(schema)) return {};
  const { $ref, allOf, oneOf, properties } = schema;
  if (typeof $ref === 'string') return { $ref: `#/$defs/${shortName(refName($ref))}` };
  // A reference with a description beside it.
  if (Array.isArray(allOf) && allOf.length === 1) return shape(allOf[0]);
  if (Array.isArray(oneOf)) return { type: oneOf.map((each) => String(each.type)) };
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return {};
  return {
    ...(typeof schema['type'] === 'string' ? { type: schema['type'] } : {}),
    ...(Array.isArray(schema['enum']) ? { enum: schema['enum'] } : {}),
    ...(isRecord(properties)
      ? { properties: shapes(properties), additionalProperties: false }
      : {}),
    ...('additionalProperties' in schema
      ? { additionalProperties: shape(schema['additionalProperties']) }
      : {}),
    ...('items' in schema ? { items: shape(schema['items']) } : {}),
  };
}

function shapes(properties: Readonly<Record<string, unknown>>): Record<string, FieldSchema> {
  return Object.fromEntries(
    Object.keys(properties)
      .sort()
      .map((name) => [name, CLUSTERS.has(name) ? {} : shape(properties[name])]),
  );
}

function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** `io.k8s.api.core.v1.Pod` as `core.v1.Pod`. */
function shortName(name: string): string {
  return name.split('.').slice(-3).join('.');
}
