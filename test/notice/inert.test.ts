import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasInvisible } from '../../lib/base/inert.js';
import { dashboardOf } from '../../lib/notice/dashboard.js';
import { emailOf, recipientsOf } from '../../lib/notice/email.js';
import { type BodyFormat, messagesOf } from '../../lib/notice/message.js';
import { hostileNotices, NOTICES, NOW, READING, WEEK_BEFORE } from '../support/notices.js';
import { publishedValidator } from '../support/schemas.js';

/** Every object in a body that has a type, with the keys that it has. */
function typed(value: unknown): readonly { readonly type: string; readonly keys: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const type: unknown = Object(value).type;
  const own = typeof type === 'string' ? [{ type, keys: Object.keys(value).sort().join() }] : [];
  return [...own, ...Object.values(value).flatMap(typed)];
}

/** Every text that a body shows. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const text: unknown = Object(value).text;
  return [...(typeof text === 'string' ? [text] : []), ...Object.values(value).flatMap(textsIn)];
}

/** What a mail program shows. */
function decoded(mail: string): string {
  const body = mail.split('\r\n\r\n').slice(1).join('\r\n\r\n').replaceAll('=\r\n', '');
  const bytes = body.replaceAll(/=([0-9A-F]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Everything of a kind that a body may hold: nothing else may be made of a name. */
const ALLOWED: Readonly<Record<'slack' | 'teams', readonly string[]>> = {
  slack: [
    ...['header text,type', 'plain_text emoji,text,type', 'rich_text elements,type'],
    ...['rich_text_section elements,type', 'text text,type', 'text style,text,type'],
  ],
  teams: [
    ...['message attachments,type', 'AdaptiveCard $schema,body,msteams,type,version'],
    ...['TextBlock size,text,type,weight,wrap', 'Container items,separator,type'],
    ...['RichTextBlock inlines,type', 'TextRun text,type', 'TextRun fontType,text,type'],
    'TextRun text,type,weight',
  ],
};

/** The names of a page's elements and attributes. */
function namesIn(page: string): readonly string[] {
  const tags = (page.match(/<[^>]*>/g) ?? []).map((each) => each.replaceAll(/"[^"]*"/g, ''));
  return tags.flatMap((each) => each.match(/^<\/?[\w!]+|[\w-]+(?==)/g) ?? []);
}

/** More of one day than fit are behind a fold. */
const ON_PAGE = new Set([
  ...namesIn(dashboardOf(READING)),
  '<details',
  '</details',
  '<summary',
  '</summary',
]);

const bodiesOf = (notices: Parameters<typeof messagesOf>[0], format: BodyFormat) =>
  messagesOf(notices, WEEK_BEFORE, format).map(({ body }) => body);

it.each(['slack', 'teams'] as const)(
  'a name is plain text for %s: no mention, no link, no markup, no broken JSON',
  (format) => {
    fc.assert(
      fc.property(hostileNotices, (notices) => {
        for (const body of bodiesOf(notices, format)) {
          expect(Buffer.byteLength(body)).toBeLessThan(28_000);
          expect(hasInvisible(body.replaceAll('\n', ''))).toBe(false);
          const parsed = JSON.parse(body);
          for (const text of textsIn(parsed)) {
            expect(hasInvisible(text.replaceAll('\n', ''))).toBe(false);
            expect([...text.replaceAll('{ ', '{')].length).toBeLessThanOrEqual(301);
          }
          const kinds = new Set(typed(parsed).map(({ type, keys }) => `${type} ${keys}`));
          expect([...kinds].filter((each) => !ALLOWED[format].includes(each))).toEqual([]);
          // What is read as markup, in Slack's fallback text and in a card's title, is ours alone.
          const title =
            format === 'slack' ? parsed.text : parsed.attachments[0].content.body[0].text;
          expect(title).toMatch(/^Reprieve: [\w ,]+$/);
          const runs = typed(parsed).length;
          expect(runs).toBeGreaterThan(3);
          if (format === 'teams') expect(body).not.toMatch(/"text": "[^\n]*\{\{/);
        }
      }),
      { numRuns: 40 },
    );
  },
);

it.each(['json', 'slack', 'teams'] as const)('no notice is left out of bodies for %s', (format) => {
  const many = Array.from({ length: 250 }, (_, at) =>
    NOTICES.map((each) => ({ ...each, id: `${at}${each.id}`.slice(0, 32) })),
  ).flat();
  const messages = messagesOf(many, WEEK_BEFORE, format);
  expect(messages.flatMap(({ notices }) => notices)).toEqual(many);
  expect(messages.length).toBeGreaterThan(1);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
});

it('the JSON has every text whole, and keeps its schema', () => {
  const isNotice = publishedValidator('notice');
  fc.assert(
    fc.property(hostileNotices, (notices) => {
      const bodies = bodiesOf(notices, 'json').map((each) => JSON.parse(each));
      for (const body of bodies) {
        expect(isNotice(body) || body.notices.some(({ target }: never) => target === '')).toBe(
          true,
        );
      }
      const reasons = bodies.flatMap(({ notices: all }) =>
        all.map((each: never) => each['request']['reason']),
      );
      expect(reasons).toEqual(notices.map(({ about }) => about.request?.reason));
    }),
    { numRuns: 40 },
  );
});

it('an e-mail has the headers that are ours, whatever anybody is called', () => {
  fc.assert(
    fc.property(hostileNotices, (notices) => {
      const text = emailOf(notices, NOW);
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      const [head = '', ...body] = text.split('\r\n\r\n');
      const names = head
        .replaceAll(/\r\n /g, ' ')
        .split('\r\n')
        .map((line) => line.split(':')[0]);
      expect(names.filter((each) => each !== 'To')).toEqual([
        ...['Date', 'Subject', 'Message-ID', 'Auto-Submitted', 'MIME-Version'],
        ...['Content-Type', 'Content-Transfer-Encoding'],
      ]);
      for (const line of text.split('\r\n')) expect(line).toMatch(/^[\x20-\x7e]*$/);
      for (const line of body.join('\r\n\r\n').split('\r\n')) {
        expect(line.length).toBeLessThanOrEqual(76);
        expect(line).not.toBe('.');
      }
      expect(body.join('\r\n\r\n')).not.toMatch(/=(?![0-9A-F]{2}|\r\n)/);
      const shown = decoded(text);
      expect(hasInvisible(shown.replaceAll('\r\n', ''))).toBe(false);
      for (const { about } of notices.filter(({ about: { request } }) =>
        /^[\x21-\x7e]{1,99}$/.test(request?.reason ?? ''),
      )) {
        expect(shown).toContain(`  Reason: ${about.request?.reason}\r\n`);
      }
      for (const each of recipientsOf(notices)) expect(each).toMatch(/^[\w.+-]+@[\w.-]+$/);
    }),
    { numRuns: 40 },
  );
});

it('goes to requester and approvers, each once', () => {
  expect(recipientsOf(NOTICES)).toEqual(['ann@example.org', 'bob@example.org']);
});

it('an e-mail can be decoded to what was said', () => {
  expect(decoded(emailOf(NOTICES, NOW))).toContain(
    'Deadline near: resources orders-db in stack production\r\n',
  );
});

it('the page has no element and no attribute that a name made', () => {
  fc.assert(
    fc.property(hostileNotices, (notices) => {
      const page = dashboardOf({ ...READING, reclamations: notices.map(({ about }) => about) });
      const names = namesIn(page);
      expect(names.filter((each) => !ON_PAGE.has(each))).toEqual([]);
      expect(page.match(/<script/g)).toHaveLength(1);
      expect(hasInvisible(page.replaceAll('\n', ''))).toBe(false);
    }),
    { numRuns: 30 },
  );
});

it('an e-mail has no line of a dot alone, which ends a message for some programs', () => {
  const [notice] = NOTICES.filter(({ about }) => about.request !== null);
  for (let length = 0; length < 80; length += 1) {
    const about = { ...notice?.about, beforeReclaim: `${'x'.repeat(length)}.` };
    const text = emailOf([{ ...notice, about }] as typeof NOTICES, NOW);
    expect(text.split('\r\n')).not.toContain('.');
  }
});
