import { type FoundDeletion, recoveredRecords } from '../../cluster/recovery/records.js';
import type { Candidate } from '../../engine/candidates.js';
import { findUnnoted } from '../../engine/recover.js';
import { named } from '../../model/inert.js';
import { PROJECT_NAME_ANNOTATION } from '../../model/marks.js';
import { plural } from '../../model/plural.js';
import type { Problem } from '../../model/problem.js';
import { withoutIndex } from '../../reclamation/address.js';
import { rfc3339 } from '../../reclamation/timestamp.js';
import { EXIT, type ExitCode, type Io, print, say, sayProblems } from '../io.js';
import { confirm } from '../prompt.js';
import { requireEngine } from '../stack-state.js';
import { pickStack, synthesized, Workspace } from '../workspace.js';

/**
 * `recover [STACK]`: takes into the state what a killed deploy has made in the cluster without
 * noting it, or what a lost state knew, so that the next deploy goes on instead of finding that
 * everything exists already. Running deletions keep the deadlines that their objects carry.
 */
export async function recoverStack(
  io: Io,
  name: string | undefined,
  options: { readonly force?: boolean },
): Promise<ExitCode> {
  const stack = pickStack(Workspace.find(io).synthesize(), name);
  if (stack.target === 'sandbox') {
    say(io, `${stack.name} is a sandbox: it has nothing outside of its state.`);
    return EXIT.ok;
  }
  const found = await findUnnoted(requireEngine(io), { cwd: stack.folder, env: io.env });
  const code = found.foreign.length > 0 ? EXIT.findings : EXIT.ok;
  if (found.foreign.length > 0) sayProblems(io, found.foreign.map(foreignObject));
  if (found.ours.length === 0) {
    say(io, `The state of ${stack.name} knows every object that carries its marks.`);
    return code;
  }
  for (const { address, id } of found.ours) print(io, `${address}  ${id}`);
  const objects = found.ours.map((it) => ({ ...it, address: withoutIndex(it.address) }));
  const { deletions, records } = recoveredRecords(synthesized(stack), objects, io.now());
  for (const each of deletions) say(io, aboutDeletion(each));
  const count = plural(found.ours.length, 'object');
  const question = `Are you sure you want to take ${count} into the state of '${stack.name}'?`;
  if (options.force !== true && !(await confirm(io, question))) return EXIT.findings;
  await found.adopt(records);
  say(io, `${count} taken into the state. Go on with: npx cdktf deploy ${stack.name}`);
  return code;
}

function aboutDeletion({ target, clock }: FoundDeletion): string {
  const began = `${named(target)}: soft-deleted`;
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
  const project = named(marks[PROJECT_NAME_ANNOTATION] ?? '');
  return {
    code: 'recover/foreign',
    message: `${named(id)} exists already and is not marked as an object of ${project}: it is left alone.`,
    remedy:
      'Give the project or the item another name. `adoptNamespace: true` takes over a whole namespace.',
    path: address,
  };
}
