import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import {
  NetworkPeer,
  Project,
  type ProjectProps,
  RegistrySecret,
  ReprieveStack,
  Target,
} from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';
import {
  afterwards,
  cluster,
  declaring,
  full,
  sandbox,
  TF,
  TOKEN,
  withResources,
} from '../support/declaring.js';

describe('a namespace', () => {
  it('belongs to one stack of a cluster, and to any number in different ones', () => {
    const declare = (contexts: readonly string[]) =>
      synthesizeApp((app) => {
        for (const [index, configContext] of contexts.entries()) {
          const target = Target.kubernetes({ configPath: '~/.kube/config', configContext });
          new Project(new ReprieveStack(app, `stack-${index}`, { target }), 'billing');
        }
      });
    expect(declare(['a', 'b']).codes).toEqual([]);
    const { problems, codes } = declare(['a', 'a']);
    expect(codes).toEqual(['app/namespace-claimed']);
    expect(problems[0]).toMatchObject({ path: 'stack-1/billing' });
    const twice = synthesizeApp((app) => {
      for (const name of ['one', 'two']) {
        new Project(new ReprieveStack(app, name, { target: Target.sandbox() }), 'billing');
      }
    });
    expect(twice.codes).toEqual([]);
  });

  it('enforces a pod security standard, unless its labels say which or it is taken over', () => {
    const key = 'pod-security.kubernetes.io/enforce';
    const enforced = (props: ProjectProps) =>
      declaring(() => undefined, {}, props).resource('namespace_v1')['metadata']?.['labels']?.[key];
    expect(enforced({})).toBe('baseline');
    expect(enforced({ labels: { [key]: 'restricted' } })).toBe('restricted');
    expect(enforced({ adoptNamespace: true })).toBeUndefined();
  });

  it('that is taken over is looked at first, on a cluster only', () => {
    const declare = (target: ReturnType<typeof Target.sandbox>, deletions?: string) =>
      synthesizeApp(
        (app) => {
          new Project(new ReprieveStack(app, 'prod', { target }), 'old', { adoptNamespace: true });
        },
        deletions === undefined ? {} : { deletions },
      ).json('stacks/prod/cdk.tf.json');
    const watched = declare(Target.kubernetes())['data']?.['kubernetes_namespace_v1'];
    expect(JSON.stringify(watched)).toContain('"postcondition"');
    expect(declare(Target.sandbox())).not.toHaveProperty('data');
    const deleted = declare(Target.kubernetes(), softDeletions('old'));
    expect(deleted).not.toHaveProperty('data');
    expect(deleted).not.toHaveProperty('import');
  });
});

describe('moving a project', () => {
  const moved = (stack: ReprieveStack, movedFrom?: string) => {
    const options = { namespace: 'billing', ...(movedFrom === undefined ? {} : { movedFrom }) };
    const invoices = new Project(new Construct(stack, 'team'), 'invoices', options);
    RegistrySecret.dockerHub(invoices, 'hub', { username: 'x', password: TOKEN });
    invoices.addJobTemplate('nightly', { image: 'example/x:1', imageSecret: 'hub' });
  };

  it('keeps its objects when the code says where it was', () => {
    const { codes, json } = afterwards(full, (stack) => moved(stack, 'prod/billing'));
    expect(codes).toEqual([]);
    const former = synthesizeApp((app) => full(sandbox(app))).json(TF);
    const resources = Object.keys(former['resource']?.['terraform_data'] ?? {});
    const moves: unknown = json(TF)['moved'];
    const from = Array.isArray(moves) ? moves.map((move) => move.from).sort() : [];
    expect(from).toEqual(resources.map((id) => `terraform_data.${id}`).sort());
  });

  it('is a problem without, and while the project is being deleted', () => {
    expect(afterwards(full, (stack) => moved(stack)).codes).toContain('lock/missing');
    const deletions = softDeletions('billing');
    const again = (stack: ReprieveStack) =>
      new Project(new Construct(stack, 'x'), 'billing', { movedFrom: 'prod/billing' });
    expect(afterwards(full, again, { deletions }).codes).toContain('lock/moved-while-deleting');
  });
});

