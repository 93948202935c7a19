import { escapeInvisible } from '../base/inert.js';
import type { Certificate, CertificateVerdict } from './certificate.js';
import type { Result } from './check.js';

/** The first sentence of every rendering. It promises no more than the checks below it. */
export function headline({ verdict, checks, facts }: Certificate): string {
  if (verdict !== 'deleted') return VERDICTS[verdict];
  const from = `Deleted from the state${facts.cluster.kind === 'seen' ? ' and the cluster' : ''}`;
  const copies = checks.filter(({ about }) => about === 'copies');
  const left = copies.filter(({ result }) => result === 'left');
  if (left.length > 0)
    return `${from}. Copies remain: ${left.map(({ title }) => title).join('; ')}`;
  const isKnown = copies.every(
    ({ result }) => result === 'confirmed' || result === 'not applicable',
  );
  return isKnown
    ? `${from}, and no copy was found`
    : `${from}. No copy was found, and not every place was looked at`;
}

const VERDICTS: Readonly<Record<Exclude<CertificateVerdict, 'deleted'>, string>> = {
  unproven: 'Not proven: nothing was found, and not everything that counts could be looked at',
  incomplete: 'Not deleted: something is still there',
};

/** How people read a result. */
export const RESULTS_IN_WORDS: Readonly<Record<Result, string>> = {
  confirmed: 'confirmed',
  left: 'still there',
  stated: 'stated by a person',
  'not known': 'not known',
  'not checked': 'not checked',
  'not applicable': 'not applicable',
};

/** The rows of the first table: what was deleted, when, by whose wish. Names are between backticks. */
export function aboutRows(certificate: Certificate): readonly (readonly [string, string])[] {
  const { verdict, stack, target, request, deletion, hardDeletion, deletedBetween } = certificate;
  const [from, to] = deletedBetween;
  const approvals = (request?.approvals ?? []).map(({ by, at }) => `${name(by)} at ${at}`);
  const approved =
    hardDeletion === null
      ? approvals
      : [...approvals, `${name(hardDeletion.approvedBy)}, recorded in state`];
  return [
    ['Target', `${name(target)} of the stack ${name(stack)}`],
    [verdict === 'deleted' ? 'Deleted' : 'What is gone', `between ${from} and ${to}`],
    ...(deletion === null
      ? []
      : ([
          [
            'Soft-deleted',
            `at ${deletion.deletedAt}; could be restored until ${deletion.reclaimAfter}`,
          ],
        ] as const)),
    [
      'Requested',
      request === null ? 'not known' : `by ${name(request.requestedBy)} at ${request.requestedAt}`,
    ],
    ['Reason', request === null ? 'not known' : name(request.reason)],
    ['Mode', request === null ? 'not known' : request.mode],
    ['Approved', approved.length > 0 ? approved.join('; ') : noApproval(certificate)],
    ['Objects', String(certificate.objects.length)],
  ];
}

/** Whole, however long: a reason is not cut here. */
function name(text: string): string {
  return `\`${escapeInvisible(text).replaceAll('`', '\\u0060')}\``;
}

function noApproval({ request }: Certificate): string {
  if (request === null) return 'not known';
  return request.mode === 'soft' ? 'not needed: a soft deletion' : 'nobody';
}

/** The hashes, one a line. */
export function hashRows({ hashes }: Certificate): readonly (readonly [string, string])[] {
  const { evidence, plan, configuration, records } = hashes;
  return [
    [evidence.file, evidence.sha256],
    ...(plan === null ? [] : ([[plan.file, plan.sha256]] as const)),
    ...(configuration === null ? [] : ([['cdk.tf.json', configuration]] as const)),
    ...records.map(({ kind, target, sha256 }) => [`${kind} of ${target}`, sha256] as const),
  ];
}
