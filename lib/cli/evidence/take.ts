import { createHash } from 'node:crypto';
import { relative, resolve } from 'node:path';
import { memberOf } from '../../base/guards.js';
import { inert, quoteName } from '../../base/inert.js';
import type { Evidence, EvidenceState } from '../../certificate/evidence.js';
import { gatherEvidence } from '../../certificate/gather.js';
import { sha256 } from '../../certificate/hash.js';
import { type PlanView, planView } from '../../certificate/plan-view.js';
import { type StateView, stateView } from '../../certificate/state-view.js';
import { ClusterError } from '../../engine/cluster.js';
import type { Engine } from '../../engine/find.js';
import { readRawState } from '../../engine/raw-state.js';
import { mustRun } from '../../engine/run.js';
import { readState } from '../../engine/state.js';
import { requestsFor } from '../../files/deletions.js';
import { readProjectFile } from '../../files/disk.js';
import type { DeletionTarget } from '../../model/deletion-target.js';
import { formatTarget } from '../../model/deletion-target.js';
import { loadPlan } from '../../plan/load-plan.js';
import { placesOf } from '../../state/address.js';
import type { Member } from '../../state/records.js';
import { membersOf, readStackState, type StackState, statusOf } from '../../state/state.js';
import { type ClusterOptions, clusterOf } from '../cluster/access.js';
import { version } from '../command/version.js';
import { chunksOf } from '../plan/chunks.js';
import { CommandFailure, EXIT, type Io, misuse } from '../terminal/io.js';
import { requireEngine } from '../workspace/stack-state.js';
import { readSynthesized, type Stack, type Workspace } from '../workspace/workspace.js';
import { type ClusterView, clusterView } from './cluster.js';

/** How evidence is taken. */
export interface Taking extends ClusterOptions {
  readonly takenBy: Evidence['takenBy'];
}

/** What is read of a stack once, for the evidence of everything that it deletes. */
export interface StackReading {
  readonly plan: PlanView | undefined;
  readonly state: StackState;
  readonly view: StateView;
  readonly about: EvidenceState;
}

/**
 * Reads a stack's state, and a plan where one is named.
 *
 * @param file the JSON of the plan
 */
export async function readStack(
  io: Io,
  workspace: Workspace,
  stack: Stack,
  file?: string,
): Promise<StackReading> {
  const engine = requireEngine(io);
  const plan =
    file === undefined ? undefined : await readPlanView(workspace, stack, resolve(io.cwd, file));
  const json = await readState(engine, { cwd: stack.folder, env: io.env });
  const { value: state, problems } = readStackState(json);
  if (state === undefined) throw new CommandFailure(EXIT.engine, problems);
  return { plan, state, view: stateView(json), about: await aboutState(io, engine, stack) };
}

/** Puts together what plan, state and cluster know of a deletion's objects. */
export async function takeEvidence(
  io: Io,
  workspace: Workspace,
  stack: Stack,
  parts: DeletionTarget,
  taking: Taking,
  { plan, state, view, about }: StackReading,
): Promise<Evidence> {
  const target = formatTarget(parts);
  const members = membersOf(state, target);
  if (plan !== undefined && isOfAnother(plan, view, members, state.uids))
    misuse(otherPlan(plan, target));
  const unread: string[] = [];
  const cluster = await clusterFor(io, workspace, stack, parts, taking, {
    view,
    plan,
    members,
    unread,
  });
  const { deletedAt, reclaimAfter } = statusOf(state, target);
  const id = state.reclamationIds.get(target);
  return gatherEvidence({
    stack: stack.name,
    target,
    takenBy: taking.takenBy,
    now: io.now(),
    tool: version(),
    request: requestsFor(workspace.requests(), stack.name).find((each) => each.target === target),
    members,
    deletion:
      deletedAt === undefined || reclaimAfter === undefined
        ? undefined
        : { deletedAt, reclaimAfter, ...(id === undefined ? {} : { id }) },
    state: { ...view, about },
    plan,
    cluster,
    configuration: configurationOf(stack),
    unread,
  });
}

