import { durationOf } from '../../../lib/base/duration.js';
import type { ClusterRules } from '../../../lib/cluster/rules.js';
import { ControlPlane } from '../../support/control-plane.js';
import { enforce, eventually } from '../../support/enforced.js';
import { PEOPLE, type Phase } from './act.js';
import { DECLARED, MARKED, TEMPORARY, type Thing, UNDECLARED } from './objects.js';
import { items, pathOf, type Site, versionOf } from './site.js';

/** What runs besides the controllers that deletion needs. No kubelet: pods are never started. */
const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'endpointslice-controller',
  'persistentvolumeclaim-protection-controller',
  'root-ca-certificate-publisher-controller',
  'ttl-after-finished-controller',
];

const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(20),
  slack: durationOf(8),
  pipelines: ['deploy', PEOPLE['a renewer under `cluster.pipelines`'].actingAs],
  approvers: ['bob'],
};

export const NAMESPACES: Readonly<Record<Phase, string>> = {
  live: 'shop',
  'soft-deleted': 'past',
};

/** Not protected: what is taken over, and what other tools fill. */
export const FOREIGN = 'plain';

/** A control plane with one project that lives and one that is soft-deleted. */
export class Town {
  private constructor(readonly plane: ControlPlane) {}

  /** @param prepare what is done in each project while it still lives */
  static async start(prepare: (site: Site) => void | Promise<void> = () => {}): Promise<Town> {
    const plane = await ControlPlane.start({ controllers: CONTROLLERS });
    try {
      await enforce(plane, RULES);
      const town = new Town(plane);
      plane.apply([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: FOREIGN } },
        {
          ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { MODE: 'full' } },
          metadata: { name: 'handmade', namespace: FOREIGN },
        },
      ]);
      for (const phase of ['live', 'soft-deleted'] as const) {
        await town.create(NAMESPACES[phase]);
        await prepare(town.site(phase));
      }
      await town.settled(NAMESPACES['soft-deleted']);
      await town.softDelete(NAMESPACES['soft-deleted']);
      return town;
    } catch (error) {
      plane.stop();
      throw error;
    }
  }

  stop(): void {
    this.plane.stop();
  }

  site(phase: Phase, who: Site['who'] = 'a developer'): Site {
    return { plane: this.plane, namespace: NAMESPACES[phase], phase, who };
  }

  /** What is declared, to the last byte of its content. */
  async declared(phase: Phase): Promise<Readonly<Record<string, unknown>>> {
    const site = this.site(phase);
    const found: Record<string, unknown> = {};
    for (const { resource, name } of DECLARED) {
      const item = (await items(site, resource)).find((each) => each.metadata.name === name);
      const { metadata, type } = item ?? {};
      // Which volume a claim is bound to is for Kubernetes to say.
      const { volumeName: _volume, ...spec } = Object(item?.spec);
      // The root certificate in a token's secret is the cluster's, and rotated with it.
      const { 'ca.crt': _root, ...data } = item?.data ?? {};
      found[`${resource}/${name}`] = { uid: metadata?.uid, spec, data, type };
    }
    return found;
  }

  private async create(namespace: string): Promise<void> {
    const { labels, annotations } = MARKED(namespace);
    await this.must('deploy', '/api/v1/namespaces', {
      metadata: { name: namespace, labels, annotations },
    });
    for (const thing of DECLARED) await this.add('deploy', namespace, thing, MARKED(namespace));
    for (const thing of UNDECLARED) await this.add('ann', namespace, thing, {});
    const labelled = { labels: { 'reprieve.dev/protected': 'false' } };
    for (const thing of TEMPORARY) await this.add('ann', namespace, thing, labelled);
  }

  private async add(as: 'deploy' | 'ann', namespace: string, thing: Thing, marks: object) {
    const { resource, name, content, annotations } = thing;
    const { annotations: ours } = Object(marks);
    const metadata = { name, ...marks, annotations: { ...ours, ...annotations } };
    const body = { apiVersion: versionOf(resource), metadata, ...content };
    await this.must(as, pathOf(namespace, resource), body);
  }

  private async must(as: 'deploy' | 'ann', path: string, body: object, method?: 'PATCH') {
    const { status, message } = await this.plane.ask(path, { as, method: method ?? 'POST', body });
    if (status >= 300) throw new Error(`${path}: ${message}`);
  }

  /** Until the controllers have done their part. */
  private async settled(namespace: string): Promise<void> {
    const site = this.site(namespace === NAMESPACES.live ? 'live' : 'soft-deleted');
    await eventually(async () => {
      const found = await Promise.all(
        ['replicasets', 'persistentvolumeclaims', 'endpointslices'].map((it) => items(site, it)),
      );
      const token = (await items(site, 'secrets')).find(
        (it) => it.metadata.name === 'runner-token',
      );
      const [sets = [], claims = [], slices = []] = found;
      const isOwned = claims.every(
        ({ metadata }) => metadata.name === 'archive' || metadata.ownerReferences !== undefined,
      );
      const isFilled = token?.data?.['token'] !== undefined;
      return sets.length >= 3 && claims.length >= 5 && isOwned && slices.length >= 2 && isFilled;
    }, 60);
  }

  private async softDelete(namespace: string): Promise<void> {
    const deadline = new Date(Date.now() + 721 * 3_600_000).toISOString();
    const metadata = {
      labels: { 'reprieve.dev/state': 'soft-deleted' },
      annotations: { 'reprieve.dev/reclaim-after': deadline.replace(/\.\d{3}Z$/, 'Z') },
    };
    await this.must('deploy', pathOf(namespace, '.'), { metadata }, 'PATCH');
    for (const { resource, name } of DECLARED) {
      const stopped = resource === 'resourcequotas' ? { spec: { hard: { pods: '0' } } } : {};
      const path = pathOf(namespace, `${resource}/${name}`);
      await this.must('deploy', path, { metadata, ...stopped }, 'PATCH');
    }
  }
}
