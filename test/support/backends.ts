import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Code for a main.ts that keeps the state of `stack` in the cluster. cdktf has no class for this
 * backend. It is a remote one: it writes the state at the end, and keeps a lock when it is killed.
 *
 * @param suffix an expression for the end of the state's name
 */
export function kubernetesBackend(kubeconfig: string, suffix: string): string {
  const settings = { namespace: 'default', config_path: kubeconfig, insecure: true };
  return backend('kubernetes', `{ ...${JSON.stringify(settings)}, secret_suffix: ${suffix} }`);
}

/**
 * Code for a main.ts that keeps the state of `stack` on a server: a remote backend that every
 * engine has.
 *
 * @param address an expression for where the state is
 */
export function httpBackend(address: string): string {
  const at = `{ address: ${address}, lock_address: ${address}, unlock_address: ${address} }`;
  return backend('http', at);
}

function backend(type: string, attributes: string): string {
  return `
      class Backend extends TerraformBackend {
        constructor(scope) { super(scope, 'backend', '${type}'); }
        synthesizeAttributes() { return ${attributes}; }
        getRemoteStateDataSource() { throw new Error('not used'); }
      }
      new Backend(stack);`;
}

/** A server that keeps states in memory, and their locks. */
export interface HttpBackend {
  readonly url: string;
  stop(): void;
}

/** Starts the server as a program of its own: tests wait for Terraform without doing anything else. */
export async function startHttpBackend(): Promise<HttpBackend> {
  const program = fileURLToPath(new URL('state-server.mjs', import.meta.url));
  const server = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(createInterface({ input: server.stdout }), 'line');
  return { url: String(url), stop: () => server.kill('SIGKILL') };
}
