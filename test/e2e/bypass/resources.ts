import { join } from 'node:path';
import { providerMissing, terraforms, tofu } from '../../support/engines.js';
import { PlainStack } from '../../support/plain-stack.js';
import { PLAIN_DECLARATION as ALL, DB, DISK, EU, US, without } from './plain.js';
import type { Layer, Result } from './row.js';

/** An attempt on resources without a project: no cluster is there to answer. */
export interface ResourceRow {
  readonly attempt: string;
  readonly of: Extract<Result['of'], 'resource' | 'instance'>;
  readonly by: 'code' | 'Terraform';
  readonly answer: Layer;
  readonly says: RegExp;
  /** Tries it, and returns what was answered. */
  readonly run: (stack: PlainStack) => string;
}

type Of = ResourceRow['of'];

const REFUSED = /nstance cannot be destroyed/;
const KEPT = /kept-while-soft-deleted/;
const NOT_MOVED = /does not support moving|Unsupported|not supported|cannot be moved/i;

/** What comes of code: what synthesis, the plan and the review say, whichever stops it. */
function judged(stack: PlainStack, body: string, ...args: readonly string[]): string {
  stack.declare(body);
  const { code, output } = stack.scratch.synth();
  if (code !== 0) return output;
  const plan = stack.planned('-out=plan', ...args);
  if (plan.code !== 0) return plan.flat;
  const codes = stack.reviewed(...args);
  return codes[0] === 'pass' ? 'pass' : `blocked: ${codes.join(', ')}`;
}

/** The same without what the lock knows. */
function unlocked(stack: PlainStack, body: string): string {
  stack.scratch.removeIfThere('projects.lock.yaml');
  return judged(stack, body);
}

/** One row for each address. */
function onAddresses(
  attempt: string,
  says: RegExp,
  run: (stack: PlainStack, address: string) => string,
  addresses: readonly (readonly [Of, string])[],
): readonly ResourceRow[] {
  return addresses.map(([of, address]) => ({
    attempt,
    of,
    by: 'Terraform',
    answer: 'guard',
    says,
    run: (stack) => run(stack, address),
  }));
}

const tainted = (stack: PlainStack, address: string) => {
  stack.scratch.terraform(PlainStack.id, 'taint', address);
  const { flat } = stack.planned();
  stack.scratch.terraform(PlainStack.id, 'untaint', address);
  return flat;
};

const targeted = (addresses: readonly (readonly [Of, string])[], replaced: RegExp) => [
  ...onAddresses(
    '`-target` destroy of a member',
    REFUSED,
    (stack, address) => stack.planned('-destroy', `-target=${address}`).flat,
    addresses,
  ),
  ...onAddresses(
    '`-replace` a member',
    replaced,
    (stack, address) => stack.planned(`-replace=${address}`).flat,
    addresses,
  ),
  ...onAddresses('taint a member', replaced, tainted, addresses),
];

const code = (
  of: Of,
  attempt: string,
  answer: Layer,
  says: RegExp,
  run: ResourceRow['run'],
): ResourceRow => ({ attempt, of, by: 'code', answer, says, run });

const removed = code(
  'resource',
  'remove the code',
  'lock',
  /longer declared|Keep its code/,
  (stack) => judged(stack, ''),
);

const destroyed: ResourceRow = {
  attempt: '`terraform destroy`',
  of: 'resource',
  by: 'Terraform',
  answer: 'guard',
  says: REFUSED,
  run: (stack) => stack.planned('-destroy').flat,
};

