import { describe, expect, it } from 'vitest';
import { editedPlan, type Json, planText, reviewOf } from '../support/plans.js';

/** Plans of the Kubernetes provider; see scripts/plan-fixtures/kubernetes.ts. */
const told = async (text: string) => {
  const { verdict, why, notices } = await reviewOf(text);
  const codes = (reasons: typeof why) => reasons.map(({ code, address }) => `${code} ${address}`);
  return { verdict, why: codes(why).sort(), notices: codes(notices).sort() };
};

const changesOf = (plan: Json) => plan['resource_changes'] as Json[];
const WRITERS = [
  'kubernetes_config_map_v1_data.x',
  'kubernetes_env.x',
  'kubernetes_manifest.x',
  'kubernetes_secret_v1_data.x',
];
const written = WRITERS.map((each) => `content-overwritten ${each}`);

describe('what writes into objects that other resources stand for', () => {
  it('is told while they are live', async () => {
    expect(await told(planText('writes-into-live'))).toEqual({
      verdict: 'pass',
      why: [],
      notices: written,
    });
  });

  it('is stopped while they can be taken back', async () => {
    expect((await told(planText('writes-into-deleted'))).why).toEqual(written);
  });

  it('is stopped in the plan that begins their deletion', async () => {
    const text = editedPlan('writes-into-live', (plan) => {
      const input = {
        api_version: 'reprieve/v1',
        kind: 'Tombstone',
        target: 'billing',
        deleted_at: plan['timestamp'],
        period: '168h',
      };
      changesOf(plan).push({
        address: 'terraform_data.tombstone',
        mode: 'managed',
        type: 'terraform_data',
        name: 'tombstone',
        change: { actions: ['create'], before: null, after: { input }, after_unknown: {} },
      });
    });
    expect((await told(text)).why).toEqual(written);
  });

  it('is stopped by the marks of the object alone, too', async () => {
    const text = editedPlan('writes-into-deleted', (plan) => {
      const root = (plan['prior_state'] as { values: { root_module: { resources: Json[] } } })
        .values.root_module;
      root.resources = root.resources.filter(({ type }) => type !== 'terraform_data');
      plan['resource_changes'] = changesOf(plan).filter(({ type }) => type !== 'terraform_data');
    });
    expect((await told(text)).why).toEqual(written);
  });

  it('is stopped where it is taken away from them', async () => {
    const text = editedPlan('writes-into-deleted', (plan) => {
      for (const each of changesOf(plan)) {
        if (!WRITERS.includes(String(each['address']))) continue;
        const change = each['change'] as Json;
        each['change'] = { actions: ['delete'], before: change['after'], after: null };
      }
    });
    expect((await told(text)).why.filter((each) => each.startsWith('content'))).toEqual(written);
  });

  it('is stopped where nobody can tell which object that is, while something is deleted', async () => {
    const unknown = (name: string) =>
      editedPlan(name, (plan) => {
        for (const each of changesOf(plan)) {
          if (each['address'] !== WRITERS[0]) continue;
          const change = each['change'] as Json;
          const after = { ...(change['after'] as Json), metadata: [{ namespace: 'billing' }] };
          const open = { metadata: [{ name: true }] };
          each['change'] = { ...change, after, after_unknown: open };
        }
      });
    expect((await told(unknown('writes-into-deleted'))).why).toEqual(written);
    expect((await told(unknown('writes-into-live'))).notices).toEqual(written.slice(1));
  });

  it('is stopped while they are live, too, where it writes our marks', async () => {
    const text = editedPlan('writes-into-live', (plan) => {
      for (const each of changesOf(plan)) {
        if (each['address'] !== 'kubernetes_manifest.x') continue;
        const change = each['change'] as Json;
        const after = structuredClone(change['after']) as { manifest: { metadata: Json } };
        after.manifest.metadata['labels'] = { 'reprieve.dev/protected': 'false' };
        each['change'] = { ...change, after };
      }
    });
    expect((await told(text)).why).toEqual(['marks-overwritten kubernetes_manifest.x']);
  });

  it('is nobody’s concern where another object has the name', async () => {
    const text = planText('writes-into-deleted').replaceAll(
      '"metadata":[{"name":"limits","namespace":"billing"}]',
      '"metadata":[{"name":"limits","namespace":"default"}]',
    );
    expect((await told(text)).why).toEqual(written.slice(1));
  });
});

