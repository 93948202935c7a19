import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GrpcObject,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ROOT } from '../built.js';

type Reply<T> = sendUnaryData<T>;
type Call<T> = ServerUnaryCall<T, unknown>;

interface Encrypted {
  readonly ciphertext: Buffer;
  readonly key_id: string;
}

/**
 * A small KMS v2 plugin with root keys of its own: it wraps the API server's seeds by AES-GCM, as
 * one in front of a real service has that service do it.
 *
 * @see https://kubernetes.io/docs/tasks/administer-cluster/kms-provider/
 */
export class KmsPlugin {
  private readonly keys = new Map<string, Buffer>();
  private current = '';
  private server: Server | undefined;
  /** The root keys that were asked for and are not there. */
  readonly refused: string[] = [];
  /** How long each answer takes, in milliseconds. */
  delay = 0;

  constructor(readonly socket: string) {
    this.rotate('key-1');
  }

  get endpoint(): string {
    return `unix://${this.socket}`;
  }

  /** Has another root key from now on; the earlier ones still unwrap. */
  rotate(keyId: string): void {
    this.keys.set(keyId, randomBytes(32));
    this.current = keyId;
  }

  /** Another plugin with the same root keys, as another cluster has it. */
  copy(socket: string): KmsPlugin {
    const other = new KmsPlugin(socket);
    for (const [id, key] of this.keys) other.keys.set(id, key);
    other.current = this.current;
    return other;
  }

  /** Destroys a root key: what it has wrapped can't be unwrapped any more. */
  destroy(keyId: string): void {
    this.keys.delete(keyId);
  }

  async start(): Promise<void> {
    const server = new Server();
    server.addService(service(), {
      Status: (_call: Call<unknown>, done: Reply<unknown>) =>
        this.answer(done, () => ({ version: 'v2', healthz: 'ok', key_id: this.current })),
      Encrypt: ({ request }: Call<{ plaintext: Buffer }>, done: Reply<Encrypted>) =>
        this.answer(done, () => this.wrap(request.plaintext)),
      Decrypt: ({ request }: Call<Encrypted>, done: Reply<{ plaintext: Buffer }>) =>
        this.answer(done, () => ({ plaintext: this.unwrap(request) })),
    });
    rmSync(this.socket, { force: true });
    await new Promise<void>((done, fail) => {
      server.bindAsync(this.endpoint, ServerCredentials.createInsecure(), (error) =>
        error === null ? done() : fail(error),
      );
    });
    this.server = server;
  }

  stop(): void {
    this.server?.forceShutdown();
    this.server = undefined;
  }

  private answer<T>(done: Reply<T>, make: () => T): void {
    setTimeout(() => {
      try {
        done(null, make());
      } catch (error) {
        done({ code: status.FAILED_PRECONDITION, details: String(error) });
      }
    }, this.delay);
  }

  private wrap(plaintext: Buffer): Encrypted {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key(this.current), iv);
    const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const ciphertext = Buffer.concat([iv, cipher.getAuthTag(), body]);
    return { ciphertext, key_id: this.current };
  }

  private unwrap({ ciphertext, key_id }: Encrypted): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', this.key(key_id), ciphertext.subarray(0, 12));
    decipher.setAuthTag(ciphertext.subarray(12, 28));
    return Buffer.concat([decipher.update(ciphertext.subarray(28)), decipher.final()]);
  }

  private key(keyId: string): Buffer {
    const key = this.keys.get(keyId);
    if (key === undefined) {
      this.refused.push(keyId);
      throw new Error(`there is no root key ${keyId}`);
    }
    return key;
  }
}

function service() {
  const file = join(ROOT, 'test/support/kms/kms.proto');
  const loaded = loadPackageDefinition(loadSync(file, { keepCase: true }));
  const found = (loaded['v2'] as GrpcObject)['KeyManagementService'] as ServiceClientConstructor;
  return found.service;
}
