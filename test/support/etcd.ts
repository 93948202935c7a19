import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd, type EtcdAccess } from '../../lib/engine/etcd.js';
import { findProgram } from '../../scripts/engines/cache.mjs';
import { freePorts } from './ports.js';

/** Why no etcd can be started here, or undefined if one can. */
export function etcdMissing(): string | undefined {
  return program() === undefined ? 'no etcd: run `npm run engines etcd`' : undefined;
}

function program(): string | undefined {
  return findProgram('etcd', 'etcd-3.6.16');
}

/** Certificates that OpenSSL makes: an authority, and whom it signed. All for 127.0.0.1. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'reprieve-authority-'));

  constructor() {
    this.openssl('req', '-x509', '-nodes', ...this.key('ca'), '-subj', '/CN=ca', '-days', '2');
  }

  /** Certificate and key by a name. */
  sign(name: string): { readonly cert: string; readonly key: string } {
    const ca = ['-CA', this.path('ca.crt'), '-CAkey', this.path('ca.key')];
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
    this.openssl(
      ...['req', '-x509', '-nodes', ...this.key(name), '-subj', `/CN=${name}`, '-days', '2'],
      ...[...ca, ...names],
    );
    return { cert: this.text(`${name}.crt`), key: this.text(`${name}.key`) };
  }

  get ca(): string {
    return this.text('ca.crt');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private text(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  private key(name: string): readonly string[] {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    return [...curve, '-keyout', this.path(`${name}.key`), '-out', this.path(`${name}.crt`)];
  }

  private openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: 'ignore' });
  }
}

/** An etcd of its own on loopback; with an authority, it wants clients' certificates. */
export class EtcdServer {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    readonly access: EtcdAccess,
  ) {}

  static async start(authority?: Authority): Promise<EtcdServer> {
    const found = program();
    if (found === undefined) throw new Error(etcdMissing());
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-etcd-'));
    const [client = 0, peer = 0] = await freePorts(2);
    const endpoint = `${authority === undefined ? 'http' : 'https'}://127.0.0.1:${client}`;
    const flags = [
      `--data-dir=${join(folder, 'data')}`,
      `--listen-client-urls=${endpoint}`,
      `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
      ...(authority === undefined ? [] : tlsFlags(authority)),
    ];
    const log = openSync(join(folder, 'etcd.log'), 'w');
    const server = spawn(found, flags, { stdio: ['ignore', log, log] });
    const login = authority === undefined ? {} : { ca: authority.ca, ...authority.sign('client') };
    const started = new EtcdServer(folder, server, { endpoint, ...login });
    await started.untilReady();
    return started;
  }

  /** Writes through the gateway, which the product never does. */
  async post(path: string, body: object): Promise<void> {
    const done = await fetch(`${this.access.endpoint}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!done.ok) throw new Error(`${path}: ${await done.text()}`);
  }

  put(key: string, value: string): Promise<void> {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    return this.post('/v3/kv/put', { key: base64(key), value: base64(value) });
  }

  stop(): void {
    this.server.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private async untilReady(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await new Etcd(this.access).range({ key: 'a' });
        return;
      } catch (error) {
        if (tries > 300 || this.server.exitCode !== null) throw error;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }
}

function tlsFlags(authority: Authority): readonly string[] {
  authority.sign('server');
  return [
    `--cert-file=${authority.path('server.crt')}`,
    `--key-file=${authority.path('server.key')}`,
    `--trusted-ca-file=${authority.path('ca.crt')}`,
    '--client-cert-auth',
  ];
}
