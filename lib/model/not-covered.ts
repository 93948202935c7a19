import { isRecord } from '../base/guards.js';
import { quote } from '../base/inert.js';
import type { Problem } from '../base/problem.js';

/** Why something of the platform is not here, and what to do instead. */
interface Reason {
  readonly why: string;
  readonly instead: string;
}

const STORE: Reason = {
  why: 'a persistent data store is an object store’s bucket, whose data outlives the project and its reclamation period',
  instead:
    'Let the job read the bucket by an SDK, with its credentials in a secret; protect the bucket itself with Reclamation.protect.',
};

/** Fields of the IBM provider that have no counterpart, by their names without case and underscores. */
const FIELDS: ReadonlyMap<string, Reason> = new Map([
  [
    'runcomputeresourcetokenenabled',
    {
      why: 'a compute resource token is one of IBM Cloud IAM, and Kubernetes makes none',
      instead:
        'A `serviceAccount` other than none gives a run a token of Kubernetes, which a trusted profile of IAM can be set up to take.',
    },
  ],
  ['persistentdatastore', STORE],
  ['persistentdatastores', STORE],
  [
    'subpath',
    {
      why: 'a mount with a sub path keeps the content that it was started with, whatever is rotated since',
      instead: 'Mount the whole secret or config map, and read the one file below its path.',
    },
  ],
  [
    'readonly',
    {
      why: 'mounts of secrets and config maps are always read-only',
      instead: 'Leave it out.',
    },
  ],
  [
    'allowedoutbounddestinations',
    {
      why: 'the project’s network policy restricts only what comes in, so nothing that goes out has to be allowed',
      instead:
        'Leave it out. To restrict what goes out, add a NetworkPolicy of your own to the project.',
    },
  ],
]);

/** Formats of secrets that the platform makes for its own use. */
const FORMATS: ReadonlyMap<string, Reason> = new Map([
  [
    'other',
    {
      why: 'its content has no keys that could be checked, and nothing here makes or reads one',
      instead: 'Write Secret.generic with the keys that you need.',
    },
  ],
  ...['service_access', 'service_operator'].map((format): [string, Reason] => [
    format,
    {
      why: 'it is made by a service binding, which Kubernetes does not have',
      instead:
        'Create the service’s credentials with Terraform, and declare them as Secret.generic.',
    },
  ]),
]);

/** Problems of properties that the platform has and this library has not. */
export function foreignProperties(props: unknown, field = ''): readonly Problem[] {
  if (!isRecord(props)) return [];
  return Object.keys(props).flatMap((key) => {
    const reason = FIELDS.get(key.replaceAll('_', '').toLowerCase());
    return reason === undefined ? [] : [problem(`\`${field}${key}\``, reason)];
  });
}

/** Whether a property is one of those, and is reported with its reason. */
export function isForeign(key: string): boolean {
  return FIELDS.has(key.replaceAll('_', '').toLowerCase());
}

/** The problem of such a format; undefined for any other. */
export function foreignFormat(format: unknown): Problem | undefined {
  const reason = typeof format === 'string' ? FORMATS.get(format) : undefined;
  return reason === undefined ? undefined : problem(`\`format\` ${quote(format)}`, reason);
}

function problem(what: string, { why, instead }: Reason): Problem {
  return {
    code: 'item/not-covered',
    message: `${what} is not covered: ${why}.`,
    remedy: instead,
  };
}
