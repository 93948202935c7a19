import { type StandingOptions, withCluster } from '../cluster/standing.js';
import { reclamationDetails } from '../subject/details.js';
import type { Selection } from '../subject/subject.js';
import { EXIT, type ExitCode, type Io } from '../terminal/io.js';
import { type DisplayOptions, printData, talk } from '../terminal/output.js';
import {
  findReclamation,
  isReclamation,
  sayUnread,
  takeInventory,
} from '../workspace/inventory.js';
import { Workspace } from '../workspace/workspace.js';
import { reclamationData } from './list.js';

/** `reclamation get`: one deletion, with what goes with it. */
export async function getReclamation(
  io: Io,
  argument: string | undefined,
  options: DisplayOptions & Selection & StandingOptions,
): Promise<ExitCode> {
  talk(io, options, 'Getting reclamation...');
  const read = await takeInventory(io, Workspace.find(io), options.stack);
  const inventory = await withCluster(io, read, options, isReclamation);
  sayUnread(io, inventory);
  const isWhole = inventory.unread.length === 0;
  if (!isWhole && inventory.residents.length === 0) return EXIT.engine;
  const resident = findReclamation(inventory, argument, options);
  talk(io, options, 'OK', '');
  printData(io, options, reclamationData(resident), () =>
    reclamationDetails(inventory, resident, io.now()),
  );
  return isWhole ? EXIT.ok : EXIT.engine;
}
