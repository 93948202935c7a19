import type { Problem } from '../../base/problem.js';
import { EncodingError, plainBytes } from './plain-bytes.js';
import { PlanHandler, PlanShapeError } from './plan-handler.js';
import { MAX_DEPTH, ScanError, Scanner } from './scanner.js';
import type { PlanVisitor } from './visitor.js';
import { TooLarge, Window } from './window.js';

/** How much is read at most. */
export interface PlanLimits {
  /** Bytes of the whole plan. @default 8 GiB */
  readonly total?: number;
  /** Bytes of one element. @default 64 MiB */
  readonly element?: number;
}

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const BRACE = 0x7b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads a plan's JSON of any size, telling a visitor what it wants to know. The text is scanned
 * once; only what the visitor asks for becomes values. Well-kept streaming parsers make an event
 * of every token, which takes several times as long as JSON.parse; see bench/review.ts.
 *
 * @returns why the plan can't be read, if it can't
 */
export async function readPlan(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  visitor: PlanVisitor,
  limits: PlanLimits = {},
): Promise<readonly Problem[]> {
  const reading = new Reading(visitor, limits);
  try {
    for await (const chunk of plainBytes(chunks)) reading.feed(chunk);
    reading.finish();
    return [];
  } catch (error) {
    const problem = problemOf(error, reading);
    if (problem === undefined) throw error;
    return [problem];
  }
}

class Reading {
  private readonly window: Window;
  private readonly scanner: Scanner;
  private readonly limit: number;
  private total = 0;
  /** The first bytes, by which a file that is no plan is told. */
  beginning = '';
  /** Whether another plan follows the one that was read. */
  isFollowed = false;
  private skipped = 0;
  private fed = 0;

  constructor(visitor: PlanVisitor, limits: PlanLimits) {
    this.limit = limits.total ?? 8 * GIB;
    this.window = new Window(limits.element ?? 64 * MIB);
    this.scanner = new Scanner(new PlanHandler(this.window, visitor));
  }

  feed(chunk: Uint8Array): void {
    this.total += chunk.length;
    if (this.total > this.limit) throw new TooLarge(this.total);
    if (this.beginning.length < 12) {
      this.beginning += Buffer.from(chunk.subarray(0, 16)).toString('latin1');
    }
    const part = this.withoutMark(chunk);
    const key = this.scanner.pendingKey;
    if (key !== undefined) this.window.pin(key);
    this.window.next(part);
    try {
      this.scanner.feed(part);
    } catch (error) {
      const at = error instanceof ScanError ? error.offset - this.fed : -1;
      this.isFollowed = this.scanner.isDone && part[at] === BRACE;
      throw error;
    }
    this.fed += part.length;
  }

  finish(): void {
    this.scanner.finish();
  }

  /** Some editors and shells put a byte order mark before UTF-8. */
  private withoutMark(chunk: Uint8Array): Uint8Array {
    let from = 0;
    while (this.skipped < 3 && chunk[from] === BYTE_ORDER_MARK[this.skipped]) {
      this.skipped += 1;
      from += 1;
    }
    if (from < chunk.length) this.skipped = 3;
    return chunk.subarray(from);
  }
}

function problemOf(error: unknown, { beginning, isFollowed }: Reading): Problem | undefined {
  if (error instanceof ScanError) {
    return (
      (isFollowed ? (notJson(beginning) ?? several()) : undefined) ?? scanProblem(error, beginning)
    );
  }
  if (error instanceof EncodingError) return utf16();
  if (error instanceof TooLarge) {
    return problem(
      'too-large',
      `it is larger than can be read, at byte ${error.offset}`,
      'Check that it is a plan.',
    );
  }
  if (error instanceof PlanShapeError) {
    return (error.offset === 0 ? notJson(beginning) : undefined) ?? shapeProblem(error);
  }
  return undefined;
}

function scanProblem({ code, offset }: ScanError, beginning: string): Problem {
  const known = notJson(beginning);
  if (known !== undefined) return known;
  if (code === 'too-deep') {
    return problem(
      'too-deep',
      `it is nested more than ${MAX_DEPTH} levels deep at byte ${offset}`,
      'Check that it is a plan.',
    );
  }
  return code === 'truncated'
    ? problem(
        'truncated',
        `it ends at byte ${offset}, in the middle`,
        'Write it anew: the disk may have been full, or the engine was stopped.',
      )
    : problem(
        'syntax',
        `it is not JSON at byte ${offset}`,
        'Write it by `terraform show -json PLAN`, and give it unchanged.',
      );
}

/** As Terragrunt prints those of all its units. */
function several(): Problem {
  return problem(
    'several',
    'several plans are in it, one a line',
    'Give each in a file of its own: with Terragrunt, `terragrunt run --all plan --json-out-dir FOLDER`; or split it: split -l 1 --additional-suffix=.json FILE plan-',
  );
}

function utf16(): Problem {
  return problem(
    'encoding',
    'it begins as UTF-16, and is not',
    'Write it as UTF-8; in PowerShell, by `| Out-File -Encoding utf8`.',
  );
}

/** What else is often given by mistake. */
function notJson(beginning: string): Problem | undefined {
  if (beginning === '')
    return problem('truncated', 'it is empty', 'Write it by `terraform show -json PLAN`.');
  if (beginning.startsWith('PK')) {
    return problem(
      'syntax',
      'it is the saved plan itself',
      'Give what `terraform show -json PLAN` prints of it.',
    );
  }
  if (/^\d\d:\d\d:\d\d/.test(beginning)) {
    return problem(
      'syntax',
      'it is a log, a time before each line',
      'Have the plan written to a file: with Terragrunt, `--log-disable` and `show -json PLAN`, or `--json-out-dir FOLDER`.',
    );
  }
  if (beginning.startsWith('{"@')) {
    return problem(
      'syntax',
      'it is the log of `terraform plan -json`',
      'Save the plan by -out=PLAN, and give what `terraform show -json PLAN` prints of it.',
    );
  }
  if (/^(?:\xef\xbb\xbf)?\s*[A-Za-z]/.test(beginning) && !/^(?:true|fals|null)/.test(beginning)) {
    return problem(
      'syntax',
      'it is text for people',
      'Give what `terraform show -json PLAN` prints: with -json.',
    );
  }
  return undefined;
}

function shapeProblem({ code, what, offset }: PlanShapeError): Problem {
  switch (code) {
    case 'duplicate-key':
      return problem(
        'duplicate-key',
        `"${what}" stands twice in one object, at byte ${offset}, and readers differ on which counts`,
        'Write it anew by `terraform show -json PLAN`.',
      );
    case 'encoding':
      return problem(
        'encoding',
        `it is not UTF-8 near byte ${offset}`,
        'Write it anew by `terraform show -json PLAN`, as UTF-8.',
      );
    default:
      return problem(
        'shape',
        `"${what}" is not what a plan has there, at byte ${offset}`,
        'Write it by `terraform show -json PLAN`, and give it unchanged.',
      );
  }
}

function problem(code: string, why: string, remedy: string): Problem {
  return { code: `plan/${code}`, message: `The plan can't be read: ${why}.`, remedy };
}