describe('an import', () => {
  it('of what the state has already is stopped, with and without the provider’s identity', async () => {
    expect((await told(planText('imported-twice'))).why).toEqual([
      'imported-twice kubernetes_namespace_v1.again',
    ]);
    expect((await told(planText('imported-twice-newer'))).why).toEqual([
      'imported-twice kubernetes_namespace_v1.two',
    ]);
  });

  it.each([
    ['the identity', true, ['imported-twice kubernetes_namespace_v1.two']],
    ['the id', false, ['imported-twice kubernetes_namespace_v1.two']],
  ])('is compared by %s where no uid is known', async (_name, hasIdentity, why) => {
    const text = planText('imported-twice-newer').replaceAll(/"uid":"[^"]*"/g, '"uid":null');
    const bare = text.replaceAll(/"(before_|after_|)identity":\{[^}]*\}/g, '"$1identity":null');
    expect((await told(hasIdentity ? text : bare)).why).toEqual(why);
  });

  /** The same id under two types, and nothing better to tell objects apart by. */
  const ofTypes = (one: string, two: string, more: (text: string) => string = (text) => text) => {
    const types = (resources: readonly Json[]) => {
      for (const each of resources) {
        const name = String(each['address']).split('.')[1];
        if (name === 'one') each['type'] = one;
        if (name === 'two') each['type'] = two;
      }
    };
    const text = editedPlan('imported-twice-newer', (plan) => {
      types(changesOf(plan));
      const { values } = plan['prior_state'] as { values: { root_module: { resources: Json[] } } };
      types(values.root_module.resources);
    });
    return more(text)
      .replaceAll(/"uid":"[^"]*"/g, '"uid":null')
      .replaceAll(/"(before_|after_|)identity":\{[^}]*\}/g, '"$1identity":null');
  };
  const LABEL = 'reprieve.dev/protected';

  it.each([
    ['aws_lb', 'aws_alb'],
    ['aws_alb_listener', 'aws_lb_listener'],
    ['aws_vpc', 'aws_default_vpc'],
    ['aws_s3_object', 'aws_s3_bucket_object'],
    ['azurerm_virtual_machine', 'azurerm_linux_virtual_machine'],
    ['azurerm_app_service', 'azurerm_windows_web_app'],
    ['azurerm_mssql_server', 'azurerm_sql_server'],
    ['kubernetes_secret', 'kubernetes_secret_v1'],
    ['kubernetes_horizontal_pod_autoscaler_v2', 'kubernetes_horizontal_pod_autoscaler_v2beta2'],
  ])('is compared with what has another name of its type: %s, %s', async (one, two) => {
    const unmarked = ofTypes(one, two, (text) => text.replaceAll(LABEL, 'example.org/x'));
    expect((await told(unmarked)).why).toEqual(['imported-twice kubernetes_namespace_v1.two']);
  });

  it('under any type by the id of what is protected is stopped, but for a review', async () => {
    const text = ofTypes('cloud_disk', 'cloud_disk_of_old');
    const why = ['imported-alike kubernetes_namespace_v1.two'];
    expect((await told(text)).why).toEqual(why);
    const { verdict, notices } = await reviewOf(text, { approvals: [{ by: 'bob' }] });
    expect(verdict).toBe('pass');
    expect(notices.map(({ code }) => code)).toContain('imported-alike');
    const free = (it: string) => it.replaceAll(LABEL, 'example.org/x');
    expect((await told(ofTypes('cloud_disk', 'cloud_disk_of_old', free))).why).toEqual([]);
    const elsewhere = (it: string) => {
      const plan = JSON.parse(it);
      const two = changesOf(plan).find(({ name }) => name === 'two') ?? {};
      expect(two['provider_name']).toContain('kubernetes');
      two['provider_name'] = 'registry.terraform.io/x/other';
      return JSON.stringify(plan);
    };
    expect((await told(ofTypes('cloud_disk', 'cloud_disk_of_old', elsewhere))).why).toEqual([]);
    const global = (it: string) =>
      elsewhere(it).replaceAll(/"id":"[^"]*"/g, '"id":"arn:aws:x:1:disk/1"');
    expect((await told(ofTypes('cloud_disk', 'other_disk', global))).why).toEqual(why);
  });

  it('passes by the id of another kind in a cluster, whose uid differs', async () => {
    let count = 0;
    const text = editedPlan('imported-twice-newer', (plan) => {
      const { values } = plan['prior_state'] as { values: { root_module: { resources: Json[] } } };
      for (const each of values.root_module.resources) {
        if (each['address'] === 'kubernetes_namespace_v1.one') {
          each['type'] = 'kubernetes_service_v1';
          each['values'] = JSON.parse(
            JSON.stringify(each['values']).replace(/"uid":"[^"]*"/, '"uid":"another"'),
          );
          count += 1;
        }
      }
    });
    expect(count).toBe(1);
    expect((await told(text)).why).toEqual([]);
  });

  it('is compared by everything where an object has no name', async () => {
    const nameless = planText('imported-twice-newer')
      .replaceAll(/"uid":"[^"]*"/g, '"uid":null')
      .replaceAll(/"id":"[^"]*"/g, '"id":null')
      .replaceAll(/"(before_|after_|)identity":\{[^}]*\}/g, '"$1identity":null');
    expect((await told(nameless)).why).toEqual(['imported-twice kubernetes_namespace_v1.two']);
  });

  it('of a namesake elsewhere passes: another uid, or another identity', async () => {
    const other = (edit: (resource: Json) => void) =>
      editedPlan('imported-twice-newer', (plan) => {
        const { resources } = (
          plan['prior_state'] as { values: { root_module: { resources: Json[] } } }
        ).values.root_module;
        for (const each of resources) {
          if (each['address'] === 'kubernetes_namespace_v1.one') edit(each);
        }
      });
    const uid = other((each) => {
      each['values'] = JSON.parse(
        JSON.stringify(each['values']).replace(/"uid":"[^"]*"/, '"uid":"another"'),
      );
    });
    expect((await told(uid)).why).toEqual([]);
    const identity = other((each) => {
      each['identity'] = { name: 'another' };
    }).replaceAll(/"uid":"[^"]*"/g, '"uid":null');
    expect((await told(identity)).why).toEqual([]);
  });

  it('passes where the plan lets go of the object at its other address', async () => {
    const text = editedPlan('imported-twice-newer', (plan) => {
      for (const each of changesOf(plan)) {
        if (each['address'] !== 'kubernetes_namespace_v1.one') continue;
        const { before } = each['change'] as Json;
        each['change'] = { actions: ['forget'], before, after: null };
      }
    }).replaceAll('reprieve.dev/protected', 'example.org/x');
    expect((await told(text)).why).toEqual([]);
  });

  it('of which nobody can tell which object it is, is stopped', async () => {
    const text = editedPlan('imported-twice', (plan) => {
      for (const each of changesOf(plan)) {
        if (each['address'] !== 'kubernetes_namespace_v1.again') continue;
        each['change'] = {
          ...(each['change'] as Json),
          before: null,
          importing: { unknown: true },
        };
      }
    });
    const review = await reviewOf(text);
    expect(review.why.map(({ code }) => code)).toContain('import-unknown');
    const unknown = review.why.find(({ code }) => code === 'import-unknown');
    expect(unknown?.message).toContain('nobody can tell which');
  });

  it('into another stack is told, and what it protects can’t be dropped there', async () => {
    expect((await told(planText('imported-elsewhere'))).notices).toEqual([
      'imported-protected kubernetes_namespace_v1.mine',
    ]);
    expect((await told(planText('imported-and-dropped'))).why).toEqual([
      'not-requested kubernetes_namespace_v1.mine',
    ]);
  });
});

