import { parseDate } from '../../base/timestamp.js';
import type { Declared } from '../../model/declared.js';
import { credentialsIn } from '../../model/revisions.js';
import type { CredentialSpec } from '../../model/specification.js';
import type { DeclaredItem } from './declarations.js';

const DAY = 24 * 3600 * 1000;

interface Use {
  readonly item: DeclaredItem;
  /** The way to it in the specification: `password`, `data.API_KEY`. */
  readonly field: string;
  readonly credential: CredentialSpec;
}

/** Every credential of a stack's items, once for each place where it is used. */
export function declaredCredentials(
  items: readonly DeclaredItem[],
  now: Date,
): readonly Declared[] {
  const uses = items.flatMap((item) =>
    [...credentialsIn(item.specification)].map(([field, credential]) => ({
      item,
      field,
      credential,
    })),
  );
  const byVariable = new Map<string, Set<string>>();
  for (const { item, credential } of uses) {
    const known = byVariable.get(credential.variable) ?? new Set();
    byVariable.set(credential.variable, known.add(item.project));
  }
  return uses.map((use) => declaredCredential(use, byVariable, now));
}

function declaredCredential(
  { item, field, credential }: Use,
  byVariable: ReadonlyMap<string, ReadonlySet<string>>,
  now: Date,
): Declared {
  const { stack, project, kind, name, target, path } = item;
  const projects = [...(byVariable.get(credential.variable) ?? [])];
  const value = {
    stack,
    project,
    kind,
    name,
    field,
    ...credential,
    ...ageOf(credential, now),
    alsoIn: projects.filter((other) => other !== project).sort(),
  };
  return { target: 'credential', address: target, path, value };
}

/** Whole days since the value was made. */
function ageOf({ rotated }: CredentialSpec, now: Date): { readonly ageDays?: number } {
  const since = rotated === undefined ? undefined : parseDate(rotated).value;
  return since === undefined ? {} : { ageDays: Math.floor((now.getTime() - since) / DAY) };
}
