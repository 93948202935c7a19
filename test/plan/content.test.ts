import { describe, expect, it } from 'vitest';
import { contentChange } from '../../lib/plan/content.js';

const policy = (labels: unknown) => ({
  spec: [{ ingress: [{ from: [{ pod_selector: [{ match_labels: labels }] }] }] }],
});
const change = (before: unknown, after: unknown, unknown: unknown = {}) =>
  contentChange('kubernetes_network_policy_v1', { before, after, unknown });

describe('what an object holds', () => {
  it('is the same where a provider writes nothing in another way', () => {
    expect(change(policy(null), policy({}))).toBe('kept');
    expect(change({ data: null }, { data: {} })).toBe('kept');
  });

  it('is another where an element of a list goes', () => {
    const open = { spec: [{ ingress: [{ from: [{ pod_selector: [{}] }] }] }] };
    expect(change(open, { spec: [{ ingress: [{ from: [] }] }] })).toBe('changed');
    expect(change({ data: { a: '1' } }, { data: {} })).toBe('emptied');
    expect(change({ data: { a: '1' } }, { data: { a: '2' } })).toBe('changed');
    expect(change({ data: { a: '1' } }, { data: { a: '1' } }, { data: true })).toBe('emptied');
  });
});
