import { describe, expect, it } from 'vitest';
import { rewriteForSandbox } from '../../../lib/constructs/targets/sandbox.js';

describe('the sandbox', () => {
  it('keeps an object without what is write-only, and replaces it when its name changes', () => {
    const rewritten = rewriteForSandbox({
      resource: {
        kubernetes_secret_v1: {
          hub: {
            metadata: { name: 'hub', namespace: 'billing' },
            data_wo: { password: '${var.token}' },
            data_wo_revision: 3,
            count: 1,
            lifecycle: { prevent_destroy: true, ignore_changes: ['data_wo_revision'] },
            provider: 'kubernetes.other',
          },
        },
      },
    });
    expect(rewritten).toEqual({
      terraform: {},
      resource: {
        terraform_data: {
          hub: {
            count: 1,
            lifecycle: { prevent_destroy: true },
            input: {
              resource: 'kubernetes_secret_v1',
              metadata: { name: 'hub', namespace: 'billing' },
            },
            triggers_replace: ['kubernetes_secret_v1', 'billing', 'hub'],
          },
        },
      },
    });
  });

  it('drops the provider and imports, and keeps those of others', () => {
    const rewritten = rewriteForSandbox({
      import: [{ id: 'billing', to: 'kubernetes_namespace_v1.ns' }],
      provider: { kubernetes: [{}], aws: [{ region: 'x' }] },
      terraform: {
        backend: { local: { path: 'x' } },
        required_providers: { kubernetes: { version: '2.38.0' }, aws: { version: '5' } },
      },
      resource: { aws_s3_bucket: { b: { bucket: 'b' } } },
    });
    expect(rewritten).toEqual({
      provider: { aws: [{ region: 'x' }] },
      terraform: {
        backend: { local: { path: 'x' } },
        required_providers: { aws: { version: '5' } },
      },
      resource: { aws_s3_bucket: { b: { bucket: 'b' } } },
    });
  });

  it('follows references in dependencies and expressions, and leaves other text alone', () => {
    const rewritten = rewriteForSandbox({
      moved: [{ from: 'kubernetes_namespace_v1.old', to: 'kubernetes_namespace_v1.ns' }],
      output: { uid: { value: '${kubernetes_namespace_v1.ns.id}' } },
      resource: {
        kubernetes_namespace_v1: { ns: { metadata: { name: 'ns' } } },
        kubernetes_config_map_v1: {
          text: {
            data: { note: 'see kubernetes_namespace_v1.ns.id', other: '${kubernetes_x.gone}' },
            depends_on: ['kubernetes_namespace_v1.ns'],
          },
        },
      },
    });
    expect(rewritten).toMatchObject({
      moved: [{ from: 'terraform_data.old', to: 'terraform_data.ns' }],
      output: { uid: { value: '${terraform_data.ns.id}' } },
      resource: {
        terraform_data: {
          text: {
            depends_on: ['terraform_data.ns'],
            input: {
              data: { note: 'see kubernetes_namespace_v1.ns.id', other: '${kubernetes_x.gone}' },
            },
          },
        },
      },
    });
  });
});
