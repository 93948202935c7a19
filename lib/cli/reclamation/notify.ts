import { type Duration, parseDuration } from '../../base/duration.js';
import { plural } from '../../base/plural.js';
import { Problems } from '../../base/problem.js';
import { parseTimestamp, rfc3339 } from '../../base/timestamp.js';
import type { Settings } from '../../files/settings.js';
import { emailOf } from '../../notice/email.js';
import { type BodyFormat, type Message, messagesOf } from '../../notice/message.js';
import { type Notice, type NoticeKind, noticesOf } from '../../notice/notice.js';
import { reclamationsOf } from '../../notice/reclamation.js';
import { deliver, type Patience, WebhookError } from '../../notice/webhook.js';
import { parseWebhook, WEBHOOK_VARIABLE } from '../../notice/webhook-url.js';
import { lastWindow, leadFault, type Window, windowSince } from '../../notice/window.js';
import { timeOf } from '../review/context.js';
import { CommandFailure, EXIT, type ExitCode, type Io, misuse, say } from '../terminal/io.js';
import { talk } from '../terminal/output.js';
import { sayUnread, takeInventory } from '../workspace/inventory.js';
import { Workspace } from '../workspace/workspace.js';

export interface NotifyOptions {
  readonly stack?: string;
  /** @default json */
  readonly format: BodyFormat | 'email';
  readonly within: string;
  readonly every: string;
  readonly since?: string;
  readonly kind?: NoticeKind;
  readonly now?: string;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
}

/** `reclamation notify`: tells people of deletions that have begun, and of deadlines that are near. */
export async function notify(
  io: Io,
  options: NotifyOptions,
  patience: Patience = {},
): Promise<ExitCode> {
  const isPrinted = options.dryRun === true || options.format === 'email';
  const url = isPrinted ? undefined : webhookOf(io);
  const times = timesIn(options);
  const workspace = Workspace.find(withoutWebhook(io));
  const { within } = times;
  const window = windowOf(timeOf(io, options.now), times, settlingOf(workspace.settings()));
  talk(io, options, `Looking for notices ${inWords(window)}...`);
  const inventory = await takeInventory(withoutWebhook(io), workspace, options.stack);
  sayUnread(io, inventory);
  const reclamations = reclamationsOf(inventory.residents, workspace.settings().approvers);
  const kinds = options.kind === undefined ? {} : { kinds: [options.kind] };
  const notices = noticesOf(reclamations, { window, within, ...kinds });
  if (notices.length === 0) talk(io, options, 'There is nothing to notify of.');
  else if (options.format === 'email') io.stdout.write(emailOf(notices, window.until));
  else {
    const messages = messagesOf(notices, window, options.format);
    if (url === undefined) for (const { body } of messages) io.stdout.write(body);
    else await sendAll(io, url, messages, { options, patience });
  }
  return inventory.unread.length > 0 ? EXIT.engine : EXIT.ok;
}

/** Neither the app, which is run here, nor an engine with its providers gets the address. */
function withoutWebhook(io: Io): Io {
  const { [WEBHOOK_VARIABLE]: _address, ...env } = io.env;
  return { ...io, env };
}

function webhookOf(io: Io): URL {
  const { value, problems } = parseWebhook(io.env[WEBHOOK_VARIABLE]);
  return value ?? misuse(...problems);
}

interface Times {
  readonly within: Duration;
  readonly every: Duration;
  readonly since: number | undefined;
}

function timesIn(options: NotifyOptions): Times {
  const found = new Problems();
  const within = found.take(parseDuration(options.within));
  const every = found.take(parseDuration(options.every));
  const since = options.since === undefined ? undefined : found.take(parseTimestamp(options.since));
  if (within === undefined || every === undefined || found.all.length > 0) misuse(...found.all);
  return { within, every, since };
}

function windowOf(now: Date, { within, every, since }: Times, settling: Duration): Window {
  if (since !== undefined) {
    const { value, problems } = windowSince(new Date(since), now);
    return value ?? misuse(...problems);
  }
  const fault = leadFault(within, every, settling);
  return fault === undefined ? lastWindow(now, every, settling) : misuse(fault);
}

/** A deletion begins with its plan, and is in the state when that is applied: so long after at most. */
function settlingOf({ periods, stacks }: Settings): Duration {
  return [...stacks.values()].reduce(
    (longest, { planMaxAge }) => (planMaxAge.seconds > longest.seconds ? planMaxAge : longest),
    periods.planMaxAge,
  );
}

function inWords({ since, until }: Window): string {
  return `after ${rfc3339(since)}, until ${rfc3339(until)}`;
}

async function sendAll(
  io: Io,
  url: URL,
  messages: readonly Message[],
  { options, patience }: { readonly options: NotifyOptions; readonly patience: Patience },
): Promise<void> {
  let sent: readonly Notice[] = [];
  const total = messages.flatMap(({ notices }) => notices).length;
  for (const { id, body, notices } of messages) {
    try {
      await deliver({ url, id, body }, patience);
    } catch (error) {
      if (!WebhookError.isWebhookError(error)) throw error;
      say(io, `Sent ${sent.length} of ${plural(total, 'notice')}.`);
      const { message, remedy } = error;
      throw new CommandFailure(EXIT.engine, [{ code: 'notify/webhook', message, remedy }]);
    }
    sent = [...sent, ...notices];
  }
  talk(io, options, `Sent ${plural(total, 'notice')}.`);
}
