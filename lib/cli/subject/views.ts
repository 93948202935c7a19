import { compareTexts } from '../../base/order.js';
import type { ProjectsLock } from '../../files/projects-lock.js';
import { lockedProject, lockedStack } from '../../files/projects-lock.js';
import { withoutCredential } from '../../model/image-reference.js';
import type {
  ConfigMapSpec,
  CredentialSpec,
  ItemKind,
  ItemSpecs,
  JobTemplateSpec,
  RegistrySecretSpec,
  SecretSpec,
} from '../../model/specification.js';
import { itemsOf } from '../../model/specification.js';
import type { Entry } from '../../state/inventory.js';
import { residentData } from '../terminal/output.js';

/** What the lock has of an item of this kind; undefined for anything else. */
function itemOf<K extends ItemKind>(
  lock: ProjectsLock,
  resident: Entry,
  kind: K,
): ItemSpecs[K] | undefined {
  const { item } = resident;
  const locked = lockedProject(lock, resident);
  if (item?.kind !== kind || locked === undefined) return undefined;
  const items = itemsOf(locked.spec, kind);
  return Object.hasOwn(items, item.name) ? items[item.name] : undefined;
}

export function jobOf(lock: ProjectsLock, resident: Entry): JobTemplateSpec | undefined {
  const job = itemOf(lock, resident, 'job-templates');
  return job === undefined ? undefined : { ...job, image: withoutCredential(job.image) };
}

export function secretOf(
  lock: ProjectsLock,
  resident: Entry,
): RegistrySecretSpec | SecretSpec | undefined {
  return itemOf(lock, resident, 'registry-secrets') ?? itemOf(lock, resident, 'secrets');
}

export function configMapOf(lock: ProjectsLock, resident: Entry): ConfigMapSpec | undefined {
  return itemOf(lock, resident, 'config-maps');
}

/** A secret's format as Code Engine names it. */
export function formatOf(lock: ProjectsLock, resident: Entry): string {
  const secret = secretOf(lock, resident);
  if (secret === undefined) return '-';
  return 'format' in secret ? secret.format : 'registry';
}

/** What lists say of one in JSON and YAML. */
export function toListRow(lock: ProjectsLock, resident: Entry) {
  const { item, project, stack } = resident;
  const data = residentData(resident);
  if (item === undefined) {
    const stacks = lockedStack(lock, stack);
    const namespace = lockedProject(lock, resident)?.namespace ?? null;
    return { ...data, namespace, targetKind: stacks?.target ?? null };
  }
  const placed = { ...data, project, kind: item.kind };
  if (item.kind === 'job-templates') {
    return { ...placed, image: jobOf(lock, resident)?.image ?? null };
  }
  if (item.kind === 'config-maps') {
    const keys = Object.keys(configMapOf(lock, resident)?.data ?? {});
    return { ...placed, keys: keys.sort(compareTexts) };
  }
  return { ...placed, format: formatOf(lock, resident) };
}

/** The entries of a secret: a credential as its variable, never as a value. */
export function secretEntries(
  secret: RegistrySecretSpec | SecretSpec,
): readonly (readonly [string, string])[] {
  const { path: _path, labels: _labels, annotations: _notes, readers: _readers, ...rest } = secret;
  const entries: [string, string | CredentialSpec | undefined][] =
    'data' in rest ? Object.entries(rest.data) : Object.entries(rest);
  return entries
    .filter(([key]) => key !== 'format')
    .map(([key, value]) => [key, typeof value === 'object' ? redacted(value) : (value ?? '')]);
}

function redacted({ variable, revision, rotated }: CredentialSpec): string {
  const since = rotated === undefined ? '' : `, in use since ${rotated}`;
  return `REDACTED (variable ${variable}, revision ${revision}${since})`;
}

/** The images that a project's job templates, or one of them, refer to. */
export function imagesOf(lock: ProjectsLock, resident: Entry): readonly string[] {
  const templates = lockedProject(lock, resident)?.spec['job-templates'] ?? {};
  const own = resident.item === undefined ? Object.values(templates) : [];
  const job = jobOf(lock, resident);
  const images = [...own, ...(job === undefined ? [] : [job])].map(({ image }) =>
    withoutCredential(image),
  );
  return [...new Set(images)].sort();
}
