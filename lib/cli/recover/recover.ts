import { quoteName } from '../../base/inert.js';
import { plural } from '../../base/plural.js';
import type { Problem } from '../../base/problem.js';
import { rfc3339 } from '../../base/timestamp.js';
import { type FoundDeletion, recoveredRecords } from '../../cluster/recovery/records.js';
import type { Candidate } from '../../engine/candidates.js';
import { findUnnoted, type Unnoted } from '../../engine/recover.js';
import { PROJECT_NAME_ANNOTATION } from '../../model/marks.js';
import { withoutIndex } from '../../state/address.js';
import { aboutReadable, aboutRotation } from '../deploy/rotations.js';
import { EXIT, type ExitCode, type Io, print, say, sayProblems } from '../terminal/io.js';
import { confirm } from '../terminal/prompt.js';
import { requireEngine } from '../workspace/stack-state.js';
import { pickStack, readSynthesized, Workspace } from '../workspace/workspace.js';

/**
 * `recover [STACK]`: takes into the state what a killed deploy has made in the cluster without
 * noting it, or what a lost state knew, so that the next deploy goes on instead of finding that
 * everything exists already; and what was created while the cluster failed counts as created.
 * Running deletions keep the deadlines that their objects carry. Where a secret's new content was
 * refused, the state gets the revision back that the object has, so that the next deploy writes it.
 */
export async function recoverStack(
  io: Io,
  name: string | undefined,
  options: { readonly force?: boolean },
): Promise<ExitCode> {
  const stack = pickStack(Workspace.find(io).synthesize(), name);
  if (stack.target === 'sandbox') {
    say(io, `${quoteName(stack.name)} is a sandbox: it has nothing outside of its state.`);
    return EXIT.ok;
  }
  const found = await findUnnoted(requireEngine(io), { cwd: stack.folder, env: io.env });
  if (stack.target === 'terraform') {
    say(
      io,
      'note: Objects of other providers carry no marks that could be searched for. Bring one back into the state with an import block (.importFrom), while its code is there.',
    );
  }
  const code = found.foreign.length > 0 ? EXIT.findings : EXIT.ok;
  if (found.foreign.length > 0) sayProblems(io, found.foreign.map(foreignObject));
  const { ours, halfCreated, lostRotations, readable } = found;
  if ([ours, halfCreated, lostRotations, readable].every(({ length }) => length === 0)) {
    say(io, `The state of ${quoteName(stack.name)} knows every object that carries its marks.`);
    return code;
  }
  for (const { address, id } of found.ours) print(io, `${address}  ${id}`);
  for (const { address, id } of found.halfCreated) print(io, `${address}  ${id}  (half created)`);
  for (const each of found.lostRotations) print(io, aboutRotation(each));
  for (const each of readable) print(io, aboutReadable(each));
  const objects = found.ours.map((it) => ({ ...it, address: withoutIndex(it.address) }));
  const { deletions, records } = recoveredRecords(readSynthesized(stack), objects, io.now());
  for (const each of deletions) say(io, aboutDeletion(each));
  const changes = changesOf(found);
  const question = `Are you sure you want to write the state of '${stack.name}' with ${changes}?`;
  if (options.force !== true && !(await confirm(io, question))) return EXIT.findings;
  await found.adopt(records);
  say(io, `State written, with ${changes}. Go on with: npx reprieve deploy ${stack.name}`);
  return code;
}

function changesOf({ ours, halfCreated, lostRotations, readable }: Unnoted): string {
  const changes = [
    { count: ours.length, what: 'taken in' },
    { count: halfCreated.length, what: 'marked as created' },
    { count: lostRotations.length, what: 'with the revision that it holds' },
    { count: readable.length, what: 'without readable content' },
  ].filter(({ count }) => count > 0);
  return changes.map(({ count, what }) => `${plural(count, 'object')} ${what}`).join(' and ');
}

function aboutDeletion({ target, clock }: FoundDeletion): string {
  const began = `${quoteName(target)}: soft-deleted`;
  if (clock === 'no-deadline') {
    return `${began}, with no deadline in the cluster: its period begins with the next deploy.`;
  }
  if (clock === 'over') {
    return `${began}, and its deadline has passed. A lost state can't vouch for that, so its period begins anew with the next deploy.`;
  }
  const until = rfc3339(clock.deadline);
  return `${began}, recoverable until ${until} as its objects say. Compare that with what you know.`;
}

function foreignObject({ address, id, marks }: Candidate): Problem {
  const project = quoteName(marks[PROJECT_NAME_ANNOTATION] ?? '');
  return {
    code: 'recover/foreign',
    message: `${quoteName(id)} exists already and is not marked as an object of ${quoteName(project)}: it is left alone.`,
    remedy:
      'Give the project or the item another name. `adoptNamespace: true` takes over a whole namespace.',
    path: address,
  };
}