/** While nothing is being deleted. */
export const LIVE_RESOURCES: readonly ResourceRow[] = [
  destroyed,
  removed,
  code('resource', 'remove code and lock entry', 'gate', /guard-removed/, (stack) =>
    unlocked(stack, without(/.*db.*/g)),
  ),
  code(
    'resource',
    'remove only the protection, and the lock entry',
    'gate',
    /guard-removed/,
    (stack) => unlocked(stack, without(/.*protect\(db.*/g)),
  ),
  code(
    'resource',
    'move it out of what it belongs to',
    'lock',
    /`shop` also has `terraform_data.shop_b/,
    (stack) =>
      judged(
        stack,
        `${without(/.*shop, 'b'.*/g)}
       new DataResource(stack, 'b', { input: {} }).moveFromId('terraform_data.shop_b_91CD5B79');`,
      ),
  ),
  code('resource', 'two targets for one resource', 'request', /is protected already/, (stack) =>
    judged(stack, `${ALL} Reclamation.protect(db, { name: 'second' });`),
  ),
  code(
    'resource',
    'request it while something that stays refers to it',
    'request',
    /stays, and refers to/,
    (stack) => {
      stack.scratch.requestDeletions({ target: 'orders-db' });
      return judged(stack, `${ALL} new DataResource(stack, 'web', { input: { db: db.id } });`);
    },
  ),
  ...(providerMissing() === undefined
    ? [
        code(
          'resource',
          '`moved` to another type, lock entry removed',
          'guard',
          NOT_MOVED,
          movedToAnotherType,
        ),
      ]
    : []),
  ...targeted(
    [
      ['resource', DB],
      ['instance', EU],
      ['instance', DISK],
    ],
    REFUSED,
  ),
  code(
    'instance',
    'a lower `count`',
    'lock',
    /`disks` also has `terraform_data.disks\[2\]`/,
    (stack) =>
      judged(stack, ALL.replace('count: 3', 'count: 2').replace('instances: [2]', 'instances: []')),
  ),
  code('instance', 'a key leaves `for_each`, which is an expression', 'guard', REFUSED, (stack) =>
    judged(stack, ALL.replace('["eu", "us"]', '["us"]')),
  ),
  code(
    'instance',
    'request an index of `count` that is not the last',
    'request',
    /is not the last one/,
    (stack) => {
      stack.scratch.requestDeletions({ target: 'disks/resources/0' });
      return judged(stack, ALL.replace('instances: [2]', 'instances: [0, 2]'));
    },
  ),
];

/** While each target is being deleted, and of several instances one. */
export const DELETED_RESOURCES: readonly ResourceRow[] = [
  destroyed,
  removed,
  ...targeted([['resource', `${DB}[0]`]], KEPT),
  ...targeted(
    [
      ['instance', EU],
      ['instance', DISK],
    ],
    KEPT,
  ),
  ...onAddresses(
    '`-replace` an instance that stays',
    KEPT,
    (stack, address) => stack.planned(`-replace=${address}`).flat,
    [['instance', US]],
  ),
  code('instance', 'the key of an instance that stays leaves `for_each`', 'guard', KEPT, (stack) =>
    judged(stack, ALL.replace('["eu", "us"]', '["eu"]')),
  ),
  code('instance', 'its key leaves `for_each`', 'guard', KEPT, (stack) =>
    judged(stack, ALL.replace('["eu", "us"]', '["us"]')),
  ),
  code('resource', 'give it a `count` that is 0, by an expression', 'guard', KEPT, (stack) =>
    judged(stack, `${ALL} db.addOverride('count', '\${1 - 1}');`),
  ),
  code(
    'instance',
    'its key leaves `for_each`, planned with `-target`',
    'gate',
    /before-deadline/,
    (stack) =>
      judged(stack, ALL.replace('["eu", "us"]', '["us"]'), '-target=terraform_data.buckets'),
  ),
  code(
    'resource',
    'set the count to 0 in the synthesized stack',
    'gate',
    /before-deadline/,
    (stack) => {
      const file = `cdktf.out/stacks/${PlainStack.id}/cdk.tf.json`;
      stack.synthesized(ALL);
      const text = stack.scratch.read(file);
      stack.scratch.write(
        file,
        text.replaceAll(/"count": "\$\{\(timecmp[^"]*\? 0 : 1\}"/g, '"count": 0'),
      );
      const codes = stack.reviewed();
      stack.scratch.write(file, text);
      return codes[0] === 'pass' ? 'pass' : `blocked: ${codes.join(', ')}`;
    },
  ),
];

/** On every engine that is there; all of them have to refuse it. */
function movedToAnotherType(stack: PlainStack): string {
  const body = `${without(/.*db.*/g)}
    stack.addOverride('moved', [{ from: '${DB}', to: 'kubernetes_config_map_v1.x' }]);
    stack.addOverride('resource.kubernetes_config_map_v1.x', { metadata: { name: 'x' } });`;
  stack.scratch.removeIfThere('projects.lock.yaml');
  stack.declare(body);
  const { code: failed, output } = stack.scratch.synth();
  if (failed !== 0) return output;
  const engines = [...terraforms(), tofu()].filter((each) => each !== undefined);
  const answers = engines.map((program, at) => {
    const own = stack.scratch.with({
      TERRAFORM_BINARY_NAME: program,
      TF_DATA_DIR: join(stack.scratch.folder, `.terraform-${at}`),
    });
    own.init(PlainStack.id);
    const plan = own.plan(PlainStack.id, '-refresh=false');
    stack.scratch.removeIfThere(`cdktf.out/stacks/${PlainStack.id}/.terraform.lock.hcl`);
    return plan.code === 0 ? 'passed' : plan.flat;
  });
  return answers.find((each) => !NOT_MOVED.test(each)) ?? answers.join('\n');
}
