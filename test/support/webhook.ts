import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One request as the webhook saw it. */
export interface Hook {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the webhook answers the request of that number, from 1. */
export type Answering = (
  reply: Parameters<RequestListener>[1],
  count: number,
  base: string,
) => void;

/** A webhook on this machine, over http or TLS, that answers as the test says. */
export class WebhookServer {
  readonly calls: Hook[] = [];
  answer: Answering = (reply) => reply.writeHead(200).end('ok');
  private constructor(
    private readonly server: Server,
    private readonly scheme: string,
  ) {}

  static async start(tls?: {
    readonly cert: string;
    readonly key: string;
  }): Promise<WebhookServer> {
    const listener: RequestListener = (request, reply) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { url: path = '', headers } = request;
        hook.calls.push({ path, headers, body: Buffer.concat(parts).toString('utf8') });
        hook.answer(reply, hook.calls.length, hook.base);
      });
    };
    const server = tls === undefined ? createServer(listener) : createTls(tls, listener);
    const hook = new WebhookServer(server, tls === undefined ? 'http' : 'https');
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return hook;
  }

  get base(): string {
    const { port } = this.server.address() as AddressInfo;
    return `${this.scheme}://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
