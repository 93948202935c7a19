import { isRecord } from '../base/guards.js';
import type { Problem } from '../base/problem.js';
import type { CredentialSpec, ItemKind, ItemSpecs } from './specification.js';

/**
 * Checks a changed secret. Its content is write-only: nothing but a risen revision makes Terraform
 * write it again, so a change without one would silently leave the old content in the cluster.
 *
 * @see https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
 */
export function checkRotation<K extends ItemKind>(
  kind: K,
  before: ItemSpecs[K],
  after: ItemSpecs[K],
): readonly Problem[] {
  if (kind !== 'registry-secrets' && kind !== 'secrets') return [];
  const [former, current] = [credentialsIn(before), credentialsIn(after)];
  const fallen = [...current].filter(
    ([field, { revision }]) => revision < (former.get(field)?.revision ?? 0),
  );
  if (fallen.length > 0) {
    return fallen.map(([field, { revision }]) => lowered(field, revision, former.get(field)));
  }
  const changed = contentOf(before) !== contentOf(after) || isRotated(former, current);
  return changed && sum(current) <= sum(former) ? [notRaised(former, current)] : [];
}

/** The revision that an object says it holds, where it is one that credentials can add up to. */
export function carriedRevision(annotation: unknown): number | undefined {
  const isRevision = typeof annotation === 'string' && /^[1-9]\d{0,14}$/.test(annotation);
  return isRevision ? Number(annotation) : undefined;
}

/** Every credential in a specification, by the way to it: `password`, `data.API_KEY`. */
export function credentialsIn(specification: object): ReadonlyMap<string, CredentialSpec> {
  const found = new Map<string, CredentialSpec>();
  const visit = (value: unknown, path: string) => {
    if (isCredential(value)) found.set(path, value);
    else if (isRecord(value)) {
      for (const [key, entry] of Object.entries(value)) {
        visit(entry, path === '' ? key : `${path}.${key}`);
      }
    }
  };
  // Labels may have any names, those of a credential's parts too.
  visit(contentIn(specification), '');
  return found;
}

function isCredential(value: unknown): value is CredentialSpec {
  return isRecord(value) && typeof value['variable'] === 'string' && 'revision' in value;
}

/** Whether some value is said to be a newer one than before. */
function isRotated(
  former: ReadonlyMap<string, CredentialSpec>,
  current: ReadonlyMap<string, CredentialSpec>,
): boolean {
  return [...current].some(([field, { rotated }]) => {
    const before = former.get(field)?.rotated;
    return before !== undefined && rotated !== undefined && rotated > before;
  });
}

/** Everything that is written into the secret, apart from the revisions. */
function contentOf(specification: object): string {
  return JSON.stringify(sorted(contentIn(specification)));
}

/** A specification without what is about the object and not in it. */
function contentIn(specification: object): object {
  const about = ['path', 'labels', 'annotations', 'readers'];
  return Object.fromEntries(Object.entries(specification).filter(([key]) => !about.includes(key)));
}

function sorted(value: unknown): unknown {
  if (isCredential(value)) return { variable: value.variable };
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}

function sum(credentials: ReadonlyMap<string, CredentialSpec>): number {
  return [...credentials.values()].reduce((total, { revision }) => total + revision, 0);
}

function lowered(field: string, revision: number, former: CredentialSpec | undefined): Problem {
  return {
    code: 'credential/revision',
    message: `\`${field}.revision\` falls from ${former?.revision ?? 0} to ${revision}.`,
    remedy: `Set it to ${(former?.revision ?? 0) + 1} to have the current value written, or leave it: a revision counts changes and never falls.`,
  };
}

function notRaised(
  former: ReadonlyMap<string, CredentialSpec>,
  current: ReadonlyMap<string, CredentialSpec>,
): Problem {
  const needed = sum(former) + 1;
  const [[field, { revision }] = ['', { revision: 0 }]] = current;
  const enough = revision + needed - sum(current);
  return {
    code: 'credential/revision',
    message: `The secret's content changed, but its revisions add up to ${sum(current)}, after ${sum(former)} before: the cluster would keep the old content.`,
    remedy: `Raise \`${field}.revision\` from ${revision} to ${enough}, or another one so that they add up to ${needed}, and have the credential’s value at hand where the plan is applied.`,
  };
}
