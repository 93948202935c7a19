/** The text was given in an encoding that it isn't in. */
export class EncodingError extends Error {
  constructor() {
    super('it is not the UTF-16 that it begins as');
    this.name = 'EncodingError';
  }
}

type Decoder = InstanceType<typeof TextDecoder>;

const NEWLINE = 0x0a;

/**
 * What wrappers write around the JSON, each on lines of its own: hashicorp/setup-terraform begins
 * with `[command]…`, and runners are told things by `::set-output name=…::`. No line of JSON can
 * begin like that.
 */
const WRAPPERS = ['[command]', '::'].map((text) => Buffer.from(text, 'latin1'));
const LONGEST = Math.max(...WRAPPERS.map(({ length }) => length));

/** A plan's text as UTF-8 without what wrappers have written around it. */
export async function* plainBytes(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const lines = new Lines();
  for await (const chunk of asUtf8(chunks)) yield* lines.next(chunk);
  yield* lines.end();
}

/** PowerShell's `>` writes UTF-16. Whatever else it is goes on unchanged. */
async function* asUtf8(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  let held: Uint8Array = new Uint8Array();
  let decoder: Decoder | undefined;
  let isKnown = false;
  for await (const chunk of chunks) {
    const part = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    held = new Uint8Array();
    if (!isKnown && part.length < 4) {
      held = part;
      continue;
    }
    if (!isKnown) decoder = decoderFor(part);
    isKnown = true;
    yield decoder === undefined ? part : decoded(decoder, part);
  }
  if (held.length > 0) yield held;
  if (decoder !== undefined) yield decoded(decoder);
}

/** By its mark, or by the brace that a plan begins with. */
function decoderFor(part: Uint8Array): Decoder | undefined {
  const [first = 0, second = 0] = part;
  const options = { fatal: true };
  if ((first === 0xff && second === 0xfe) || (first === 0x7b && second === 0)) {
    return new TextDecoder('utf-16le', options);
  }
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x7b)) {
    return new TextDecoder('utf-16be', options);
  }
  return undefined;
}

function decoded(decoder: Decoder, part?: Uint8Array): Uint8Array {
  try {
    return Buffer.from(
      part === undefined ? decoder.decode() : decoder.decode(part, { stream: true }),
    );
  } catch {
    throw new EncodingError();
  }
}

/** Leaves out the lines of wrappers, wherever a chunk ends. */
class Lines {
  private atLineStart = true;
  private isDropping = false;
  /** The beginning of a line that may yet turn out to be a wrapper's. */
  private held: Uint8Array = new Uint8Array();

  *next(chunk: Uint8Array): Iterable<Uint8Array> {
    const part = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    this.held = new Uint8Array();
    for (let at = 0; at < part.length; ) {
      const end = this.endOfRun(part, at);
      if (end === undefined) {
        this.held = part.subarray(at);
        return;
      }
      if (!this.isDropping) yield part.subarray(at, end);
      this.atLineStart = part[end - 1] === NEWLINE;
      at = end;
    }
  }

  *end(): Iterable<Uint8Array> {
    if (this.held.length > 0) yield this.held;
  }

  /** Where the lines end that are treated as the one at a place; undefined where that isn't known. */
  private endOfRun(part: Uint8Array, from: number): number | undefined {
    if (this.atLineStart) {
      const begun = part.subarray(from, from + LONGEST);
      if (mayBecome(begun)) return undefined;
      this.isDropping = isWrapper(begun);
    }
    for (let at = from; ; ) {
      const newline = part.indexOf(NEWLINE, at);
      if (newline === -1) return part.length;
      at = newline + 1;
      const begun = part.subarray(at, at + LONGEST);
      if (this.isDropping || isWrapper(begun) || mayBecome(begun)) return at;
    }
  }
}

function isWrapper(line: Uint8Array): boolean {
  return WRAPPERS.some((text) => text.equals(line.subarray(0, text.length)));
}

/** Whether more has to be seen of a line. */
function mayBecome(line: Uint8Array): boolean {
  return WRAPPERS.some(
    (text) => line.length < text.length && text.subarray(0, line.length).equals(line),
  );
}
