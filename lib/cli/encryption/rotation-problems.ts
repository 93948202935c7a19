import { escapeInvisible, quote } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import type { RotationStanding, RotationStep } from '../../encryption/rotation.js';
import { objectText } from '../../encryption/stored-object.js';

/** A step that was asked for, while another one is next. */
export function anotherStep(step: RotationStep, { next, stale }: RotationStanding): Problem {
  const needed = stale?.slice(0, 20).map((it) => escapeInvisible(objectText(it))) ?? [];
  const more = (stale?.length ?? 0) - needed.length;
  const objects =
    needed.length === 0
      ? ''
      : ` Objects that need another key: ${needed.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  return {
    code: 'encryption/step',
    message: `${step} is not what is next: ${next} is.${step === 'drop' ? objects : ''} Nothing was written.`,
    remedy: 'Run the command without --step: it says what is next.',
  };
}

/** etcd and API server belong to different clusters. */
export function anotherEtcd(): Problem {
  return {
    code: 'encryption/another-etcd',
    message: 'This etcd does not hold what the API server shows. Nothing was written.',
    remedy:
      'Name the etcd of this cluster by --etcd, and the cluster by --kubeconfig and --context.',
  };
}

/** Without etcd, whether objects need the old key can't be seen. */
export function unproved(isCurrent: boolean): Problem {
  return {
    code: 'encryption/unproved',
    message: isCurrent
      ? 'The API server finds every object current, but etcd was not read. The old key was not dropped.'
      : 'Objects were stale again after they were written: another API server still writes with another key. The old key was not dropped.',
    remedy: isCurrent
      ? 'Name etcd by --etcd, or accept the API server’s word by --accept-unknown.'
      : 'Give every API server the same file, and have each load it.',
  };
}

/** Servers that take different keys for the same. The texts are without invisible characters. */
export function differentKeys(differences: readonly string[]): Problem {
  return {
    code: 'encryption/different-keys',
    message: `${differences.map(escapeInvisible).join(' ')} What one server writes, the other can't read. Nothing was written.`,
    remedy:
      'Give every API server the same key: copy it from one file to the others, under one name.',
  };
}

/** Without etcd, nobody knows which objects these names cover. */
export function unlisted(names: readonly string[]): Problem {
  return {
    code: 'encryption/unlisted',
    message: `The configuration encrypts ${names.slice(0, 10).map(quote).join(', ')} too: without etcd, not all of these objects are known. The old key was not dropped.`,
    remedy:
      'Name etcd by --etcd, or declare the kinds as encryption.resources in reprieve.yaml in place of wildcards.',
  };
}

/** No file is named. */
export function withoutConfig(): Problem {
  return {
    code: 'encryption/config',
    message: 'No configuration is named.',
    remedy: 'Name the file of every API server: --config one.yaml --config two.yaml.',
  };
}