describe('who may reach a project', () => {
  const spec = (declare: (billing: Project, stack: ReprieveStack) => void) => {
    const [network] = [declaring(declare).resource('network_policy_v1', 'billing')['spec']].flat();
    return network?.['ingress'];
  };
  const own = { from: [{ pod_selector: {} }] };

  it('is the project alone, until others are let in', () => {
    expect(spec(() => undefined)).toEqual([own]);
    const others = spec((billing, stack) => {
      billing.allowIngressFrom(new Project(stack, 'reports', { namespace: 'r' }), { ports: [80] });
      billing.allowIngressFrom(NetworkPeer.namespace('monitoring'), { ports: [9090, 80, 80] });
      billing.allowIngressFrom(NetworkPeer.cidr('10.0.0.0/8'));
      billing.allowIngressFrom(NetworkPeer.cidr('10.0.0.0/8'));
    });
    const from = (name: string) => [
      { namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': name } } },
    ];
    const port = (number: number) => ({ port: String(number), protocol: 'TCP' });
    expect(others).toEqual([
      own,
      { from: from('r'), ports: [port(80)] },
      { from: from('monitoring'), ports: [port(80), port(9090)] },
      { from: [{ ip_block: { cidr: '10.0.0.0/8' } }] },
    ]);
  });

  it('is said in a way that Kubernetes understands, or is a problem', () => {
    const { codes } = declaring((billing) => {
      for (const range of ['10.0.0.0', '10.0.0.0/33', '::/129', 'x/8', '10.0.0.0/08', '1/2/3']) {
        billing.allowIngressFrom(NetworkPeer.cidr(range));
      }
      billing.allowIngressFrom(NetworkPeer.namespace('No Name'));
      for (const ports of [[], [0], [65_536], [1.5]]) {
        billing.allowIngressFrom(NetworkPeer.namespace('a'), { ports });
      }
    });
    expect(codes).toEqual([
      ...Array(6).fill('network/cidr'),
      'network/namespace',
      ...Array(4).fill('network/ports'),
    ]);
    const fine = declaring((billing) => {
      for (const range of ['0.0.0.0/0', '::/0', 'fd00::/8', '10.1.2.3/32']) {
        billing.allowIngressFrom(NetworkPeer.cidr(range));
      }
    });
    expect(fine.codes).toEqual([]);
  });

  it('can be a project of another stack, in the same cluster', () => {
    const codes = (...targets: readonly ReturnType<typeof Target.sandbox>[]) =>
      synthesizeApp((app) => {
        const [billing, reports] = targets.map((target, index) => {
          const stack = new ReprieveStack(app, `stack-${index}`, { target });
          return new Project(stack, `project-${index}`);
        });
        if (billing !== undefined && reports !== undefined) billing.allowIngressFrom(reports);
      }).codes;
    const at = (configContext: string) => Target.kubernetes({ configContext });
    expect(codes(at('a'), at('a'))).toEqual([]);
    expect(codes(at('a'), at('b'))).toEqual(['network/other-cluster']);
    expect(codes(Target.sandbox(), Target.sandbox())).toEqual(['network/other-cluster']);
  });

  it('is as it was when the project comes back from the lock', () => {
    const declare = (billing: Project) =>
      billing.allowIngressFrom(NetworkPeer.namespace('monitoring'), { ports: [9090] });
    const deletions = softDeletions('billing');
    const kept = declaring(declare, { deletions });
    const lock = formatLock(declaring(declare).lock);
    const back = withResources(synthesizeApp((app) => void cluster(app), { deletions, lock }));
    expect(back.codes).toEqual([]);
    expect(back.resource('network_policy_v1')).toEqual(kept.resource('network_policy_v1'));
    const changed = declaring(() => undefined, { deletions, lock });
    expect(changed.codes).toEqual(['lock/changed-while-deleting']);
  });
});
