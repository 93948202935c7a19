import { isRecord, memberOf } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import { rfc3339 } from '../../base/timestamp.js';
import { type AuditFinding, finding } from './finding.js';

/** Where the API servers' leases are: the cluster's own clock. */
export const LEASES =
  '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?labelSelector=apiserver.kubernetes.io%2Fidentity%3Dkube-apiserver';

/** An API server renews its lease every 10 seconds. */
const LONGEST = 60_000;

/** Looks whether the clock of the admission policies goes, by the time of whoever asks. */
export function auditLeases(leases: readonly unknown[], now: Date): readonly AuditFinding[] {
  if (leases.length === 0) return [noClock()];
  return leases.flatMap((lease) => {
    const name = memberOf(memberOf(lease, 'metadata'), 'name');
    const spec = memberOf(lease, 'spec');
    const text = isRecord(spec) ? spec['renewTime'] : undefined;
    const renewed = typeof text === 'string' ? Date.parse(text) : Number.NaN;
    const path = `Lease kube-system/${typeof name === 'string' ? name : '?'}`;
    return judge(path, Number.isNaN(renewed) ? undefined : renewed, now);
  });
}

function judge(path: string, renewed: number | undefined, now: Date): readonly AuditFinding[] {
  if (renewed === undefined) return [stopped(path, 'never')];
  const age = now.getTime() - renewed;
  if (age > LONGEST) return [stopped(path, rfc3339(new Date(renewed)))];
  return age < -LONGEST ? [ahead(path, new Date(renewed))] : [];
}

function noClock(): AuditFinding {
  return finding(
    'lease/none',
    'Lease kube-system',
    'No API server has an identity lease: the admission policies have no clock, so every deletion is denied.',
    'Turn the feature APIServerIdentity on again; it is on by default since Kubernetes 1.26.',
  );
}

function stopped(path: string, when: string): AuditFinding {
  return finding(
    'lease/stopped',
    path,
    `This API server's lease was renewed ${when === 'never' ? 'never' : `last at ${when}`}, more than a minute ago: the cluster's clock stands still and deletions wait.`,
    'If that API server is gone, Kubernetes collects its lease within about an hour, or delete the lease by hand. Otherwise look at the API server, and at the clock of this machine.',
  );
}

function ahead(path: string, renewed: Date): AuditFinding {
  return finding(
    'lease/ahead',
    path,
    `This API server's lease was renewed at ${quoteName(rfc3339(renewed))}, which is still to come: deadlines would be over too early.`,
    'Compare the clocks of this machine and of the API server. If both are right, somebody forged the lease: find out who may impersonate, and don’t deploy until it is right.',
  );
}
