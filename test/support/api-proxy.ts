import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ControlPlane, User } from './control-plane.js';
import { writeKubeconfig } from './kubeconfig.js';

/** Which requests fail. */
export interface Failing {
  readonly method: string;
  /** A regular expression that the path matches. */
  readonly path: string;
  /** Whether the API server gets them all the same, so that only its answer is lost. */
  readonly passedOn?: boolean;
}

/**
 * Stands between Terraform and an API server, and lets requests fail. It has a thread of its own,
 * since tests wait for programs without letting anything else run.
 */
export class ApiProxy {
  private constructor(
    private readonly worker: Worker,
    private readonly port: number,
  ) {}

  /** Starts one for a user, whose token it adds: no client sends one without encryption. */
  static async start(plane: ControlPlane, user: User): Promise<ApiProxy> {
    const script = new URL('./api-proxy-worker.mjs', import.meta.url);
    const config = JSON.parse(readFileSync(plane.kubeconfigOf(user), 'utf8'));
    const workerData = {
      server: config.clusters[0].cluster.server,
      token: config.users[0].user.token,
    };
    const worker = new Worker(script, { workerData });
    const [port]: number[] = await once(worker, 'message');
    return new ApiProxy(worker, port ?? 0);
  }

  /** Lets these requests fail from now on, and no others. */
  async fail(...failing: readonly Failing[]): Promise<void> {
    const changed = once(this.worker, 'message');
    this.worker.postMessage(failing);
    await changed;
  }

  /** Writes a kubeconfig that goes through the proxy. */
  kubeconfig(folder: string): string {
    const server = `http://127.0.0.1:${this.port}`;
    return writeKubeconfig(folder, server, { name: 'kubeconfig-proxy' });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
