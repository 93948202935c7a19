import type { ControlPlane } from './control-plane.js';

/** The kinds of which a project consists, as the API has them below a namespace. */
const KINDS = [
  ...['secrets', 'configmaps', 'serviceaccounts', 'resourcequotas', 'limitranges'].map(
    (kind) => ['api/v1', kind] as const,
  ),
  ['apis/batch/v1', 'cronjobs'],
  ['apis/networking.k8s.io/v1', 'networkpolicies'],
  ['apis/rbac.authorization.k8s.io/v1', 'roles'],
  ['apis/rbac.authorization.k8s.io/v1', 'rolebindings'],
] as const;

/** What the API server itself writes with every update. */
const SERVER_OWN = ['resourceVersion', 'managedFields', 'generation'];

interface Stored {
  readonly metadata: { readonly name: string };
}

/** Everything of a namespace as it is stored, by kind and name, but for what every update changes. */
export async function storedIn(
  plane: ControlPlane,
  namespace: string,
): Promise<Readonly<Record<string, string>>> {
  const own = await plane.get<Stored>(`/api/v1/namespaces/${namespace}`);
  const stored: Record<string, string> = { namespace: bytes(own) };
  for (const [group, kind] of KINDS) {
    const { items } = await plane.get<{ items: readonly Stored[] }>(
      `/${group}/namespaces/${namespace}/${kind}`,
    );
    for (const item of items) stored[`${kind}/${item.metadata.name}`] = bytes(item);
  }
  return stored;
}

function bytes({ metadata, ...rest }: Stored): string {
  const kept = Object.entries(metadata).filter(([key]) => !SERVER_OWN.includes(key));
  return JSON.stringify({ ...rest, status: undefined, metadata: Object.fromEntries(kept) });
}
