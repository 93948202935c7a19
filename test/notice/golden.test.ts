import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { calendarOf } from '../../lib/notice/calendar.js';
import { dashboardOf } from '../../lib/notice/dashboard.js';
import { emailOf } from '../../lib/notice/email.js';
import { BODY_FORMATS, messagesOf } from '../../lib/notice/message.js';
import { openMetricsOf } from '../../lib/notice/openmetrics.js';
import { ROOT } from '../support/built.js';
import { NOTICES, NOW, READING, RECLAMATIONS, WEEK_BEFORE } from '../support/notices.js';
import { publishedValidator } from '../support/schemas.js';

const fixture = (name: string) => `../fixtures/notices/${name}`;

it.each(BODY_FORMATS)('says the same in a body for %s as ever', async (format) => {
  const bodies = messagesOf(NOTICES, WEEK_BEFORE, format).map(({ body }) => body);
  expect(bodies).toHaveLength(1);
  await expect(bodies.join('')).toMatchFileSnapshot(fixture(`${format}.json`));
});

it.each([
  ['notice.eml', () => emailOf(NOTICES, NOW)],
  ['reclamations.ics', () => calendarOf(RECLAMATIONS)],
  ['reclamations.openmetrics', () => openMetricsOf(READING)],
  ['reclamations.html', () => dashboardOf(READING)],
])('writes %s as ever', async (name, write) => {
  await expect(write()).toMatchFileSnapshot(fixture(name));
});

it('keeps its published schema, and no field is left out of it', () => {
  const isNotice = publishedValidator('notice');
  const [message] = messagesOf(NOTICES, WEEK_BEFORE, 'json');
  const body = JSON.parse(message?.body ?? '');
  expect(isNotice(body), JSON.stringify(isNotice.errors)).toBe(true);
  expect(isNotice({ ...body, odd: 1 })).toBe(false);
  const [first] = body.notices;
  for (const key of Object.keys(first)) {
    const { [key]: _left, ...rest } = first;
    expect(isNotice({ ...body, notices: [rest] }), key).toBe(false);
  }
});

/** The block of a document below a comment. */
function blockBelow(marker: string): string {
  const document = readFileSync(join(ROOT, 'docs/notices.md'), 'utf8');
  return document.split(`<!-- ${marker} -->`)[1]?.match(/^\n```\w+\n([\s\S]*?)```/)?.[1] ?? '';
}

it('is documented by what is sent', () => {
  const orders = NOTICES.filter(({ about }) => about.target === 'orders-db');
  const [message] = messagesOf(orders, WEEK_BEFORE, 'json');
  expect(JSON.parse(blockBelow('golden: notice.json'))).toEqual(JSON.parse(message?.body ?? ''));
});

it('is documented by rules for alerts on metrics that there are', () => {
  const { groups } = parse(blockBelow('alerts'));
  const rules: readonly { readonly alert: string; readonly expr: string }[] = groups[0].rules;
  const named = rules.flatMap(({ expr }) => expr.match(/reprieve_\w+/g) ?? []);
  expect(named.length).toBeGreaterThanOrEqual(rules.length);
  const known = new Set(openMetricsOf(READING).match(/^reprieve_\w+/gm));
  expect(named.filter((each) => !known.has(each))).toEqual([]);
});
