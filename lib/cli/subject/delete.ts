import { quoteName } from '../../base/inert.js';
import { rfc3339Seconds } from '../../base/timestamp.js';
import { type DeletionRequest, isFor } from '../../files/deletions.js';
import { replaceRequest } from '../../files/deletions-edit.js';
import type { DeletionEntry } from '../../files/documents.js';
import { DELETIONS_FILE } from '../../files/file-names.js';
import { lockedProject } from '../../files/projects-lock.js';
import { checkReason } from '../../files/reason.js';
import { stackSettings } from '../../files/settings.js';
import { restoreCommand } from '../../model/commands.js';
import { RESOURCES } from '../../model/deletion-target.js';
import { applyRequest } from '../deploy/apply-request.js';
import type { DeployOptions } from '../deploy/deployment.js';
import { approvalFor, type NeededApproval, sayApproval } from '../reclamation/hard-deletion.js';
import { describeTarget, selectionOf } from '../reclamation/request.js';
import { requesterIn } from '../reclamation/requester.js';
import { EXIT, type ExitCode, type Io, misuse, refuse, say } from '../terminal/io.js';
import { announce, type DisplayOptions } from '../terminal/output.js';
import { ask, confirm } from '../terminal/prompt.js';
import { printResult } from '../terminal/result.js';
import { type Located, locate } from '../workspace/locate.js';
import { withSelected } from '../workspace/selected.js';
import { Workspace } from '../workspace/workspace.js';
import { nameIn, type Selection, type Subject } from './subject.js';

export interface DeleteOptions extends Selection, DeployOptions, DisplayOptions {
  /** At once, and for good. @default false */
  readonly hard?: boolean;
  /** Without a confirmation. @default false */
  readonly force?: boolean;
  readonly reason?: string;
}

/**
 * `project delete`, `secret delete`, `job delete`: writes the request into deletions.yaml, and
 * carries it out if so wished.
 */
export async function deleteOne(
  io: Io,
  subject: Subject,
  argument: string | undefined,
  given: DeleteOptions,
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const name = nameIn(argument, given);
  const options = withSelected(io, workspace, subject, given, name);
  const located = await locate(io, workspace, subject, argument, options);
  return requestDeletion(io, workspace, located, options);
}

/** Requests the deletion of something that was found. */
export async function requestDeletion(
  io: Io,
  workspace: Workspace,
  located: Located,
  options: DeleteOptions,
): Promise<ExitCode> {
  const known = requestOf(workspace, located);
  if (known !== undefined) refuseAnother(known, located, options);
  const approval =
    options.hard === true ? await approvalFor(io, workspace, located, known) : undefined;
  const entry =
    known?.mode === 'hard' ? undefined : await entryFor(io, workspace, located, options);
  if (!(await isConfirmed(io, located, options))) return EXIT.findings;
  announce(io, options, `${doing(options)} ${describeTarget(located)}...`);
  const undo = entry === undefined ? async () => {} : await write(workspace, located, known, entry);
  const wanted = options.hard === true ? 'hard deleted' : 'soft deleted';
  const done = await applyRequest(io, workspace, { located, wanted, undo }, options);
  if (done.code === EXIT.ok) announce(io, options, 'OK');
  if (options.quiet !== true && options.deploy !== true) sayNext(io, workspace, located, approval);
  printResult(io, options, {
    action: 'delete',
    located,
    mode: options.hard === true ? 'hard' : 'soft',
    done,
    approval,
  });
  return done.code;
}

function doing({ hard }: DeleteOptions): string {
  return hard === true ? 'Hard deleting' : 'Deleting';
}

function requestOf(workspace: Workspace, { stack, target }: Located): DeletionRequest | undefined {
  return workspace.requests().find((request) => request.target === target && isFor(request, stack));
}

