import { isRecord, memberOf } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import type { Manifest } from '../manifest.js';
import { LEASE_KINDS, LEFT_OUT, PROJECT_KINDS } from '../mutators.js';
import { type AuditFinding, finding, note } from './finding.js';

/** What else a cluster has that takes part in admission, or answers in place of the API server. */
export interface AdmissionObjects {
  readonly mutatingWebhooks: readonly unknown[];
  readonly mutatingPolicies: readonly unknown[];
  readonly validatingWebhooks: readonly unknown[];
  readonly apiServices: readonly unknown[];
}

/** Looks for what could change, answer or hold up requests about what is protected. */
export function auditAdmission(
  { mutatingWebhooks, mutatingPolicies, validatingWebhooks, apiServices }: AdmissionObjects,
  expected: readonly Manifest[],
  installed: readonly unknown[],
): readonly AuditFinding[] {
  return [
    ...mutatingWebhooks.flatMap((it) => judgeMutator('MutatingWebhookConfiguration', it)),
    ...mutatingPolicies.flatMap((it) => judgeMutator('MutatingAdmissionPolicy', it)),
    ...validatingWebhooks.filter((it) => partsOf(it).some(reachesProjects)).map(mayHoldUp),
    ...apiServices.flatMap(judgeApiService),
    ...auditBindings(expected, installed),
  ];
}

/** A webhook of a configuration, or the constraints of a policy. */
interface Part {
  readonly rules: readonly unknown[];
  readonly selector: unknown;
}

function partsOf(object: unknown): readonly Part[] {
  const constraints = memberOf(memberOf(object, 'spec'), 'matchConstraints');
  const webhooks = listIn(object, 'webhooks').map((it) => ({
    rules: listIn(it, 'rules'),
    selector: memberOf(it, 'namespaceSelector'),
  }));
  if (constraints === undefined) return webhooks;
  const rules = listIn(constraints, 'resourceRules');
  return [...webhooks, { rules, selector: memberOf(constraints, 'namespaceSelector') }];
}

type Kinds = Readonly<Record<string, readonly string[]>>;

/** The same question as `mutatorPolicy` asks in CEL. */
function reaches(part: Part, kinds: Kinds, leftOut: keyof typeof LEFT_OUT): boolean {
  const { key, value } = LEFT_OUT[leftOut];
  const isLeftOut = listIn(part.selector, 'matchExpressions').some(
    (it) =>
      memberOf(it, 'key') === key &&
      memberOf(it, 'operator') === 'NotIn' &&
      listIn(it, 'values').includes(value),
  );
  if (isLeftOut) return false;
  return part.rules.some((rule) => {
    const groups = listIn(rule, 'apiGroups');
    const names = listIn(rule, 'resources').map((it) => String(it).split('/')[0] ?? '');
    return Object.entries(kinds).some(
      ([group, own]) =>
        (groups.includes('*') || groups.includes(group)) &&
        names.some((name) => name === '*' || own.includes(name)),
    );
  });
}

const reachesProjects = (part: Part) => reaches(part, PROJECT_KINDS, 'projects');
const reachesLeases = (part: Part) => reaches(part, LEASE_KINDS, 'leases');

function judgeMutator(kind: string, object: unknown): readonly AuditFinding[] {
  const path = `${kind} ${nameIn(object)}`;
  const parts = partsOf(object);
  const isPolicy = kind === 'MutatingAdmissionPolicy';
  const what = isPolicy ? 'mutating-policy' : 'mutating-webhook';
  if (parts.some(reachesLeases)) {
    return [
      finding(
        `admission/${what}`,
        path,
        'It may change the API servers’ leases before the policies see them, and so the time by which everything is reclaimed.',
        LEAVE_OUT('kubernetes.io/metadata.name NotIn [kube-system]', kind, object),
      ),
    ];
  }
  if (!parts.some(reachesProjects)) return [];
  return [
    finding(
      `admission/${what}`,
      path,
      'It may change requests about what is protected before the policies see them, in the name of whoever asks: empty a secret in a pipeline’s own update, or add an approval to an approver’s.',
      LEAVE_OUT('reprieve.dev/protected NotIn ["true"]', kind, object),
    ),
  ];
}