describe('marks that were changed outside of Terraform', () => {
  const stripped = (changes: (of: Json) => Json, name = 'live-no-change') =>
    editedPlan(name, (plan) => {
      const all = changesOf(plan);
      const member = all.find(({ address }) => String(address).includes('namespace')) ?? {};
      const { before } = member['change'] as Json;
      const now = JSON.parse(
        JSON.stringify(before)
          .replaceAll('"reprieve.dev/protected":"true"', '"team":"a"')
          .replaceAll('"reprieve.dev/reclaim-after"', '"other"'),
      );
      const drift = { ...member, change: { actions: ['update'], before, after: now } };
      member['change'] = changes({ before: now, was: before });
      delete plan['resource_changes'];
      Object.assign(plan, { resource_drift: [drift], resource_changes: all });
    });

  it.each(['live-no-change', 'pending'])('are put back by the plan: %s', async (name) => {
    const back = ({ before, was }: Json) => ({ actions: ['update'], before, after: was });
    expect((await told(stripped(back, name))).why).toEqual([]);
  });

  it.each([
    ['live-no-change', 'label-removed'],
    ['pending', 'label-removed'],
  ])('are not left so: %s', async (name, code) => {
    const idle = ({ before }: Json) => ({ actions: ['no-op'], before, after: before });
    const { why } = await reviewOf(stripped(idle, name));
    expect(why.map((each) => each.code)).toEqual([code]);
  });

  it('still protect what the plan would end', async () => {
    const ends = ({ before }: Json) => ({ actions: ['delete'], before, after: null });
    const { why } = await reviewOf(
      stripped(ends).replaceAll('"api_version":"reprieve/v1"', '"api_version":"v1"'),
    );
    expect(why.map((each) => each.code)).toEqual(['not-requested']);
  });
});

