import {
  LONG_PERIOD,
  Scratch,
  SHORT_PERIOD,
  SHORT_SECONDS,
  seconds,
} from '../../test/support/scratch.js';
import { keep } from './story.js';

const STACK = "const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });";
const NIGHTLY = "billing.addJobTemplate('nightly', { image: 'registry.example/team/report:2' });";
const WEEKLY = "billing.addJobTemplate('weekly', { image: 'registry.example/team/report:3' });";
const BILLING = [STACK, "const billing = new Project(stack, 'billing');", NIGHTLY, WEEKLY].join(
  '\n',
);
const ITEM = 'billing/job-templates/nightly';

type Json = Record<string, unknown>;
type Stack = Record<string, unknown> & { resource: Record<string, Record<string, Json>> };

/** A project of ours, and what can be done to it. */
class Life {
  readonly scratch = Scratch.inTypeScript();

  constructor(period: string) {
    this.scratch.write('reprieve.yaml', period);
    this.scratch.declare(BILLING);
  }

  /** Plans what the code says, or what `edit` makes of it. */
  plan(
    name: string,
    shows: string,
    edit?: (stack: Stack) => void,
    ...args: readonly string[]
  ): this {
    const { scratch } = this;
    scratch.removeIfThere('cdktf.out/stacks/sandbox/p.tfplan');
    const synth = scratch.synth();
    if (synth.code !== 0) process.stderr.write(synth.output);
    if (edit !== undefined) this.edit(edit);
    scratch.terraform('sandbox', 'init', '-input=false');
    const planned = scratch.terraform('sandbox', 'plan', '-input=false', '-out=p.tfplan', ...args);
    const shown = scratch.terraform('sandbox', 'show', '-json', 'p.tfplan');
    if (shown.code !== 0) process.stderr.write(`${name}: ${planned.output}\n`);
    else keep(name, 'Terraform', shows, shown.stdout.replaceAll(scratch.folder, '/app'));
    return this;
  }

  deploy(): this {
    const done = this.scratch.deploy();
    if (done.code !== 0) process.stderr.write(done.output);
    return this;
  }

  private edit(edit: (stack: Stack) => void): void {
    const file = 'cdktf.out/stacks/sandbox/cdk.tf.json';
    const stack: Stack = JSON.parse(this.scratch.read(file));
    edit(stack);
    this.scratch.write(file, JSON.stringify(stack));
  }
}

const unlocked = (stack: Stack) => {
  for (const body of Object.values(stack.resource['terraform_data'] ?? {})) {
    const lifecycle = body['lifecycle'] as Json | undefined;
    if (lifecycle !== undefined) delete lifecycle['prevent_destroy'];
  }
};
const find = (stack: Stack, part: RegExp) => {
  const found = Object.entries(stack.resource['terraform_data'] ?? {}).find(([name]) =>
    part.test(name),
  );
  if (found === undefined) throw new Error(`nothing is called ${part}`);
  return found;
};
const clear = (stack: Stack) => {
  for (const part of ['resource', 'output', 'locals']) delete stack[part];
};
const drop = (stack: Stack, part: RegExp) => {
  for (const name of Object.keys(stack.resource['terraform_data'] ?? {})) {
    if (part.test(name)) delete stack.resource['terraform_data']?.[name];
  }
  for (const body of Object.values(stack.resource['terraform_data'] ?? {}))
    delete body['depends_on'];
};

/** Plans of our constructs: the life of a deletion, and attempts to cut it short. */
export async function ourPlans(): Promise<void> {
  live();
  await short();
  hard();
}

