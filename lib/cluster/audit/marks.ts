import { quoteName } from '../../base/inert.js';
import {
  PERIOD_ANNOTATION,
  PROJECT_LABEL,
  PROJECT_NAME_ANNOTATION,
  STACK_ANNOTATION,
  TEMPLATE_NAME_ANNOTATION,
} from '../../model/marks.js';
import type { LiveValues } from '../../state/live-values.js';
import { type AuditFinding, finding } from './finding.js';
import { type ClusterObject, nameOf } from './object.js';

interface Marked {
  readonly stack: string;
  readonly target: string;
  readonly live?: LiveValues;
}

/** Labels and annotations that say where an object belongs. */
const MARKS = [PROJECT_LABEL, PROJECT_NAME_ANNOTATION, STACK_ANNOTATION, TEMPLATE_NAME_ANNOTATION];

/** What an object says of itself, held against what the state wrote on it. */
export function auditMarks(expected: Marked, object: ClusterObject): readonly AuditFinding[] {
  const { live, stack } = expected;
  if (live === undefined) return [];
  const there = { ...object.labels, ...object.annotations };
  const differing = MARKS.filter(
    (key) => live.marks[key] !== undefined && there[key] !== live.marks[key],
  );
  const marks = differing.map((key) =>
    finding(
      'object/marks',
      nameOf(object),
      `${key} is ${quoteName(String(there[key] ?? ''))} in the cluster and ${quoteName(live.marks[key] ?? '')} in the state of ${stack}.`,
      `Deploy ${stack}: a pipeline writes it again. A label that protects can't be changed there: if it is ${PROJECT_LABEL}, find out who was without the policies.`,
    ),
  );
  return [...marks, ...wrongPeriod(expected, object)];
}

function wrongPeriod({ live, stack, target }: Marked, object: ClusterObject) {
  const [should, is] = [live?.marks[PERIOD_ANNOTATION], object.annotations[PERIOD_ANNOTATION]];
  if (should === undefined || is === should) return [];
  const [wanted, there] = [secondsOf(should), secondsOf(is ?? '')];
  const isRaised = wanted !== undefined && there !== undefined && there > wanted;
  return [
    finding(
      'object/period',
      nameOf(object),
      `The period of ${quoteName(target)} is ${quoteName(is ?? 'not set')} in the cluster and ${quoteName(should)} in the state of ${stack}.`,
      isRaised
        ? `The cluster lets a period only grow, so a deployment of ${stack} is refused. Have an approver allow the shorter one: kubectl annotate ${wordsFor(object)} "reprieve.dev/shorter-period-approved=USER ${object.uid} ${is} ${should}", then deploy.`
        : `Deploy ${stack}: the cluster then has the state's.`,
    ),
  ];
}

/** However long: what somebody wrote into a cluster need not be a period that we would take. */
function secondsOf(text: string): number | undefined {
  const [all, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  if (all === undefined || all === '') return undefined;
  return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}

/** An object as kubectl takes it. */
export function wordsFor({
  kind,
  namespace,
  name,
}: Pick<ClusterObject, 'kind' | 'name' | 'namespace'>): string {
  const where = namespace === undefined ? '' : ` --namespace ${namespace}`;
  return `${kind.toLowerCase()} ${name}${where}`;
}

/** Finalizers that Kubernetes sets and takes away itself. */
const KUBERNETES_OWN = /(?:^|\.)kubernetes\.io\/|^(?:orphan|foregroundDeletion)$/;

/** Finalizers would hold up the reclamation of what is protected. */
export function auditFinalizers(objects: readonly ClusterObject[]): readonly AuditFinding[] {
  return objects.flatMap((object) => {
    const foreign = object.finalizers.filter((each) => !KUBERNETES_OWN.test(each));
    if (foreign.length === 0) return [];
    return [
      finding(
        'object/finalizer',
        nameOf(object),
        `${foreign.map(quoteName).join(', ')} will hold up its reclamation, and the namespace's with it.`,
        `The policies let nobody take a finalizer away before the deletion is due. When it is, the controller that set it has to do its work; if there is none: kubectl patch ${wordsFor(object)} --type merge -p '{"metadata":{"finalizers":null}}'`,
      ),
    ];
  });
}
