import type { PolicyDocument } from '../../lib/model/policy-document.js';

/** A policy of which only what matters to a test is said. */
export function policyDocument(changes: Partial<PolicyDocument>): PolicyDocument {
  return {
    id: 'x',
    title: 'X',
    category: 'x',
    why: 'x',
    remediation: 'x',
    target: 'resource',
    schema: {},
    ...changes,
  };
}
