import { quoteName } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import type { Checked } from '../../base/problem.js';
import { keyText } from '../../encryption/configuration.js';
import { lockedStack } from '../../files/projects-lock.js';
import type { LockedEncryption } from '../../files/projects-lock-types.js';
import { lockIn, settingsIn } from '../../files/user-files.js';
import type { EncryptionSpec } from '../../model/encryption.js';
import { type Io, misuse } from '../terminal/io.js';
import { nearestFolder } from '../workspace/nearest-folder.js';
import { keyNameOf } from './reading.js';

/** Whose declaration is meant. */
export interface DeclarationOptions {
  readonly stack?: string;
}

/** A declaration, and who makes it. */
interface Declaration {
  readonly by: string;
  readonly spec: EncryptionSpec;
}

/**
 * What is declared for a cluster: by the stack's own property, as the lock has it, otherwise by
 * reprieve.yaml. Where several differ and none is named, nobody knows which cluster is meant.
 */
export function declaredEncryption(
  io: Io,
  { stack }: DeclarationOptions,
): EncryptionSpec | undefined {
  const folder = nearestFolder(io.cwd, ['cdktf.json', 'reprieve.yaml']);
  if (folder === undefined) return stack === undefined ? undefined : misuse(noStack(stack, []));
  const general = usable(settingsIn(folder)).encryption;
  const { lock } = usable(lockIn(folder));
  const clusters = Object.entries(lock.stacks).filter(([, { target }]) => target === 'kubernetes');
  if (stack !== undefined) {
    const own = lockedStack(lock, stack);
    if (own === undefined) return misuse(noStack(stack, Object.keys(lock.stacks)));
    return merged(own.encryption, general);
  }
  const declared: Declaration[] =
    general === undefined ? [] : [{ by: 'reprieve.yaml', spec: general }];
  for (const [name, { encryption }] of clusters) {
    const spec = merged(encryption, general);
    if (spec !== undefined) declared.push({ by: `the stack ${quoteName(name)}`, spec });
  }
  const isOne = new Set(declared.map(({ spec }) => textOf(spec))).size <= 1;
  return isOne ? declared[0]?.spec : misuse(severalDeclared(declared));
}

/** The lock has neither endpoint nor timeout: those of reprieve.yaml are another plugin's, unless it is the same. */
function merged(
  own: LockedEncryption | undefined,
  general: EncryptionSpec | undefined,
): EncryptionSpec | undefined {
  if (own === undefined) return general;
  const isSame = general?.provider === own.provider && general.key === own.key;
  const { resources: _resources, ...rest } = isSame ? general : own;
  return own.resources === undefined ? rest : { ...rest, resources: own.resources };
}

/** What has to be the same for two declarations to be one. */
function textOf({ provider, key, resources = [] }: EncryptionSpec): string {
  return JSON.stringify([provider, key ?? '', [...resources].sort()]);
}

function usable<T>({ value, problems }: Checked<T>): T {
  return value ?? misuse(...problems);
}

function noStack(stack: string, names: readonly string[]) {
  return {
    code: 'cli/stack',
    message: `projects.lock.yaml has no stack ${quoteName(stack)}.${didYouMean(stack, names)}`,
    remedy: `Name one of: ${names.map(quoteName).join(', ') || 'there is none'}. A new stack is there after npx cdktf synth.`,
  };
}

function severalDeclared(declared: readonly Declaration[]) {
  const texts = declared.map(({ by, spec }) => {
    const kinds = (spec.resources ?? []).length === 0 ? '' : ` with ${spec.resources?.join(', ')}`;
    return `${by}: ${keyText(keyNameOf(spec) ?? { provider: 'identity', name: '' })}${kinds}`;
  });
  return {
    code: 'encryption/several-declared',
    message: `Encryption is declared in different ways: ${texts.join('; ')}.`,
    remedy:
      'Name the stack of this cluster by --stack. If reprieve.yaml was changed since, run npx cdktf synth first: the lock has what was declared then.',
  };
}
