import { isRecord } from '../../base/guards.js';
import type { FieldShape } from './field-shape.js';

/**
 * Whether a policy is about another API than Kubernetes' own, which may have a kind of the same
 * name: it says something of `apiVersion` that none of Kubernetes' versions fits.
 */
export function isOfOtherVersion(tree: unknown, whole: FieldShape): boolean {
  const versions = whole.member('apiVersion');
  return versions?.texts !== undefined && says(tree, versions);
}

function says(tree: unknown, versions: FieldShape): boolean {
  if (Array.isArray(tree)) return tree.some((each) => says(each, versions));
  if (!isRecord(tree)) return false;
  const { properties } = tree;
  const version = isRecord(properties) ? properties['apiVersion'] : undefined;
  if (isRecord(version) && !isOneOf(version, versions)) return true;
  return Object.values(tree).some((each) => says(each, versions));
}

function isOneOf(schema: Readonly<Record<string, unknown>>, versions: FieldShape): boolean {
  const { const: only, enum: several, ...others } = schema;
  const names = Object.keys(others).filter((keyword) => keyword !== 'type');
  const texts = [only ?? [], several ?? []].flat();
  return names.length === 0 && texts.every((text) => versions.has(text));
}