/** After a soft delete, another is accepted only with --hard. */
function refuseAnother(known: DeletionRequest, located: Located, options: DeleteOptions): void {
  const { target, stack } = located;
  const restore = restoreCommand(target, stack);
  if (known.mode === 'hard' && options.hard === true) {
    if (known.approvals.length > 0 && options.deploy === true) return;
    refuse({
      code: 'deletion/requested',
      message: `The hard deletion of ${describeTarget(located)} is requested already, by ${quoteName(known.requestedBy)}${known.approvals.length > 0 ? ', and approved' : ', and waits for an approval'}.`,
      remedy: `Add --deploy to carry it out once it is approved. To keep it instead: ${restore}`,
      source: known.source,
    });
  }
  if (options.hard === true) return;
  refuse({
    code: 'deletion/requested',
    message: `The deletion of ${describeTarget(located)} is requested already, by ${quoteName(known.requestedBy)} at ${known.requestedAt}.`,
    remedy: `npx reprieve deploy ${stack} carries it out. Only --hard is accepted now: it deletes at once, and can’t be taken back. To keep it instead: ${restore}`,
    source: known.source,
  });
}

async function entryFor(
  io: Io,
  workspace: Workspace,
  { stack, target }: Located,
  options: DeleteOptions,
): Promise<DeletionEntry> {
  const reason =
    options.reason ??
    (await ask(
      io,
      'Reason, for those who will wonder later> ',
      'Say why: --reason "…". Without a terminal, --force is needed too.',
    ));
  const tooShort = checkReason(reason);
  if (tooShort !== undefined) misuse(tooShort);
  return {
    stack,
    target,
    mode: options.hard === true ? 'hard' : 'soft',
    reason,
    requestedBy: requesterIn(workspace.folder, io.env),
    requestedAt: rfc3339Seconds(io.now()),
    ...(options.hard === true ? { confirm: target } : {}),
  };
}

async function isConfirmed(io: Io, located: Located, options: DeleteOptions): Promise<boolean> {
  if (options.force === true) return true;
  const what = describeTarget(located).replaceAll("'", '');
  if (options.hard !== true) return confirm(io, `Are you sure you want to delete ${what}?`);
  const { target } = located;
  const question = `This can’t be taken back. To hard delete ${what}, type ${target}> `;
  if ((await ask(io, question, 'Add --force.')) === target) return true;
  say(io, 'That is another name: nothing was changed.');
  return false;
}

/**
 * The file is read again once it is locked, and the new text before it is written.
 *
 * @returns what takes the request back
 */
async function write(
  workspace: Workspace,
  located: Located,
  known: DeletionRequest | undefined,
  entry: DeletionEntry,
): Promise<() => Promise<void>> {
  const key = known === undefined ? located : selectionOf(known);
  let [before, after] = ['', ''];
  await workspace.edit(DELETIONS_FILE, (text) => {
    workspace.requestsIn(text === '' ? undefined : text);
    before = text;
    after = replaceRequest(text, key, entry);
    workspace.requestsIn(after);
    return after;
  });
  return () => workspace.edit(DELETIONS_FILE, (text) => (text === after ? before : text));
}

function sayNext(
  io: Io,
  workspace: Workspace,
  { stack, target, project, isProject }: Located,
  approval: NeededApproval | undefined,
): void {
  if (approval !== undefined) {
    sayApproval(io, approval, stack);
    return;
  }
  const own = lockedProject(workspace.lock(), { stack, project })?.spec.period;
  const known = own ?? stackSettings(workspace.settings(), stack).period.text;
  // The period of other resources is in their code, which can't be asked.
  const period = isProject === false ? 'its period' : known;
  const keep = isProject === false || target.includes(`/${RESOURCES}/`);
  say(
    io,
    [
      `The request is in ${DELETIONS_FILE}: commit it, and have it reviewed.`,
      ...(keep
        ? ['Keep its code until the deletion is over: it can’t be rebuilt from the lock.']
        : []),
      `Carry it out: npx reprieve deploy ${stack}. From then on it can be taken back for ${period}:`,
      `${restoreCommand(target, stack)}`,
    ].join('\n'),
  );
}
