import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a kubeconfig that a test writes differs from the others. */
export interface KubeconfigOptions {
  /** @default kubeconfig */
  readonly name?: string;
  /** What the user has, such as a token. @default - nothing */
  readonly user?: object;
}

/** Writes a kubeconfig for an address, whoever listens there, and returns its path. */
export function writeKubeconfig(
  folder: string,
  server: string,
  { name = 'kubeconfig', user = {} }: KubeconfigOptions = {},
): string {
  const file = join(folder, name);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}
