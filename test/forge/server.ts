import { createServer, type IncomingMessage, type Server } from 'node:http';

/** One call as the server saw it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A forge on this machine, which speaks the few calls that are used, and keeps what was asked. */
export class ForgeServer {
  readonly calls: Call[] = [];
  private server: Server | undefined;

  /** `answer` is asked for every call; undefined is 404. */
  constructor(private readonly answer: (call: Call, count: number) => Answer | undefined) {}

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const call = { method, path: url, body: Buffer.concat(parts).toString('utf8'), headers };
        this.calls.push(call);
        const same = this.calls.filter((each) => each.method === method && each.path === url);
        const {
          status = 200,
          json = {},
          headers: more = {},
        } = this.answer(call, same.length) ?? { status: 404 };
        response.writeHead(status, { 'content-type': 'application/json', ...more });
        response.end(JSON.stringify(json));
      });
    });
    this.server = server;
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async stop(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise((done) => server?.close(done));
  }
}
