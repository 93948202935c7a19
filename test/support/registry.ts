import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Authority } from './etcd.js';
import { freePorts } from './ports.js';

/** Where Debian puts it. */
const DEBIAN = '/usr/bin/docker-registry';

/** Why no registry can be started here, or undefined if one can. */
export function registryMissing(): string | undefined {
  return program() === undefined ? "no registry: install Debian's docker-registry" : undefined;
}

function program(): string | undefined {
  const names = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((it) => join(it, 'docker-registry'));
  return [DEBIAN, ...names].find((each) => existsSync(each));
}

/** A login that the registry knows, where it asks for one. */
export const LOGIN = { username: 'ann', password: 'canary-Qm7s2x' };
const HTPASSWD = 'ann:$2b$04$ssBAzYuBZI1Nyol1jv7vG.Kz/onLcul0GzWD/H0X13BLqYmRwHKiS\n';

/** An image that was pushed. */
export interface Pushed {
  readonly digest: string;
  /** Of config and layers. */
  readonly bytes: number;
}

export interface RegistryStarting {
  /** Whose certificate it shows. @default - plain http */
  readonly authority?: Authority;
  /** Whether it asks for a password. @default false */
  readonly login?: boolean;
}

/** Distribution's own registry on loopback, which keeps its images in a folder. */
export class Registry {
  private server: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    /** As references name it: `localhost:5000`. */
    readonly name: string,
    private readonly port: number,
    private readonly starting: RegistryStarting,
  ) {}

  static async start(starting: RegistryStarting = {}): Promise<Registry> {
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-registry-'));
    const [port = 0] = await freePorts(1);
    const registry = new Registry(folder, `127.0.0.1:${port}`, port, starting);
    registry.configure();
    await registry.resume();
    return registry;
  }

  /** Starts the program, again after `halt`. */
  async resume(): Promise<void> {
    const found = program();
    if (found === undefined) throw new Error(registryMissing());
    const log = openSync(join(this.folder, 'registry.log'), 'a');
    const config = join(this.folder, 'config.yml');
    this.server = spawn(found, ['serve', config], { stdio: ['ignore', log, log] });
    for (let tries = 0; ; tries += 1) {
      const status = await this.send('GET', '/v2/').then(
        (it) => it.status,
        () => 0,
      );
      if (status === 200) return;
      if (tries > 300 || this.server.exitCode !== null)
        throw new Error('The registry did not start.');
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  /** Ends the program; the images stay. */
  async halt(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGKILL');
    await ended;
    this.server = undefined;
  }

  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Pushes an image of random layers under tags, by the API. */
  async push(repository: string, tags: readonly string[], sizes = [1000]): Promise<Pushed> {
    const config = await this.blob(repository, Buffer.from(JSON.stringify({ id: randomBytes(4) })));
    const layers = [];
    for (const size of sizes) layers.push(await this.blob(repository, randomBytes(size)));
    const type = 'application/vnd.oci.image';
    const manifest = {
      schemaVersion: 2,
      mediaType: `${type}.manifest.v1+json`,
      config: { mediaType: `${type}.config.v1+json`, ...config },
      layers: layers.map((layer) => ({ mediaType: `${type}.layer.v1.tar`, ...layer })),
    };
    const digest = await this.manifest(repository, tags, manifest);
    return { digest, bytes: config.size + layers.reduce((all, { size }) => all + size, 0) };
  }

  /** Puts a manifest of any kind under tags. */
  async manifest(repository: string, tags: readonly string[], manifest: object): Promise<string> {
    const body = Buffer.from(JSON.stringify(manifest));
    const type = String(Object(manifest).mediaType);
    for (const tag of tags) {
      await this.must('PUT', `/v2/${repository}/manifests/${tag}`, { 'content-type': type }, body);
    }
    return `sha256:${createHash('sha256').update(body).digest('hex')}`;
  }

  /** Deletes by digest, as the printed command does. */
  async delete(repository: string, digest: string): Promise<void> {
    await this.must('DELETE', `/v2/${repository}/manifests/${digest}`, {});
  }

  private async blob(repository: string, bytes: Buffer) {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const begun = await this.must('POST', `/v2/${repository}/blobs/uploads/`, {});
    const at = new URL(begun.location ?? '', 'http://registry');
    at.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    await this.must('PUT', `${at.pathname}${at.search}`, headers, bytes);
    return { digest, size: bytes.length };
  }

  private async must(method: string, path: string, headers: Record<string, string>, body?: Buffer) {
    const reply = await this.send(method, path, headers, body);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }

  private send(method: string, path: string, headers: Record<string, string> = {}, body?: Buffer) {
    const { username, password } = LOGIN;
    const auth = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const options = {
      ...{ host: '127.0.0.1', port: this.port, method, path, agent: false },
      headers: {
        ...headers,
        ...(this.starting.login === true ? { authorization: auth } : {}),
        ...(body === undefined ? {} : { 'content-length': body.length }),
      },
    };
    return new Promise<{ status: number; location: string | undefined; text: string }>(
      (done, fail) => {
        const take = (answer: IncomingMessage) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            done({ status: answer.statusCode ?? 0, location: answer.headers.location, text });
          });
        };
        const ca = this.starting.authority?.ca;
        const sent =
          ca === undefined ? request(options, take) : requestTls({ ...options, ca }, take);
        sent.on('error', fail).end(body);
      },
    );
  }

  private configure(): void {
    const { authority, login } = this.starting;
    authority?.sign('registry');
    const tls = authority && {
      certificate: authority.path('registry.crt'),
      key: authority.path('registry.key'),
    };
    const htpasswd = join(this.folder, 'htpasswd');
    writeFileSync(htpasswd, HTPASSWD);
    const config = {
      version: 0.1,
      log: { level: 'error' },
      storage: {
        filesystem: { rootdirectory: join(this.folder, 'images') },
        delete: { enabled: true },
      },
      http: { addr: this.name, ...(tls === undefined ? {} : { tls }) },
      ...(login === true ? { auth: { htpasswd: { realm: 'test', path: htpasswd } } } : {}),
    };
    writeFileSync(join(this.folder, 'config.yml'), JSON.stringify(config));
  }
}
