import {
  type Document,
  isScalar,
  type LineCounter,
  type ParsedNode,
  parseAllDocuments,
} from 'yaml';
import { isRecord } from '../../base/guards.js';
import { type Part, partOf } from './part.js';

/** Types of other providers that hold manifests as text, and in which attribute: YAML or JSON. */
const TEXTS: ReadonlyMap<string, string> = new Map([
  ['kubectl_manifest', 'yaml_body'],
  ['kustomization_resource', 'manifest'],
  ['k8s_manifest', 'content'],
]);

/** Types whose objects only show once something has been rendered or fetched. */
const RENDERED =
  /^(?:helm_release|helm_template|argocd_application(?:_set)?|argocd_applicationset|flux_[a-z_]+|rancher2_app(?:_v2)?|kubectl_(?:file|path)_documents)$/;

/** The API server takes no larger object. */
const MAX_LENGTH = 1.5 * 2 ** 20;

/** A hostile text may say the same thing very often. */
export const MAX_ALIASES = 100;

/** What other things YAML can hold, which no manifest has. */
const OTHER_TAGS = /binary|timestamp|omap|pairs|set$/;

/** Manifests that are the text of an attribute. */
export interface CarriedText {
  readonly attribute: string;
  /** Undefined where it can't be read. */
  readonly manifest: Part | undefined;
  /** Why. It says nothing of what is in there. */
  readonly fault?: string;
}

/** What a resource holds as text; undefined for one that holds none. */
export function carriedText(type: string, resource: Part): CarriedText | undefined {
  const attribute = TEXTS.get(type);
  if (attribute === undefined) return undefined;
  const text = partOf(resource, attribute);
  if (text.unknown !== undefined)
    return { attribute, manifest: { value: undefined, unknown: true } };
  if (typeof text.value !== 'string') return { attribute, manifest: undefined };
  try {
    const manifest = { value: manifestIn(text.value), unknown: undefined };
    return { attribute, manifest };
  } catch (error) {
    const why = error instanceof Unreadable ? error.message : 'can’t be read';
    return {
      attribute,
      manifest: undefined,
      fault: `holds Kubernetes objects as text, and ${why}`,
    };
  }
}

/** Whether a resource's objects are in no plan, whatever they are. */
export function isRendered(type: string): boolean {
  return RENDERED.test(type);
}

class Unreadable extends Error {}

/** Between two lines of `---` there may be only a comment. */
function hasContent({ contents, errors }: Document.Parsed<ParsedNode>): boolean {
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  return !isEmpty || errors.length > 0;
}

/**
 * The documents of a text that have content, as YAML 1.1 has them, which Kubernetes' tools read: there,
 * `yes` is true.
 */
export function documentsIn(
  text: string,
  lineCounter?: LineCounter,
): readonly Document.Parsed<ParsedNode>[] {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    logLevel: 'silent',
    customTags: (tags) =>
      tags.filter((tag) => typeof tag !== 'object' || !OTHER_TAGS.test(tag.tag)),
    ...(lineCounter === undefined ? {} : { lineCounter }),
  });
  return Array.isArray(documents) ? documents.filter(hasContent) : [];
}

function manifestIn(text: string): unknown {
  if (text.length > MAX_LENGTH) throw new Unreadable('is larger than an object can be');
  const objects = documentsIn(text).map((document): unknown => {
    if (document.errors.length > 0) throw new Unreadable('is no YAML');
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  });
  if (!objects.every(isRecord)) throw new Unreadable('is no object');
  return objects.length === 1 ? objects[0] : { apiVersion: 'v1', kind: 'List', items: objects };
}