function live(): void {
  const life = new Life(LONG_PERIOD);
  life.plan('create-project', 'the first deployment').deploy();
  life.plan('live-no-change', 'a live project, nothing to do');
  life.plan('code-and-lock-removed', 'all code, guard and lock gone', clear);
  life.plan('guard-removed', 'the guard alone gone', (stack) => drop(stack, /guard/));
  life.plan('member-taken-off', 'an object gone, and off the guard’s list', (stack) => {
    drop(stack, /nightly/);
    const input = find(stack, /guard/)[1]['input'] as Json;
    input['members'] = (input['members'] as { address: string }[]).filter(
      (each) => !each.address.includes('nightly'),
    );
    const identity = find(stack, /identity/)[1]['input'] as Json;
    identity['objects'] = {};
  });
  life.plan('guard-shrunk', 'an object off the guard’s list, still there', (stack) => {
    const input = find(stack, /guard/)[1]['input'] as Json;
    input['members'] = (input['members'] as { address: string }[]).filter(
      (each) => !each.address.includes('nightly'),
    );
  });
  life.plan('removed-block', 'a removed block for an object of ours', (stack) => {
    const [name] = find(stack, /nightly/);
    drop(stack, /nightly/);
    (find(stack, /identity/)[1]['input'] as Json)['objects'] = {};
    stack['removed'] = [{ from: `terraform_data.${name}`, lifecycle: { destroy: false } }];
  });
  life.plan('protected-replaced', 'a change that forces a replacement', (stack) => {
    unlocked(stack);
    find(stack, /nightly/)[1]['triggers_replace'] = ['other'];
  });
  life.plan('protected-replaced-first', 'the same, the new one made first', (stack) => {
    unlocked(stack);
    const [, body] = find(stack, /nightly/);
    body['triggers_replace'] = ['other'];
    body['lifecycle'] = { create_before_destroy: true };
  });
  life.plan('renamed-without-move', 'a resource under another name', (stack) => {
    unlocked(stack);
    const [name, body] = find(stack, /nightly/);
    drop(stack, /nightly/);
    (find(stack, /identity/)[1]['input'] as Json)['objects'] = {};
    (stack.resource['terraform_data'] ?? {})[`${name}_other`] = body;
  });
  life.plan(
    'protected-destroy-mode',
    'terraform plan -destroy without prevent_destroy',
    unlocked,
    '-destroy',
  );
  life.plan(
    'protected-targeted',
    'a destroy of one object with -target',
    (stack) => {
      unlocked(stack);
      for (const body of Object.values(stack.resource['terraform_data'] ?? {}))
        delete body['depends_on'];
    },
    '-destroy',
    '-target=terraform_data.billing_nightly_cron-job_AC099059',
  );
  life.plan('errored', 'a plan that failed', undefined, '-destroy');
  life.plan('backdated', 'a soft delete whose clock began last year', (stack) => {
    (stack.resource['terraform_data'] ?? {})['mine'] = {
      input: {
        api_version: 'reprieve/v1',
        kind: 'Tombstone',
        target: 'billing',
        deleted_at: '2025-01-01T00:00:00Z',
        period: '1h',
      },
    };
  });
  life.plan('period-cut', 'a soft delete with a shorter period than the guard has', (stack) => {
    (stack.resource['terraform_data'] ?? {})['mine'] = {
      input: {
        api_version: 'reprieve/v1',
        kind: 'Tombstone',
        target: 'billing',
        deleted_at: '${plantimestamp()}',
        period: '1s',
      },
    };
  });
  life.plan('label-removed', 'the protecting label taken off an object', (stack) => {
    const [, body] = find(stack, /nightly/);
    const input = body['input'] as { metadata: { labels: Json } };
    input.metadata.labels = {};
  });
  life.plan(
    'guard-doubled',
    'a second guard with a shorter period for the same object',
    (stack) => {
      (stack.resource['terraform_data'] ?? {})['mine'] = {
        input: {
          api_version: 'reprieve/v1',
          kind: 'Guard',
          target: 'mine',
          period: '1s',
          members: [{ address: `terraform_data.${find(stack, /nightly/)[0]}`, target: 'mine' }],
        },
      };
    },
  );
  const { scratch } = life;
  const lock = scratch.read('projects.lock.yaml');
  scratch.declare(
    [
      STACK,
      "const billing = new Project(stack, 'invoices', { movedFrom: 'sandbox/billing', namespace: 'billing' });",
      NIGHTLY,
      WEEKLY,
    ].join('\n'),
  );
  life.plan('project-renamed', 'a project under another name, moved');
  scratch.write('projects.lock.yaml', lock);
  scratch.declare([STACK, "const billing = new Project(stack, 'billing');", WEEKLY].join('\n'));
  scratch.requestDeletions({ target: ITEM });
  life.plan('soft-delete-item', 'the soft delete of an item');
  scratch.declare(STACK);
  scratch.requestDeletions({ target: 'billing' });
  life.plan('soft-delete-project', 'the soft delete of a project').deploy();
  life.plan('pending', 'a soft-deleted project, nothing to do');
  life.plan('count-forced', 'the count of what is soft-deleted set to 0', (stack) => {
    for (const body of Object.values(stack.resource['terraform_data'] ?? {}))
      if ('count' in body) body['count'] = 0;
    drop(stack, /kept/);
  });
  life.plan('tombstone-removed', 'the tombstone and all code gone', clear);
  life.plan('deadline-shortened', 'an earlier deadline written on an object', (stack) => {
    const [, body] = find(stack, /nightly/);
    const input = body['input'] as { metadata: { annotations: Json } };
    input.metadata.annotations['reprieve.dev/reclaim-after'] = '2026-01-01T00:00:00Z';
  });
  life.plan('tombstone-backdated', 'the clock set back', (stack) => {
    const [, body] = find(stack, /tombstone/);
    body['input'] = {
      api_version: 'reprieve/v1',
      kind: 'Tombstone',
      target: 'billing',
      deleted_at: '2025-01-01T00:00:00Z',
      period: '1h',
    };
    body['lifecycle'] = {};
    for (const each of Object.values(stack.resource['terraform_data'] ?? {}))
      delete each['depends_on'];
  });
  scratch.declare(BILLING);
  scratch.requestDeletions();
  life.plan('restore-project', 'a project restored in time');
  scratch.remove();
}