const LEAVE_OUT = (selector: string, kind: string, object: unknown) =>
  `Ask who put it up and why. Have it name its resources, or leave these out (namespaceSelector: ${selector}). If nobody needs it: kubectl delete ${kind.toLowerCase()} ${nameIn(object)}`;

function mayHoldUp(object: unknown): AuditFinding {
  return note(
    'admission/validating-webhook',
    `ValidatingWebhookConfiguration ${nameIn(object)}`,
    'It is asked about what is protected, and can refuse a restore, a deployment or a reclamation.',
    'If one is refused, look there first: a refusal names the webhook. Nothing is lost by it.',
  );
}

/** Groups that the API server itself has, and of which projects have objects. */
function judgeApiService(object: unknown): readonly AuditFinding[] {
  const spec = memberOf(object, 'spec');
  const group = memberOf(spec, 'group');
  const own =
    typeof group === 'string' && (Object.hasOwn(PROJECT_KINDS, group) || isAdmission(group));
  if (!own || !isRecord(memberOf(spec, 'service'))) return [];
  return [
    finding(
      'admission/api-service',
      `APIService ${nameIn(object)}`,
      `It sends requests for ${quoteName(group)} to a service in place of the API server, which then neither answers nor protects what is in that group.`,
      `Find out who put it up, then: kubectl delete apiservice ${nameIn(object)}. The API server makes its own anew.`,
    ),
  ];
}

function isAdmission(group: string): boolean {
  return group === 'admissionregistration.k8s.io' || group === 'coordination.k8s.io';
}

const BINDING = 'ValidatingAdmissionPolicyBinding';

/** Bindings of our policies that aren't ours, and policies of others that deny. */
function auditBindings(
  expected: readonly Manifest[],
  installed: readonly unknown[],
): readonly AuditFinding[] {
  const known = new Set(expected.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const policies = new Set(expected.map(({ metadata }) => metadata.name));
  const byName = new Map(
    installed
      .filter((it) => memberOf(it, 'kind') !== BINDING)
      .map((it) => [nameIn(it), it] as const),
  );
  return installed
    .filter((it) => memberOf(it, 'kind') === BINDING)
    .flatMap((it) => {
      const name = nameIn(it);
      if (known.has(`${BINDING} ${name}`)) return [];
      const policy = String(memberOf(memberOf(it, 'spec'), 'policyName'));
      if (policies.has(policy)) return [secondBinding(name, policy)];
      const denies = listIn(memberOf(it, 'spec'), 'validationActions').includes('Deny');
      const isOurs = /\.reprieve\.(?:dev|static\.k8s\.io)$/.test(policy);
      const reached = partsOf(byName.get(policy)).some(reachesProjects);
      return denies && reached && !isOurs ? [foreignPolicy(name, policy)] : [];
    });
}

function secondBinding(name: string, policy: string): AuditFinding {
  return finding(
    'policy/second-binding',
    `${BINDING} ${name}`,
    `It binds ${quoteName(policy)} a second time: by another clock or for other objects it can refuse what should pass, restores included.`,
    `Find out who made it, then: kubectl delete ${BINDING.toLowerCase()} ${name}`,
  );
}

function foreignPolicy(name: string, policy: string): AuditFinding {
  return note(
    'policy/foreign',
    `${BINDING} ${name}`,
    `The policy ${quoteName(policy)} is asked about what is protected, and can refuse a restore, a deployment or a reclamation.`,
    'If one is refused, look there first: a refusal names the policy. Nothing is lost by it.',
  );
}

function listIn(object: unknown, key: string): readonly unknown[] {
  const found = memberOf(object, key);
  return Array.isArray(found) ? found : [];
}

function nameIn(object: unknown): string {
  const name = memberOf(memberOf(object, 'metadata'), 'name');
  return typeof name === 'string' ? name : '?';
}