describe('settings of a provider that hide marks of ours', () => {
  const settings = (expressions: Json) =>
    editedPlan('live-no-change', (plan) => {
      const kubernetes = { name: 'kubernetes', full_name: 'x/hashicorp/kubernetes', expressions };
      plan['configuration'] = { provider_config: { 'module.a:kubernetes.b': kubernetes } };
    });
  const codes = async (text: string) => (await reviewOf(text)).why.map(({ code }) => code);

  it('are stopped', async () => {
    const { why } = await reviewOf(planText('marks-hidden'));
    expect(why.map(({ code }) => code)).toEqual(['marks-hidden', 'marks-hidden']);
    expect(why[0]?.message).toContain('`^reprieve\\.dev/.*` in `ignore_labels`');
  });

  it.each([
    [['.*'], ['marks-hidden']],
    [['state$'], ['marks-hidden']],
    [['('], ['marks-hidden']],
    [[7], ['marks-hidden']],
    [['^reprieve\\.dev/(hard-delete|shorter-period)-'], []],
    [['^cni\\.projectcalico\\.org/podIP', 'team'], []],
    // What approvers write on an object, which the constructs have the provider leave alone.
    [['^reprieve\\.dev/(hard-delete|shorter-period)-'], []],
    [['^reprieve\\.dev/(hard-delete|shorter-period|reclaim)-'], ['marks-hidden']],
    [[], []],
    [null, []],
  ])('%j: %j', async (value, expected) => {
    expect(await codes(settings({ ignore_labels: { constant_value: value } }))).toEqual(expected);
  });

  it('are stopped where the plan doesn’t tell them', async () => {
    const open = { ignore_annotations: { references: ['var.ignored'] } };
    expect(await codes(settings(open))).toEqual(['marks-hidden']);
    expect(await codes(settings({ host: { constant_value: 'x' } }))).toEqual([]);
  });
});
