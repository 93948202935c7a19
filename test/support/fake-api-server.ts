import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeKubeconfig } from './kubeconfig.js';

/** An object by what a list without content shows. */
export interface Listed {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

const OPERATIONS = 'apiserver_storage_transformation_operations_total';

/**
 * Answers as an API server does to what the encryption commands ask: metrics, leases and lists. What
 * it has loaded is a file as it is at that time.
 */
export class FakeApiServer {
  /** Lines of /metrics. */
  metrics: readonly string[] = [];
  /** The file that it works with. */
  loaded: string | undefined;
  secrets: readonly Listed[] = [];
  /** What happens when it is asked. */
  asked: (path: string) => void = () => {};
  /** Whether it takes requests and never answers. */
  isSilent = false;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, reply) => {
      const [path = ''] = (request.url ?? '').split('?');
      this.asked(path);
      if (this.isSilent) return undefined;
      reply.setHeader('audit-id', '1');
      if (path === '/metrics') return reply.end(`${this.lines().join('\n')}\n`);
      reply.setHeader('content-type', 'application/json');
      const items = path === '/api/v1/secrets' ? this.secrets : [];
      return reply.end(
        JSON.stringify({ metadata: {}, items: items.map((metadata) => ({ metadata })) }),
      );
    });
  }

  static async start(): Promise<FakeApiServer> {
    const started = new FakeApiServer();
    started.server.listen(0, '127.0.0.1');
    await once(started.server, 'listening');
    return started;
  }

  /** As Kubernetes counts what a local key has written: by the provider, and by the key. */
  counts(...prefixes: readonly string[]): void {
    this.metrics = prefixes.map(
      (prefix) =>
        `${OPERATIONS}{resource="secrets",status="OK",transformation_type="to_storage",transformer_prefix="${prefix}"} 7`,
    );
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  kubeconfig(folder: string): string {
    return writeKubeconfig(folder, this.url);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private lines(): readonly string[] {
    if (this.loaded === undefined || !existsSync(this.loaded)) return this.metrics;
    const hash = createHash('sha256').update(readFileSync(this.loaded)).digest('hex');
    const info = `apiserver_encryption_config_controller_last_config_info{hash="sha256:${hash}"} 1`;
    return [...this.metrics, info];
  }
}
