import type { Check } from './check.js';
import { checksOf } from './checks.js';
import type { Evidence, EvidencePlan, EvidenceRecord } from './evidence.js';
import type { Facts } from './facts.js';

/**
 * What the checks come to. `incomplete`: something of the deletion is still there. `unproven`: nothing
 * was found, and not everything that counts could be looked at. `deleted`: the objects are gone.
 */
export type CertificateVerdict = 'deleted' | 'unproven' | 'incomplete';

/** A statement of what was deleted, and of what was looked at since. */
export interface Certificate {
  readonly schemaVersion: 1;
  readonly verdict: CertificateVerdict;
  readonly stack: string;
  readonly target: string;
  /** RFC 3339. */
  readonly checkedAt: string;
  /** The version of Reprieve. */
  readonly tool: string;
  /** When the objects were deleted: not before and not after. */
  readonly deletedBetween: readonly [string, string];
  readonly request: Evidence['request'];
  readonly deletion: Evidence['deletion'];
  readonly hardDeletion: Evidence['hardDeletion'];
  readonly objects: Evidence['objects'];
  readonly checks: readonly Check[];
  /** What the evidence itself didn't know. */
  readonly unknown: readonly string[];
  /** By what it can be checked later. */
  readonly hashes: CertificateHashes;
  /** What the checks were made from. */
  readonly facts: Facts;
}

/** All are SHA-256, in hexadecimal digits. */
export interface CertificateHashes {
  readonly evidence: { readonly file: string; readonly sha256: string };
  readonly plan: Pick<EvidencePlan, 'file' | 'sha256'> | null;
  readonly configuration: string | null;
  readonly records: readonly Pick<EvidenceRecord, 'address' | 'kind' | 'target' | 'sha256'>[];
}

/** Which evidence a certificate is made from. */
export interface EvidenceFile {
  /** Relative to the folder of main.ts. */
  readonly file: string;
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly evidence: Evidence;
}

/** When, and by which version of Reprieve. */
export interface Checked {
  readonly checkedAt: string;
  readonly tool: string;
}

/** The certificate that evidence and facts make: the same ones, the same certificate. */
export function certificateOf(
  { file, sha256, evidence }: EvidenceFile,
  facts: Facts,
  { checkedAt, tool }: Checked,
): Certificate {
  const checks = checksOf(evidence, facts);
  return {
    schemaVersion: 1,
    verdict: verdictOf(checks),
    stack: evidence.stack,
    target: evidence.target,
    checkedAt,
    tool,
    deletedBetween: [goneFrom(evidence), checkedAt],
    request: evidence.request,
    deletion: evidence.deletion,
    hardDeletion: evidence.hardDeletion,
    objects: evidence.objects,
    checks,
    unknown: evidence.unknown,
    hashes: {
      evidence: { file, sha256 },
      plan:
        evidence.plan === null ? null : { file: evidence.plan.file, sha256: evidence.plan.sha256 },
      configuration: evidence.configuration?.sha256 ?? null,
      records: evidence.records.map(({ address, kind, target, sha256: of }) => ({
        address,
        kind,
        target,
        sha256: of,
      })),
    },
    facts,
  };
}

/** As a file has it: the bytes that are signed. */
export function formatCertificate(certificate: Certificate): string {
  return `${JSON.stringify(certificate, null, 2)}\n`;
}

function verdictOf(checks: readonly Check[]): CertificateVerdict {
  const results = checks.filter(({ about }) => about === 'deletion');
  if (results.some(({ result }) => result === 'left')) return 'incomplete';
  // Etcd is behind the API server: whoever can't read it still knows what the API server says.
  const needed = results.filter(({ id }) => id !== 'etcd/current');
  const isProven = needed.every(
    ({ result }) => result === 'confirmed' || result === 'not applicable',
  );
  const isSeen = results.every(({ result }) => result !== 'not known');
  return isProven && isSeen ? 'deleted' : 'unproven';
}

/**
 * The evidence was taken while they were there, unless some were gone already: then not before they
 * could be deleted, and where nobody knows that, before the evidence at any rate.
 */
export function goneFrom({ objects, takenAt, deletion, hardDeletion }: Evidence): string {
  const declared = objects.filter(({ address }) => address !== null);
  if (declared.length > 0 && declared.every(({ inState }) => inState)) return takenAt;
  const from = hardDeletion?.executedAt ?? deletion?.reclaimAfter ?? takenAt;
  return Date.parse(from) < Date.parse(takenAt) ? from : takenAt;
}
