import { isRecord, memberOf } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import { findLostRotations, type LostRotation } from '../../engine/rotations.js';
import { type Io, say } from '../terminal/io.js';
import { requireEngine } from '../workspace/stack-state.js';
import { readSynthesized, type Stack } from '../workspace/workspace.js';

/**
 * Before a deploy: where the write of a secret's new content was refused, the state gets the revision
 * back that the object holds, so that the plan writes number and content together. Content that was
 * not always write-only is taken out of the state.
 *
 * @returns whether the state was written
 */
export async function putRotationsBack(io: Io, stack: Stack): Promise<boolean> {
  if (stack.target !== 'kubernetes' || !hasSecrets(readSynthesized(stack))) return false;
  const options = { cwd: stack.folder, env: io.env };
  const { lost, readable, putBack } = await findLostRotations(requireEngine(io), options);
  if (lost.length + readable.length === 0) return false;
  for (const each of lost) say(io, aboutRotation(each));
  for (const each of readable) say(io, aboutReadable(each));
  await putBack();
  if (lost.length > 0) {
    say(io, 'The state has the objects’ revisions again, so that the plan writes the content.');
  }
  return true;
}

/** Which content an object holds, and which one the state takes it to hold. */
export function aboutRotation({ id, inState, inCluster }: LostRotation): string {
  const holds = inCluster === undefined ? 'an unknown revision' : `revision ${inCluster}`;
  return `secret ${quoteName(id)} holds ${holds} of its content, and the state says ${inState}: a write was refused or broken off.`;
}

/** That the state has content which nobody should be able to read there. */
export function aboutReadable(address: string): string {
  return `${quoteName(address)}: the state still has content in clear text, from before it was write-only. It is removed from the state. Earlier versions of the state keep it: rotate the credential.`;
}

function hasSecrets(stack: unknown): boolean {
  const secrets = memberOf(memberOf(stack, 'resource'), 'kubernetes_secret_v1');
  return isRecord(secrets) && Object.values(secrets).some((each) => memberOf(each, 'data_wo'));
}