async function readPlanView(workspace: Workspace, stack: Stack, file: string) {
  const shown = relative(workspace.folder, file);
  const hash = createHash('sha256');
  async function* hashed() {
    for await (const chunk of chunksOf(file)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  try {
    const { value, problems } = await loadPlan(hashed(), { stack: stack.name });
    if (value === undefined) {
      return misuse(...problems.map((each) => ({ ...each, source: { file: shown } })));
    }
    return planView(value, shown, hash.digest('hex'));
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    return misuse({
      code: 'cli/plan-unreadable',
      message: `The plan ${quoteName(shown)} can't be read: ${error instanceof Error ? error.message : String(error)}.`,
      remedy: 'Give the file that `terraform show -json PLAN` was written to.',
    });
  }
}

/**
 * Whether a plan is of other objects than the state had: of another stage, or of an earlier life of
 * the name. Then its uids would be taken for those of what is deleted now.
 */
function isOfAnother(
  plan: PlanView,
  { objects }: StateView,
  members: readonly Member[],
  roots: ReadonlyMap<string, string>,
): boolean {
  const now = new Map(objects.map(({ address, uid }) => [address, uid]));
  return plan.ending.some(({ address, uid, object }) => {
    if (uid === undefined) return false;
    const member = members.find((each) => placesOf(address).includes(each.address));
    const alone = members.filter(({ target }) => target === member?.target).length === 1;
    const isRoot = alone || object?.resource === 'namespace';
    const root = isRoot ? roots.get(member?.target ?? '') : undefined;
    return [root, now.get(address)].some((each) => each !== undefined && each !== uid);
  });
}

function otherPlan({ file }: PlanView, target: string) {
  return {
    code: 'evidence/other-plan',
    message: `${quoteName(file)} deletes other objects than those of ${quoteName(target)}: their uids differ from what the state has.`,
    remedy: 'Give the plan of this stack that reclaimed, or leave --plan out.',
  };
}

interface Known {
  readonly view: StateView;
  readonly plan: PlanView | undefined;
  readonly members: readonly { readonly address: string }[];
  readonly unread: string[];
}

/** What the cluster says, or a note that it said nothing: a deployment doesn't wait for it. */
async function clusterFor(
  io: Io,
  workspace: Workspace,
  stack: Stack,
  parts: DeletionTarget,
  options: ClusterOptions,
  { view, plan, members, unread }: Known,
): Promise<ClusterView | undefined> {
  if (stack.target !== 'kubernetes') return undefined;
  const addresses = new Set(members.map(({ address }) => address));
  const known = [...view.objects, ...(plan?.ending ?? [])]
    .filter(({ address }) => placesOf(address).some((it) => addresses.has(it)))
    .flatMap(({ object }) => object ?? []);
  try {
    const cluster = clusterOf(io, options, stack);
    return await clusterView(cluster, workspace.lock(), { ...parts, stack: stack.name }, known);
  } catch (error) {
    if (!ClusterError.isClusterError(error) && !(error instanceof CommandFailure)) throw error;
    const [why = ''] = error.message.split('\n');
    unread.push(`The cluster was not read. ${inert(why)}`);
    return undefined;
  }
}

async function aboutState(io: Io, engine: Engine, stack: Stack): Promise<EvidenceState> {
  const options = { cwd: stack.folder, env: io.env };
  const text = await mustRun(engine, ['state', 'pull'], options);
  const { lineage, serial } = readRawState(engine, text);
  return { backend: backendOf(stack).name, lineage, serial };
}

/** The stack's backend, with its settings as Terraform gets them. */
export function backendOf(stack: Stack): { readonly name: string; readonly settings: unknown } {
  const terraform = memberOf(readSynthesized(stack), 'terraform');
  const cloud = memberOf(terraform, 'cloud');
  // HCP Terraform has a block of its own, in place of a backend.
  if (cloud !== undefined) return { name: 'cloud', settings: cloud };
  const backend = memberOf(terraform, 'backend');
  const [name = 'local'] = Object.keys(Object(backend));
  return { name, settings: memberOf(backend, name) };
}

function configurationOf(stack: Stack): string | undefined {
  const { text } = readProjectFile(stack.folder, 'cdk.tf.json');
  return text === undefined ? undefined : sha256(text);
}
