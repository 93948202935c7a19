import { createHash } from 'node:crypto';
import { hasInvisible, quote } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import type { ItemKind } from './specification.js';

/** The longest name of a namespace: a DNS label. */
const MAX_LABEL = 63;

/** The longest name of a CronJob: Kubernetes appends 11 characters to it for a run. */
const MAX_CRON_JOB = 52;

const MAX_PROJECT_NAME = 128;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Letters and digits of any script, `-`, `.`, `_`, `:` and space. */
const PROJECT_NAME = /^[\u{80}-\u{10FFFF}a-zA-Z0-9\-._: ]+$/u;

/** Whether a text is a DNS label as RFC 1123 has it: at most 63 characters. */
export function isDnsLabel(text: string): boolean {
  return typeof text === 'string' && text.length <= MAX_LABEL && LABEL.test(text);
}

/** Whether a text is a DNS subdomain: labels with dots between, at most 253 characters. */
export function isDnsSubdomain(text: string): boolean {
  return typeof text === 'string' && text.length <= 253 && SUBDOMAIN.test(text);
}

/**
 * Checks a project's name. Beyond the platform's rule, characters that can't be seen are refused:
 * a reviewer could not tell two such names apart.
 *
 * @see https://cloud.ibm.com/apidocs/codeengine/v2#create-project
 */
export function checkProjectName(name: unknown): readonly Problem[] {
  if (typeof name !== 'string' || !hasLength(name, 1, MAX_PROJECT_NAME)) {
    return [nameProblem('project/name', name, `1 to ${MAX_PROJECT_NAME} characters`)];
  }
  if (hasInvisible(name)) {
    return [
      {
        code: 'project/name-invisible',
        message: `\`name\` ${quote(name)} has characters that can't be seen.`,
        remedy:
          'Remove control, bidirectional and zero-width characters: reviewers could not tell such names apart.',
      },
    ];
  }
  const blank = name.trim() === '';
  return PROJECT_NAME.test(name) && !blank
    ? []
    : [nameProblem('project/name', name, 'letters, digits, spaces and `-._:`')];
}

/**
 * The namespace of a project: its name where that is a DNS label, else a label made from it with
 * a hash, so that the same name always gives the same namespace and others rarely do.
 */
export function namespaceFor(name: string): string {
  return isDnsLabel(name) && !isReserved(name) ? name : labelFor(name, MAX_LABEL);
}

/** The CronJob's name of a job template: the template's own where it fits. */
export function cronJobNameFor(name: string): string {
  return typeof name === 'string' && name.length <= MAX_CRON_JOB
    ? name
    : labelFor(name, MAX_CRON_JOB);
}

/** The longest name of an object: a DNS subdomain. */
const MAX_NAME = 253;

/** The name of the role, and of its binding, by which an object may be read. */
export function grantNameFor(resource: string, name: string): string {
  const full = `reprieve-read-${resource}-${name}`;
  if (full.length <= MAX_NAME) return full;
  const hash = createHash('sha256').update(full, 'utf8').digest('hex').slice(0, 8);
  return `${full.slice(0, MAX_NAME - hash.length - 1)}-${hash}`;
}

/** Checks the name of a namespace that a user gives. */
export function checkNamespace(name: unknown): readonly Problem[] {
  if (typeof name !== 'string' || !isDnsLabel(name)) {
    return [
      {
        code: 'project/namespace',
        message: `\`namespace\` ${quote(name)} is not a DNS label.`,
        remedy: `Use 1 to ${MAX_LABEL} lower-case letters, digits and hyphens, with a letter or digit at both ends.`,
      },
    ];
  }
  if (!isReserved(name)) return [];
  return [
    {
      code: 'project/namespace-reserved',
      message: `\`namespace\` ${quote(name)} belongs to Kubernetes itself.`,
      remedy: 'Choose a name other than `default` that does not begin with `kube-`.',
    },
  ];
}

