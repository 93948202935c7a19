import { byteLength } from '../base/guards.js';
import { rfc3339 } from '../base/timestamp.js';
import { asciiJson } from '../report/ascii-json.js';
import { digest, type Notice } from './notice.js';
import { untilOf } from './reclamation.js';
import { slackBody } from './slack.js';
import { teamsBody } from './teams.js';
import type { Window } from './window.js';

/** What a webhook takes. */
export const BODY_FORMATS = ['json', 'slack', 'teams'] as const;
export type BodyFormat = (typeof BODY_FORMATS)[number];

/** One request to a webhook. */
export interface Message {
  /** The same for the same notices. */
  readonly id: string;
  readonly body: string;
  readonly notices: readonly Notice[];
}

/** How much one message holds. Teams refuses more than 28 KB, Slack 13,000 characters. */
const LIMITS: Readonly<Record<BodyFormat, { readonly count: number; readonly bytes: number }>> = {
  json: { count: 100, bytes: 256 * 1024 },
  slack: { count: 8, bytes: 24 * 1024 },
  teams: { count: 8, bytes: 24 * 1024 },
};

/** The notices as bodies for a webhook: as few as its limits allow, and none is left out. */
export function messagesOf(
  notices: readonly Notice[],
  window: Window,
  format: BodyFormat,
): readonly Message[] {
  const messages: Message[] = [];
  for (const each of notices) {
    const last = messages.at(-1);
    const joined = messageOf([...(last?.notices ?? []), each], window, format);
    const hasRoom =
      joined.notices.length <= LIMITS[format].count &&
      byteLength(joined.body) <= LIMITS[format].bytes;
    if (last !== undefined && hasRoom) messages[messages.length - 1] = joined;
    else messages.push(messageOf([each], window, format));
  }
  return messages;
}

function messageOf(notices: readonly Notice[], window: Window, format: BodyFormat): Message {
  const id = digest(notices.map((each) => each.id));
  const bodies = {
    json: () => jsonBody(id, notices, window),
    slack: () => slackBody(notices, window.until),
    teams: () => teamsBody(notices, window.until),
  };
  return { id, body: asciiJson(bodies[format]()), notices };
}

/** The body that is published as lib/schemas/notice.schema.json. */
function jsonBody(id: string, notices: readonly Notice[], { since, until }: Window) {
  return {
    schemaVersion: 1,
    id,
    window: { since: rfc3339(since), until: rfc3339(until) },
    notices: notices.map(noticeData),
  };
}

function noticeData({ id, kind, about }: Notice) {
  const { deletedAt, recoverableUntil: _until, request, ...rest } = about;
  return {
    id,
    kind,
    ...rest,
    deletedAt: rfc3339(deletedAt),
    recoverableUntil: untilOf(about),
    request:
      request === null
        ? null
        : {
            ...request,
            approvers: request.approvers.map(({ id: approver, github = null }) => ({
              id: approver,
              github,
            })),
          },
  };
}
