import { digest, type Notice } from './notice.js';
import { headline, linesOf, type Piece } from './words.js';

/** The longest line of a message, without its end. */
const MAX_LINE = 76;
/** Nothing in it can end a header, quote, group or comment. */
const ADDRESS = /^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/;

/**
 * All notices as one e-mail, for a program that sends it: to whoever asked and may approve, as far as
 * they are known by an address. Who sends it adds `From`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5322
 */
export function emailOf(notices: readonly Notice[], sentAt: Date): string {
  const recipients = recipientsOf(notices);
  const id = digest(notices.map((each) => each.id));
  const lines = [
    `Date: ${sentAt.toUTCString().replace('GMT', '+0000')}`,
    ...(recipients.length === 0 ? [] : [`To: ${recipients.join(',\n ')}`]),
    `Subject: ${headline(notices)}`,
    `Message-ID: <${id}@notice.reprieve.invalid>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    ...notices.flatMap((each) => [...bodyLines(each, sentAt).map(quotedPrintable), '']),
  ];
  return `${lines.join('\n')}\n`.replaceAll('\n', '\r\n');
}

/** Everyone who is named and whose name is an address, each once. */
export function recipientsOf(notices: readonly Notice[]): readonly string[] {
  const named = notices.flatMap(({ about: { request } }) =>
    request === null
      ? []
      : [request.requestedBy, request.approvedBy ?? '', ...request.approvers.map(({ id }) => id)],
  );
  const byKey = new Map(
    named.filter((each) => ADDRESS.test(each)).map((each) => [each.toLowerCase(), each]),
  );
  return [...byKey.values()];
}

function bodyLines(notice: Notice, now: Date): readonly string[] {
  return linesOf(notice, now).map(
    (line, at) => `${at === 0 ? '' : '  '}${line.map(written).join('')}`,
  );
}

function written({ text }: Piece): string {
  return text;
}

/** @see https://www.rfc-editor.org/rfc/rfc2045#section-6.7 */
function quotedPrintable(line: string): string {
  const bytes = [...Buffer.from(line, 'utf8')];
  // A blank at the end of a line would get lost on the way.
  const units = bytes.map((byte, at) =>
    at === bytes.length - 1 && byte === 0x20 ? '=20' : unit(byte),
  );
  const lines = [''];
  for (const each of units) {
    const last = lines.at(-1) ?? '';
    if (last.length + each.length < MAX_LINE) lines[lines.length - 1] = `${last}${each}`;
    // A dot alone on a line is the end of a message for some programs.
    else lines.push(each === '.' ? '=2E' : each);
  }
  return lines.join('=\n');
}

function unit(byte: number): string {
  const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x3d;
  return isPlain
    ? String.fromCharCode(byte)
    : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