/** Checks an item's name: a job template's is a DNS label, the others' are DNS subdomains. */
export function checkItemName(kind: ItemKind, name: unknown): readonly Problem[] {
  if (kind === 'job-templates') {
    return typeof name === 'string' && isDnsLabel(name)
      ? []
      : [nameProblem('job-template/name', name, `a DNS label of at most ${MAX_LABEL} characters`)];
  }
  if (typeof name !== 'string' || !isDnsSubdomain(name)) {
    return [nameProblem('item/name', name, 'a DNS subdomain of at most 253 characters')];
  }
  return kind === 'config-maps' && name === 'kube-root-ca.crt'
    ? [
        nameProblem(
          'item/name-reserved',
          name,
          'another name: Kubernetes puts this one into every namespace',
        ),
      ]
    : [];
}

/** A resource's name in a target: letters and digits of any script, `-`, `.`, `_` and `:`. */
const RESOURCE_NAME = /^[\u{80}-\u{10FFFF}a-zA-Z0-9\-._:]+$/u;

/** Checks the name of a resource as a target has it: `archive` in `billing/resources/archive`. */
export function checkResourceName(name: unknown): readonly Problem[] {
  const isFit =
    typeof name === 'string' &&
    hasLength(name, 1, MAX_PROJECT_NAME) &&
    !hasInvisible(name) &&
    RESOURCE_NAME.test(name);
  return isFit
    ? []
    : [
        nameProblem(
          'resource/name',
          name,
          `1 to ${MAX_PROJECT_NAME} letters, digits and \`-._:\`, without spaces and slashes`,
        ),
      ];
}

/** Finds different names that come to the same one in the cluster. */
export function findCollisions(
  entries: readonly { readonly name: string; readonly slug: string }[],
): readonly { readonly slug: string; readonly names: readonly string[] }[] {
  const bySlug = new Map<string, Set<string>>();
  for (const { name, slug } of entries) {
    bySlug.set(slug, (bySlug.get(slug) ?? new Set()).add(name));
  }
  return [...bySlug]
    .filter(([, names]) => names.size > 1)
    .map(([slug, names]) => ({ slug, names: [...names].sort() }));
}

function isReserved(name: string): boolean {
  return name === 'default' || name.startsWith('kube-');
}

/** Whether a text has so many characters: those beyond the first plane count once, too. */
function hasLength(text: string, min: number, max: number): boolean {
  if (text.length > 2 * max) return false;
  const { length } = [...text];
  return length >= min && length <= max;
}

/**
 * A readable part, then eight digits of the whole name's SHA-256. Two spellings of one accented
 * letter look the same to a reader, so they get the same label and are found as a collision. What
 * is no text gets a label as well: its own check has reported it already.
 */
function labelFor(name: unknown, length: number): string {
  const text = typeof name === 'string' ? name : '';
  const hash = createHash('sha256').update(text.normalize('NFC'), 'utf8').digest('hex').slice(0, 8);
  const readable = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, length - hash.length - 1)
    .replaceAll(/^-+|-+$/g, '');
  const label = `${readable}-${hash}`;
  return readable === '' || isReserved(label) ? `project-${hash}` : label;
}

function nameProblem(code: string, name: unknown, rule: string): Problem {
  return {
    code,
    message: `\`name\` ${quote(name)} is not a valid name.`,
    remedy: `Use ${rule}.`,
  };
}

/** Kubernetes appends an index and a suffix to a run's name, for its pods. */
const MAX_RUN_NAME = 53;

/** Checks the name of a job run. */
export function checkJobRunName(name: unknown): readonly Problem[] {
  const isFine = typeof name === 'string' && name.length <= MAX_RUN_NAME && isDnsLabel(name);
  if (isFine) return [];
  return [nameProblem('jobrun/name', name, `a DNS label of at most ${MAX_RUN_NAME} characters`)];
}
