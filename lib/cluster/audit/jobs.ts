import { isRecord, memberOf } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import { type AuditFinding, finding } from './finding.js';
import { type ClusterObject, isSoftDeleted, nameOf, readObject } from './object.js';

/** Finds the jobs that still run in projects whose deletion has begun. */
export function auditJobs(
  namespaces: readonly ClusterObject[],
  jobs: readonly unknown[],
): readonly AuditFinding[] {
  const deleted = new Map(namespaces.filter(isSoftDeleted).map((it) => [it.name, it]));
  return jobs.flatMap((job) => {
    const object = readObject('Job', memberOf(job, 'metadata'));
    const namespace = object?.namespace;
    if (object === undefined || namespace === undefined || !isRunning(job)) return [];
    return deleted.has(namespace) ? [running(object, namespace)] : [];
  });
}

/** Until it has finished, one way or the other; a suspended job has no pods. */
function isRunning(job: unknown): boolean {
  const status = memberOf(job, 'status');
  const conditions = memberOf(status, 'conditions');
  const finished = (Array.isArray(conditions) ? conditions : []).some(
    (it) =>
      isRecord(it) &&
      it['status'] === 'True' &&
      /^(Complete|Failed|Suspended)$/.test(String(it['type'])),
  );
  return !finished;
}

function running(job: ClusterObject, namespace: string): AuditFinding {
  return finding(
    'job/running',
    nameOf(job),
    `This job goes on in ${quoteName(namespace)}, a project whose deletion has begun. It will be cut off when the project is reclaimed.`,
    `Let it finish, or end it: kubectl delete job ${job.name} --namespace ${namespace}. New ones can't start.`,
  );
}
