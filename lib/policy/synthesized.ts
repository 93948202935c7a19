import { isRecord } from '../base/guards.js';
import { type PlannedResource, withoutStandIn } from './resource.js';
import { kindOf } from './shape/kinds.js';

/** What Terraform itself reads of a resource; the provider never sees it. */
const META = new Set([
  ...['//', 'count', 'for_each', 'depends_on', 'lifecycle', 'provider', 'provisioner'],
  ...['connection', 'dynamic'],
]);

const DEEPEST = 256;

/**
 * The resources of a stack as Terraform's JSON configuration declares them (`cdk.tf.json`). What an
 * expression stands for isn't known.
 *
 * @see https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function synthesizedResources(configuration: unknown): readonly PlannedResource[] {
  const types = isRecord(configuration) ? configuration['resource'] : undefined;
  return entriesOf(types).flatMap(([type, named]) =>
    entriesOf(named).map(([name, body]) =>
      marked({ ...declared(body), type, address: `${type}.${name}`, sensitive: undefined }),
    ),
  );
}

function declared(body: unknown): Pick<PlannedResource, 'values' | 'unknown'> {
  const own = entriesOf(body).filter(([key]) => !META.has(key));
  const dynamic = entriesOf(isRecord(body) ? body['dynamic'] : undefined);
  const { value, unknown } = evaluated(Object.fromEntries(own), 0);
  const marks = { ...Object(unknown), ...Object.fromEntries(dynamic.map(([key]) => [key, true])) };
  return { values: value, unknown: marks };
}

/** Nothing in the code says what a provider keeps secret; of Kubernetes' objects it is known. */
function marked(resource: PlannedResource): PlannedResource {
  const { type } = withoutStandIn(resource);
  const isKnown = type === 'kubernetes_manifest' || kindOf(type) !== undefined;
  return isKnown ? { ...resource, sensitive: {} } : resource;
}

function evaluated(tree: unknown, depth: number): { value: unknown; unknown: unknown } {
  if (depth > DEEPEST) return { value: null, unknown: true };
  if (typeof tree === 'string') return text(tree);
  if (Array.isArray(tree)) {
    const parts = tree.map((each) => evaluated(each, depth + 1));
    return { value: parts.map(({ value }) => value), unknown: parts.map(({ unknown }) => unknown) };
  }
  if (!isRecord(tree)) return { value: tree, unknown: false };
  // A key may be an expression, too: then nothing is known of what is in there.
  if (Object.keys(tree).some(isExpression)) return { value: null, unknown: true };
  const parts = Object.entries(tree).map(
    ([key, each]) => [key, evaluated(each, depth + 1)] as const,
  );
  return {
    value: Object.fromEntries(parts.map(([key, { value }]) => [key, value])),
    unknown: Object.fromEntries(parts.map(([key, { unknown }]) => [key, unknown])),
  };
}

function text(written: string): { value: unknown; unknown: unknown } {
  return isExpression(written)
    ? { value: null, unknown: true }
    : { value: written.replace(/([$%])\1\{/g, '$1{'), unknown: false };
}

/** `${…}` and `%{…}`; doubled signs stand for themselves. */
function isExpression(written: string): boolean {
  return /[$%]\{/.test(written.replace(/([$%])\1\{/g, ''));
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}
