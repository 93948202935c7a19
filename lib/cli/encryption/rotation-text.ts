import { escapeInvisible, inert } from '../../base/inert.js';
import { plural } from '../../base/plural.js';
import { type KeyName, keyText } from '../../encryption/configuration.js';
import type { RotationStanding, RotationStep } from '../../encryption/rotation.js';
import { objectText } from '../../encryption/stored-object.js';
import { type Io, print } from '../terminal/io.js';

/** Each step once more is a reload of what it wrote. */
const STEPS: readonly (readonly [RotationStep, string])[] = [
  ['add', 'the new key second, in the file of every API server'],
  ['promote', 'the new key first: it writes'],
  ['rewrite', 'every object written again'],
  ['drop', 'the old key dropped'],
];

const SHOWN = 10;

export function printRotation(io: Io, key: KeyName, standing: RotationStanding): void {
  print(io, `Rotation to ${inert(keyText(key))}`);
  const at = STEPS.findIndex(([step]) => step === standing.next);
  for (const [index, [step, what]] of STEPS.entries()) {
    const isDone = standing.next === 'done' || (at !== -1 && index < at);
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
  const old = others.map((each) => inert(keyText(each))).join(', ');
  return {
    add: `Next: add the key to ${named}, then have every API server load it (--apply writes the files).`,
    promote: `Next: make the key the first one in ${named} (--apply).`,
    reload: `Next: have the API servers load ${named}: within a minute by themselves with --encryption-provider-config-automatic-reload, otherwise restart them. Where they don't show what they have loaded (before Kubernetes 1.34), add --reloaded once they have.`,
    rewrite: 'Next: write every object again (--apply). It can be stopped and started again.',
    drop: `Next: drop ${old} from ${named} (--apply). Backups of etcd from before need the old key: keep it until they are gone, and destroy it then.`,
    done:
      stale === undefined
        ? 'Done as far as the configurations show: one key. What objects carry was not looked at.'
        : 'Done: one key, and every object carries it.',
  }[next];
}

/** As lib/schemas/encryption-rotation.schema.json has it. */
export function rotationData(key: KeyName, { next, files, stale, others }: RotationStanding) {
  return {
    schemaVersion: 1,
    key: { provider: key.provider, key: key.name },
    next,
    files,
    stale:
      stale?.map(({ resource, namespace, name }) => ({
        resource,
        namespace: namespace === '' ? null : namespace,
        name,
      })) ?? null,
    others: others.map(({ provider, name }) => ({ provider, key: name === '' ? null : name })),
  };
}
