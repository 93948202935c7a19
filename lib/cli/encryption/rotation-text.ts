import { escapeInvisible, inert } from '../../base/inert.js';
import { plural } from '../../base/plural.js';
import { type KeyName, keyText } from '../../encryption/configuration.js';
import type { RotationStanding, RotationStep } from '../../encryption/rotation.js';
import { objectText } from '../../encryption/stored-object.js';
import { type Io, print } from '../terminal/io.js';

/** A step as a line; a reload is one after each step that changes files. */
interface Line {
  readonly step: RotationStep;
  readonly after?: RotationStanding['after'];
  readonly what: string;
}

const LINES: readonly Line[] = [
  { step: 'add', what: 'the new key second, in the file of every API server' },
  { step: 'reload', after: 'add', what: 'every API server loads it' },
  { step: 'promote', what: 'the new key first: it writes' },
  { step: 'reload', after: 'promote', what: 'every API server loads it' },
  { step: 'rewrite', what: 'every object written again' },
  { step: 'drop', what: 'the old key dropped' },
  { step: 'reload', after: 'drop', what: 'every API server loads it' },
];

const SHOWN = 10;

export function printRotation(io: Io, key: KeyName, standing: RotationStanding): void {
  print(io, `Rotation to ${inert(keyText(key))}`);
  const at = LINES.findIndex(
    ({ step, after }) => step === standing.next && after === standing.after,
  );
  for (const [index, { step, what }] of LINES.entries()) {
    const isDone = standing.next === 'done' || index < at;
    const mark = isDone ? 'done' : index === at ? 'next' : '';
    print(io, `  ${mark.padEnd(6)}${step.padEnd(9)}${what}`);
  }
  const { stale } = standing;
  if (stale === undefined) print(io, 'Stored bytes: not looked at (--etcd).');
  else print(io, `Stored bytes: ${plural(stale.length, 'object')} with another key.`);
  for (const each of (stale ?? []).slice(0, SHOWN)) print(io, `  ${inert(objectText(each))}`);
  if ((stale?.length ?? 0) > SHOWN) print(io, `  … and ${(stale?.length ?? 0) - SHOWN} more`);
  print(io, nextOf(standing));
}

function nextOf({ next, files, others, stale }: RotationStanding): string {
  const named = files.map(escapeInvisible).join(', ');
  const isLocal = others.some(({ provider }) => provider !== 'kms' && provider !== 'identity');
  const kept = isLocal ? ': a copy of the file is kept beside it (--without-copy: none)' : '';
  const old = others.map((each) => inert(keyText(each))).join(', ');
  return {
    add: `Next: add the key to ${named}, then have every API server load it (--apply writes the files).`,
    promote: `Next: make the key the first one in ${named} (--apply).`,
    reload: `Next: have the API servers load ${named}: within a minute by themselves with --encryption-provider-config-automatic-reload, otherwise restart them. Where they don't show what they have loaded (before Kubernetes 1.34), add --reloaded once they have.`,
    rewrite: 'Next: write every object again (--apply). It can be stopped and started again.',
    drop: `Next: drop ${old} from ${named} (--apply). Backups of etcd from before need the old key${kept}. Destroy it once they are gone.`,
    done:
      stale === undefined
        ? 'Done as far as the configurations show: one key. What objects carry was not looked at.'
        : 'Done: one key, and every object carries it.',
  }[next];
}

/** As lib/schemas/encryption-rotation.schema.json has it. */
export function rotationData(
  key: KeyName,
  declared: KeyName | undefined,
  { next, after, files, stale, others }: RotationStanding,
) {
  return {
    schemaVersion: 1,
    key: { provider: key.provider, key: key.name },
    declared: declared === undefined ? null : keyData(declared),
    next,
    after: after ?? null,
    files,
    stale:
      stale?.map(({ resource, namespace, name }) => ({
        resource,
        namespace: namespace === '' ? null : namespace,
        name,
      })) ?? null,
    others: others.map(keyData),
  };
}

function keyData({ provider, name }: KeyName) {
  return { provider, key: name === '' ? null : name };
}