async function short(): Promise<void> {
  const life = new Life(SHORT_PERIOD);
  life.deploy();
  const { scratch } = life;
  scratch.declare(STACK);
  scratch.requestDeletions({ target: 'billing' });
  life.deploy();
  await seconds(SHORT_SECONDS);
  life.plan('reclaim-project', 'the period is over').deploy();
  life.plan('reclaimed-no-change', 'reclaimed, the request not closed yet');
  life.plan('create-under-tombstone', 'the count of what was reclaimed set to 1', (stack) => {
    for (const [name, body] of Object.entries(stack.resource['terraform_data'] ?? {}))
      if ('count' in body && !/kept/.test(name)) body['count'] = 1;
    drop(stack, /kept/);
  });
  scratch.declare(BILLING);
  scratch.requestDeletions();
  life.plan('restore-too-late', 'a request removed after the reclaim');
  scratch.declare(STACK);
  scratch.requestDeletions({ target: 'billing' });
  scratch.synth();
  scratch.reprieve('reclamation', 'close', 'billing');
  life.plan('close', 'a finished deletion is closed');
  scratch.remove();
}

function hard(): void {
  const life = new Life(LONG_PERIOD);
  life.deploy();
  const { scratch } = life;
  const uid = uidOf(scratch);
  const now = Date.now();
  scratch.declare([STACK, "const billing = new Project(stack, 'billing');", WEEKLY].join('\n'));
  scratch.requestDeletions({
    target: ITEM,
    mode: 'hard',
    confirm: ITEM,
    approvals: [
      { by: 'bob@example.org', at: moment(now), expires: moment(now + 3 * 86_400_000), uid },
    ],
    requestedAt: '2026-01-01T00:00:00Z',
  });
  life.plan('hard-delete-item', 'a hard deletion that a second person approved');
  scratch.remove();
}

function moment(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}

function uidOf(scratch: Scratch): string {
  const identity = scratch
    .state()
    .find(({ values }) => (values['input'] as Json | undefined)?.['kind'] === 'Identity');
  const objects = (identity?.values['input'] as Json | undefined)?.['objects'] as
    | Record<string, string>
    | undefined;
  return objects?.[ITEM] ?? '';
}
