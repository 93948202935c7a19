import { escapeInvisible } from '../../base/inert.js';
import { lockedProject, type ProjectsLock } from '../../files/projects-lock.js';
import type { Entry } from '../../state/inventory.js';
import { type StandingOptions, withCluster } from '../cluster/standing.js';
import { EXIT, type ExitCode, type Io } from '../terminal/io.js';
import { type DisplayOptions, printData, talk } from '../terminal/output.js';
import { findResident, sayUnread, takeInventory } from '../workspace/inventory.js';
import { withSelected } from '../workspace/selected.js';
import { Workspace } from '../workspace/workspace.js';
import { details, itemsIn, periodOf } from './details.js';
import { isOf, NOUN, nameIn, type Selection, type Subject } from './subject.js';
import { configMapOf, imagesOf, jobOf, secretOf, toListRow } from './views.js';

/** `project get`, `secret get`, `job get`: everything that is known of one. */
export async function get(
  io: Io,
  subject: Subject,
  argument: string | undefined,
  given: DisplayOptions & Selection & StandingOptions,
): Promise<ExitCode> {
  const name = nameIn(argument, given) ?? given.guid ?? '';
  const workspace = Workspace.find(io);
  const options = withSelected(io, workspace, subject, given, name);
  talk(io, options, `Getting ${NOUN[subject]} '${escapeInvisible(name)}'...`);
  const read = await takeInventory(io, workspace, options.stack);
  const inventory = await withCluster(io, read, options, (each) => isOf(subject, each));
  sayUnread(io, inventory);
  const isWhole = inventory.unread.length === 0;
  if (!isWhole && inventory.residents.length === 0) return EXIT.engine;
  const resident = findResident(inventory, subject, argument, options);
  talk(io, options, 'OK', '');
  const { lock } = inventory;
  const { remaining, gone } = resident;
  const common = { ...toListRow(lock, resident), remaining, gone };
  const data =
    resident.item === undefined
      ? {
          ...common,
          period: periodOf(inventory, resident) ?? null,
          quota: lockedProject(lock, resident)?.spec.quota ?? null,
          items: itemsIn(inventory, resident).map(({ target, status }) => ({ target, status })),
          images: imagesOf(lock, resident),
        }
      : { ...common, specification: specificationOf(lock, resident) };
  printData(io, options, data, () => details(inventory, resident, io.now()));
  return isWhole ? EXIT.ok : EXIT.engine;
}

function specificationOf(lock: ProjectsLock, resident: Entry) {
  return jobOf(lock, resident) ?? secretOf(lock, resident) ?? configMapOf(lock, resident) ?? null;
}
