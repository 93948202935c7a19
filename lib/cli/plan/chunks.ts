import { createReadStream } from 'node:fs';

/** What is in a file, in parts. */
export function chunksOf(path: string): AsyncIterable<Uint8Array> {
  return bytesOf(createReadStream(path, { highWaterMark: 2 ** 20 }));
}

/** A stream's content in bytes, whatever it gives. */
export async function* bytesOf(stream: AsyncIterable<unknown>): AsyncIterable<Uint8Array> {
  for await (const chunk of stream) {
    yield chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk), 'utf8');
  }
}
