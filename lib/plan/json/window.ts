/** A value is too long to be kept. */
export class TooLarge extends Error {
  constructor(readonly offset: number) {
    super(`too large at byte ${offset}`);
    this.name = 'TooLarge';
  }
}

/**
 * The part of a stream that may still be needed: the current chunk, and whatever a value that
 * began in an earlier one has left of it. Offsets count bytes from the start of the stream.
 */
export class Window {
  private chunk: Uint8Array = new Uint8Array();
  private base = 0;
  /** Where the oldest byte that is still needed stands; undefined where none is. */
  private pinned: number | undefined;
  private kept: Uint8Array[] = [];
  private keptBytes = 0;
  /** Where bytes that were looked for are next in the current chunk. */
  private readonly found = new Map<Buffer, { readonly from: number; readonly at: number }>();

  constructor(private readonly limit: number) {}

  /** Moves on to the next chunk, keeping what is pinned of the last one. */
  next(chunk: Uint8Array): void {
    if (this.pinned !== undefined) {
      const from = Math.max(0, this.pinned - this.base);
      const part = this.chunk.slice(from);
      this.keptBytes += part.length;
      if (this.keptBytes > this.limit) throw new TooLarge(this.pinned);
      this.kept.push(part);
    }
    this.base += this.chunk.length;
    this.chunk = chunk;
    this.found.clear();
  }

  /** Keeps everything from an offset on, until `release`. The first pin counts. */
  pin(offset: number): void {
    if (this.pinned === undefined) this.pinned = offset;
  }

  release(): void {
    this.pinned = undefined;
    this.kept = [];
    this.keptBytes = 0;
  }

  /**
   * Whether these bytes are somewhere in a part of the stream. A chunk is searched once, not for each
   * part: where they are next is remembered.
   */
  has(wanted: Buffer, start: number, end: number): boolean {
    if (start < this.base) return asBuffer(this.bytes(start, end)).includes(wanted);
    const from = start - this.base;
    const known = this.found.get(wanted);
    const isNext = known !== undefined && known.from <= from && from <= known.at;
    const at = isNext ? known.at : this.search(wanted, from);
    return at + wanted.length <= end - this.base;
  }

  private search(wanted: Buffer, from: number): number {
    const place = asBuffer(this.chunk).indexOf(wanted, from);
    const at = place === -1 ? Number.POSITIVE_INFINITY : place;
    this.found.set(wanted, { from, at });
    return at;
  }

  /** Bytes of the stream, which have to be in the current chunk or pinned. */
  bytes(start: number, end: number): Uint8Array {
    if (start >= this.base) return this.chunk.subarray(start - this.base, end - this.base);
    const first = this.pinned ?? start;
    const known = Buffer.concat([
      ...this.kept,
      this.chunk.subarray(0, Math.max(0, end - this.base)),
    ]);
    this.kept = [known.subarray(0, this.base - first)];
    return known.subarray(start - first, end - first);
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
