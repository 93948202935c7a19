import { isRecord, memberOf } from '../../base/guards.js';
import { type Diagnostic, readDiagnostic } from './diagnostic.js';

/** What happens to a resource while a plan is made or applied. */
export interface ResourceEvent {
  readonly type: 'read' | 'started' | 'finished' | 'failed';
  readonly address: string;
  /** `create`, `update`, `delete`, …; empty for a read. */
  readonly action: string;
}

/** What an engine says with `-json`, as far as anybody here asks. */
export type Message =
  | ResourceEvent
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  | { readonly type: 'outputs'; readonly outputs: Readonly<Record<string, unknown>> }
  /** A line that is no JSON: an engine or a plugin spoke past its own form. */
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'other' };

const EVENTS: Readonly<Record<string, ResourceEvent['type']>> = {
  refresh_complete: 'read',
  apply_start: 'started',
  apply_complete: 'finished',
  apply_errored: 'failed',
};

/**
 * Reads one line of the machine-readable output of `plan` or `apply`.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export function readMessage(line: string): Message {
  const json = parsed(line);
  if (json === undefined) return { type: 'text', text: line };
  const { type, diagnostic, outputs } = json;
  const found = type === 'diagnostic' ? readDiagnostic(diagnostic) : undefined;
  if (found !== undefined) return { type: 'diagnostic', diagnostic: found };
  if (type === 'outputs' && isRecord(outputs)) return { type, outputs };
  const event = typeof type === 'string' && Object.hasOwn(EVENTS, type) ? EVENTS[type] : undefined;
  return event === undefined ? { type: 'other' } : resourceEvent(event, json['hook']);
}

function resourceEvent(type: ResourceEvent['type'], hook: unknown): ResourceEvent {
  const address = memberOf(memberOf(hook, 'resource'), 'addr');
  const action = memberOf(hook, 'action');
  return {
    type,
    address: typeof address === 'string' ? address : '',
    action: type !== 'read' && typeof action === 'string' ? action : '',
  };
}

/** A message always says its type; anything else is somebody's text. */
function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const json: unknown = JSON.parse(line);
    return isRecord(json) && typeof json['type'] === 'string' ? json : undefined;
  } catch {
    return undefined;
  }
}

/** A longer line is no message, and isn't kept whole. */
const MAX_LINE = 16 * 2 ** 20;

/** Puts lines together from what a program prints, in parts of any size. */
export class Lines {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly each: (line: string) => void) {}

  add(part: Buffer): void {
    let from = 0;
    for (let at = part.indexOf(NEWLINE); at !== -1; at = part.indexOf(NEWLINE, from)) {
      this.say(Buffer.concat([this.rest, part.subarray(from, at)]));
      this.rest = Buffer.alloc(0);
      from = at + 1;
    }
    if (this.rest.length < MAX_LINE) this.rest = Buffer.concat([this.rest, part.subarray(from)]);
  }

  /** Nothing comes after this. */
  end(): void {
    if (this.rest.length > 0) this.say(this.rest);
    this.rest = Buffer.alloc(0);
  }

  private say(line: Buffer): void {
    const text = line.toString('utf8').replace(/\r$/, '');
    if (text.trim() !== '') this.each(text);
  }
}

const NEWLINE = 0x0a;
