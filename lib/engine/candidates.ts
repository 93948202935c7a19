import { isRecord } from '../base/guards.js';
import {
  PROJECT_LABEL,
  PROJECT_NAME_ANNOTATION,
  PROTECTED_LABEL,
  STACK_ANNOTATION,
} from '../model/marks.js';

/** A resource of the configuration that has no object in state, and how it would stand there. */
export interface Candidate {
  /** With the index, where the resource has a count. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly index?: number;
  /** The provider's alias, where the resource names one. */
  readonly alias?: string;
  /** What Kubernetes' provider uses as id: `NAMESPACE/NAME`, or `NAME`. */
  readonly id: string;
  /** Whether the next deploy takes it over by itself. */
  readonly isImported: boolean;
  /** The marks that an object of ours carries. */
  readonly marks: Readonly<Record<string, string>>;
  /** The least that the provider has to know to read the rest. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What tells whose an object is. */
const MARKS = [PROTECTED_LABEL, PROJECT_LABEL, PROJECT_NAME_ANNOTATION] as const;

/**
 * The Kubernetes resources of a synthesized stack that a state doesn't have: what a deploy that was
 * killed may have made without noting it. Resources whose name is only known to Terraform, and
 * those without our marks, are left out: nobody could tell whose object it is.
 *
 * @param stack the content of cdk.tf.json
 * @param known the addresses in state, without an index
 */
export function candidatesOf(stack: unknown, known: ReadonlySet<string>): readonly Candidate[] {
  const resources = isRecord(stack) && isRecord(stack['resource']) ? stack['resource'] : {};
  const imported = new Set(importedBy(stack));
  return Object.entries(resources)
    .filter(([type]) => type.startsWith('kubernetes_'))
    .flatMap(([type, named]) =>
      Object.entries(isRecord(named) ? named : {})
        .filter(([name]) => !known.has(`${type}.${name}`))
        .flatMap(([name, resource]) => candidate(type, name, resource))
        .map((each) => ({ ...each, isImported: imported.has(`${type}.${each.name}`) })),
    );
}

/** Whose objects the next deploy takes over by itself. */
function importedBy(stack: unknown): readonly string[] {
  const blocks = isRecord(stack) ? stack['import'] : undefined;
  const targets = (Array.isArray(blocks) ? blocks : []).map((block) => Object(block).to);
  return targets.filter((target): target is string => typeof target === 'string');
}

/**
 * What an object says of itself, as far as it tells whose it is. A namespace also names its stack:
 * two stacks may have projects of one name.
 */
export function marksOf(metadata: unknown): Readonly<Record<string, string>> {
  const both = { ...part(metadata, 'annotations'), ...part(metadata, 'labels') };
  const found = [...MARKS, STACK_ANNOTATION].map((mark) => [mark, both[mark]] as const);
  return Object.fromEntries(found.filter((entry): entry is [never, string] => isText(entry[1])));
}

/** Whether an object says that it is one of ours, whichever project it is of. */
export function isMarkedAtAll(metadata: unknown): boolean {
  const marks = marksOf(metadata);
  return MARKS.every((mark) => mark in marks);
}

function candidate(
  type: string,
  name: string,
  resource: unknown,
): readonly Omit<Candidate, 'isImported'>[] {
  if (!isRecord(resource)) return [];
  const metadata = resource['metadata'];
  const own = isRecord(metadata) ? metadata['name'] : undefined;
  const namespace = isRecord(metadata) ? metadata['namespace'] : undefined;
  const marks = marksOf(metadata);
  if (!isText(own) || (namespace !== undefined && !isText(namespace))) return [];
  if (!isMarkedAtAll(metadata)) return [];
  const counted = 'count' in resource;
  const provider = resource['provider'];
  const id = namespace === undefined ? own : `${namespace}/${own}`;
  return [
    {
      address: `${type}.${name}${counted ? '[0]' : ''}`,
      type,
      name,
      ...(counted ? { index: 0 } : {}),
      ...(typeof provider === 'string' && provider.includes('.')
        ? { alias: provider.slice(provider.indexOf('.') + 1) }
        : {}),
      id,
      marks,
      attributes: { id, ...contentRevision(resource['data_wo_revision'], counted) },
    },
  ];
}

/**
 * With a revision in state, the provider leaves a secret's content in the cluster; without one it
 * would copy it into the state. The lowest one has the next deploy write the content anew, unless
 * the configuration has that one too: then there was no other. Something soft-deleted (it has a
 * count) is never written, so it keeps the configuration's.
 */
function contentRevision(
  revision: unknown,
  softDeleted: boolean,
): Readonly<Record<string, unknown>> {
  if (typeof revision !== 'number') return {};
  return { data_wo_revision: softDeleted ? revision : 1 };
}

/** A literal text: an expression of Terraform's is not known here. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !/[$%]\{/.test(value);
}

function part(metadata: unknown, name: string): Readonly<Record<string, unknown>> {
  const found = isRecord(metadata) ? metadata[name] : undefined;
  return isRecord(found) ? found : {};
}
