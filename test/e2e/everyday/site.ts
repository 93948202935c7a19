import { spawnSync } from 'node:child_process';
import type { Answer, Asking, ControlPlane } from '../../support/control-plane.js';
import { eventually } from '../../support/enforced.js';
import { type Do, type Outcome, PEOPLE, type Person, type Phase } from './act.js';

const GROUPS: Readonly<Record<string, string>> = {
  deployments: 'apps/v1',
  replicasets: 'apps/v1',
  statefulsets: 'apps/v1',
  jobs: 'batch/v1',
  cronjobs: 'batch/v1',
  networkpolicies: 'networking.k8s.io/v1',
  ingresses: 'networking.k8s.io/v1',
  poddisruptionbudgets: 'policy/v1',
  horizontalpodautoscalers: 'autoscaling/v2',
  endpointslices: 'discovery.k8s.io/v1',
  leases: 'coordination.k8s.io/v1',
  roles: 'rbac.authorization.k8s.io/v1',
  rolebindings: 'rbac.authorization.k8s.io/v1',
  localsubjectaccessreviews: 'authorization.k8s.io/v1',
};

export interface Item {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
  readonly type?: string;
}

/** The group and version of a kind, by the name of its collection. */
export function versionOf(resource: string): string {
  return GROUPS[resource] ?? 'v1';
}

/** Where something of a namespace is: `deployments/web/scale`, or `.` for the namespace itself. */
export function pathOf(namespace: string, what: string): string {
  if (/^[.]/.test(what)) return `/api/v1/namespaces/${namespace}${what.slice(1)}`;
  const version = versionOf(what.split(/[/?]/)[0] ?? '');
  return `${version === 'v1' ? '/api' : '/apis'}/${version}/namespaces/${namespace}/${what}`;
}

/** A project on a cluster, and whoever does something in it. */
export interface Site {
  readonly plane: ControlPlane;
  readonly namespace: string;
  readonly phase: Phase;
  readonly who: Person;
}

export function outcomeOf(isAllowed: boolean, said: string): Outcome {
  if (isAllowed || /ValidatingAdmissionPolicy '[\w.-]+\.reprieve\.dev'/.test(said))
    return { isAllowed, said };
  throw new Error(`neither done nor refused by the policies: ${said}`);
}

async function ask(site: Site, what: string, asking: Asking): Promise<Answer> {
  return site.plane.ask(pathOf(site.namespace, what), { ...PEOPLE[site.who], ...asking });
}

async function asked(site: Site, what: string, asking: Asking): Promise<Outcome> {
  const { status, message } = await ask(site, what, asking);
  return outcomeOf(status < 300, message);
}

export function read(site: Site, what: string): Promise<Item> {
  return site.plane.get<Item>(pathOf(site.namespace, what));
}

export async function items(site: Site, what: string): Promise<readonly Item[]> {
  return (await site.plane.get<{ items: readonly Item[] }>(pathOf(site.namespace, what))).items;
}

/** Requests, as the tools send them. */
export const patch =
  (what: string, body: unknown, type?: string): Do =>
  (site) =>
    asked(site, what, { method: 'PATCH', body, ...(type === undefined ? {} : { type }) });

export const apply =
  (manager: string, what: string, body: object): Do =>
  (site) => {
    const resource = what.split('/')[0] ?? '';
    const kind = { Deployment: 'deployments', ConfigMap: 'configmaps' };
    const [named] = Object.entries(kind).find(([, plural]) => plural === resource) ?? [];
    return asked(site, `${what}?fieldManager=${manager}&force=true`, {
      method: 'PATCH',
      type: 'application/apply-patch+yaml',
      body: { apiVersion: versionOf(resource), kind: named, ...body },
    });
  };

export const post =
  (what: string, name: string, body: object): Do =>
  (site) =>
    asked(site, what, {
      method: 'POST',
      body: { ...body, metadata: { name, ...Object(Object(body).metadata) } },
    });

export const remove =
  (what: string, query = ''): Do =>
  (site) =>
    asked(site, `${what}${query}`, { method: 'DELETE' });

/** Writes the same again, as a storage migration and the rotation of encryption keys do. */
export const rewrite =
  (what: string): Do =>
  async (site) =>
    asked(site, what, { method: 'PUT', body: await read(site, what) });

export const see =
  (what: string): Do =>
  (site) =>
    asked(site, what, { method: 'GET' });

export const kubectl =
  (line: string): Do =>
  ({ plane, namespace, who }) => {
    const person = PEOPLE[who];
    const acting =
      'actingAs' in person ? [`--as=${person.actingAs}`, '--as-group=system:masters'] : [];
    const args = ['-n', namespace, ...acting, ...line.split(' ')];
    const { code, output } = plane.kubectlAs(person.as, ...args);
    return outcomeOf(code === 0, output);
  };

/** One after the other; what is refused ends it. */
export const all =
  (...each: readonly Do[]): Do =>
  async (site) => {
    let last: Outcome = { isAllowed: true, said: '' };
    for (const run of each) {
      last = await run(site);
      if (!last.isAllowed) return last;
    }
    return last;
  };

/** Somebody else does a part of it. */
export const by =
  (who: Person, run: Do): Do =>
  (site) =>
    run({ ...site, who });

/** What has to come of it in the end. */
export const until =
  (isSo: (site: Site) => Promise<boolean>): Do =>
  async (site) => {
    await eventually(() => isSo(site), 45);
    return { isAllowed: true, said: '' };
  };

export const gone = (what: string) =>
  until(async (site) => (await site.plane.status(pathOf(site.namespace, what))) === 404);

/** A program with its own ideas of the cluster, such as Helm. */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Outcome {
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 120_000,
  });
  return outcomeOf(done.status === 0, `${done.stdout}${done.stderr}`);
}
