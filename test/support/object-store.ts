import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AwsClient } from 'aws4fetch';
import { findProgram } from '../../scripts/engines/cache.mjs';
import { freePorts } from './ports.js';

const ENGINE = 'versitygw-1.8.0';
const CREDENTIALS = { id: 'reprieve-test', secret: 'canary-Ls83kd' };
const BUCKET = 'states';

/** Why no object store can be started here, or undefined if one can. */
export function objectStoreMissing(): string | undefined {
  return findProgram('versitygw', ENGINE) === undefined
    ? 'no object store: run `npm run engines versitygw`'
    : undefined;
}

/** A server of S3's protocol on loopback that keeps its objects in a folder. */
export class ObjectStore {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    private readonly url: string,
    private readonly keepsVersions: boolean,
  ) {}

  /** Starts a server with one, empty bucket, which keeps versions where it is to. */
  static async start(keeps: 'versions' | 'no versions' = 'no versions'): Promise<ObjectStore> {
    const program = findProgram('versitygw', ENGINE);
    if (program === undefined) throw new Error(objectStoreMissing());
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-object-store-'));
    const [port = 0] = await freePorts(1);
    const [objects, metadata] = [join(folder, 'objects'), join(folder, 'metadata')];
    for (const each of [join(objects, BUCKET), metadata]) mkdirSync(each, { recursive: true });
    const login = ['--access', CREDENTIALS.id, '--secret', CREDENTIALS.secret];
    const args = [...login, '--quiet', '--port', `127.0.0.1:${port}`];
    const versions = join(folder, 'versions');
    mkdirSync(versions);
    const versioning = keeps === 'versions' ? ['--versioning-dir', versions] : [];
    // Not every file system keeps the metadata as attributes of the files.
    const backend = ['posix', '--sidecar', metadata, ...versioning, objects];
    const server = spawn(program, [...args, ...backend], { stdio: 'ignore' });
    const store = new ObjectStore(
      ...([folder, server, `http://127.0.0.1:${port}`] as const),
      keeps === 'versions',
    );
    await store.untilReady();
    if (keeps === 'versions') await store.setVersioning('Enabled');
    return store;
  }

  async setVersioning(status: 'Enabled' | 'Suspended'): Promise<void> {
    const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
    await this.send('PUT', '', '?versioning', body);
  }

  async put(key: string, body: string): Promise<void> {
    await this.send('PUT', key, '', body);
  }

  /** Deletes an object: where versions are kept, by a marker, unless one of them is named. */
  async delete(key: string, version?: string): Promise<void> {
    const query = version === undefined ? '' : `?versionId=${encodeURIComponent(version)}`;
    await this.send('DELETE', key, query);
  }

  private async send(method: string, key: string, query: string, body?: string): Promise<void> {
    const { id: accessKeyId, secret: secretAccessKey } = CREDENTIALS;
    const client = new AwsClient({ accessKeyId, secretAccessKey, service: 's3', retries: 0 });
    const path = key.split('/').map(encodeURIComponent).join('/');
    const url = `${this.url}/${BUCKET}/${path}${query}`;
    const answer = await client.fetch(url, { method, ...(body === undefined ? {} : { body }) });
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  }

  /** What an engine needs in its environment to be let in. */
  static readonly environment = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.id,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
  };

  /** Where an object is, as a backend's settings say. */
  place(key: string) {
    const endpoints = { s3: this.url };
    return { bucket: BUCKET, key, region: 'us-east-1', endpoints, use_path_style: true };
  }

  /**
   * Code for a main.ts that keeps the state of `stack` here, locked while it is changed unless the server
   * keeps versions: it takes a lock that was deleted for one that is held then.
   */
  backend(key: string): string {
    const { use_path_style: usePathStyle, ...place } = this.place(key);
    const settings = {
      ...place,
      usePathStyle,
      skipCredentialsValidation: true,
      skipRegionValidation: true,
      skipRequestingAccountId: true,
      skipMetadataApiCheck: true,
    };
    return [
      `new S3Backend(stack, ${JSON.stringify(settings)});`,
      `stack.addOverride('terraform.backend.s3.use_lockfile', ${!this.keepsVersions});`,
    ].join('\n');
  }

  stop(): void {
    this.server.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private async untilReady(): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; ) {
      if (await this.answers()) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    this.stop();
    throw new Error('The object store did not answer within 30 seconds.');
  }

  private answers(): Promise<boolean> {
    return new Promise((done) => {
      const asked = request(this.url, { agent: false }, (answer) => {
        answer.resume();
        done(true);
      });
      asked.on('error', () => done(false));
      asked.end();
    });
  }
}
