import { expect, it } from 'vitest';
import { stateView } from '../../lib/certificate/state-view.js';

const uidsIn = (...resources: readonly object[]) =>
  stateView({
    values: { root_module: { resources: resources.map((it) => ({ mode: 'managed', ...it })) } },
  }).objects.map(({ uid }) => uid);

it('has Kubernetes’ own uids, and of other resources their ids', () => {
  const metadata = [{ name: 'db', namespace: 'billing', uid: 'uid-1' }];
  expect(
    uidsIn(
      {
        ...{ address: 'kubernetes_secret_v1.db', type: 'kubernetes_secret_v1' },
        values: { id: 'billing/db', metadata },
      },
      { address: 'aws_s3_bucket.b', type: 'aws_s3_bucket', values: { id: 'bucket-1' } },
    ),
  ).toEqual(['uid-1', 'bucket-1']);
});

it('takes neither a name for a uid, which a namesake has too, nor what is sensitive', () => {
  const metadata = [{ name: 'db', namespace: 'billing' }];
  expect(
    uidsIn(
      {
        ...{ address: 'kubernetes_secret_v1.db', type: 'kubernetes_secret_v1' },
        values: { id: 'billing/db', metadata },
      },
      {
        ...{ address: 'x_token.t', type: 'x_token', values: { id: 'canary' } },
        sensitive_values: { id: true },
      },
      {
        ...{ address: 'x_token.u', type: 'x_token', values: { id: 'canary' } },
        sensitive_values: true,
      },
    ),
  ).toEqual([undefined, undefined, undefined]);
});
