import { describe, expect, it } from 'vitest';
import { checkJobTemplate } from '../../lib/model/job-template.js';
import { checkSecret } from '../../lib/model/secret.js';

const job = (more: object) =>
  checkJobTemplate('nightly', { image: 'a/b:1', ...more }).problems.map(
    ({ code, message }) => `${code} ${message}`,
  );

describe('what the platform has, and nothing here', () => {
  it.each([
    [{ runComputeResourceTokenEnabled: true }, /^item\/not-covered .*IAM/],
    [{ run_compute_resource_token_enabled: false }, /^item\/not-covered .*IAM/],
    [{ mounts: [{ path: '/data', persistentDataStore: 'b' }] }, /mounts\[0\]\.persistentDataStore/],
    [{ mounts: [{ path: '/data', secret: 'b', subPath: 'x' }] }, /mounts\[0\]\.subPath/],
    [{ mounts: [{ path: '/data', secret: 'b', readOnly: true }] }, /always read-only/],
    [{ allowedOutboundDestinations: [] }, /restricts only what comes in/],
  ])('is refused with the reason: %o', (more, reason) => {
    const found = job(more);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(reason);
    expect(found[0]).toContain('is not covered');
  });

  it.each(['other', 'service_access', 'service_operator'])('as a format: %s', (format) => {
    const { problems } = checkSecret({ format } as never);
    expect(problems).toMatchObject([{ code: 'item/not-covered' }]);
    expect(problems[0]?.remedy).toContain('Secret.generic');
  });

  it('does not hide a name that is merely unknown', () => {
    expect(job({ colour: 'red' })[0]).toContain('item/unknown-property');
    expect(job({ readOnlyy: 1 })[0]).toContain('item/unknown-property');
  });
});
