import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeApp, GUARD, TOMBSTONE } from '../../support/fake-app.js';
import { expectGolden } from '../../support/golden.js';
import { publishedValidator } from '../../support/schemas.js';
import { WebhookServer } from '../../support/webhook.js';

const SECRET = 'canary-Wn52xd';
const SINCE = '--since 2025-12-31T23:00:00Z';

let app: FakeApp;
let hook: WebhookServer;
let env: NodeJS.ProcessEnv;

/** A soft-deleted project, half an hour before its deadline; Terraform and the state are real. */
beforeAll(() => {
  app = new FakeApp();
  app.locked();
  app.synthesized({ declared: [] }, { guard: GUARD, tombstone: TOMBSTONE, ns: { input: {} } });
  app.applied();
  app.requested('billing');
  app.write('reprieve.yaml', { version: 1, approvers: [{ id: 'bob@example.org' }] });
  app.write(
    'app.mjs',
    `import { writeFileSync } from 'node:fs';\nwriteFileSync('seen.json', JSON.stringify(process.env));\n`,
  );
});
afterAll(() => app.remove());

beforeEach(async () => {
  hook = await WebhookServer.start();
  env = { REPRIEVE_WEBHOOK_URL: `${hook.base}/services/${SECRET}` };
});
afterEach(() => hook.stop());

const notify = (options: string, more: NodeJS.ProcessEnv = env) =>
  app.reprieve(`reclamation notify ${options}`.trim().split(' '), { env: more });

describe('reclamation notify', () => {
  it('sends what has begun and what is due, by its published schema', async () => {
    const ran = await notify(`${SINCE} --within 30m`);
    expect(ran).toMatchObject({ code: 0, out: '' });
    expect(ran.err).toContain('Sent 2 notices.');
    expect(hook.calls).toHaveLength(1);
    const [call] = hook.calls;
    const body = JSON.parse(call?.body ?? '');
    const isNotice = publishedValidator('notice');
    expect(isNotice(body), JSON.stringify(isNotice.errors)).toBe(true);
    expect(call?.headers['idempotency-key']).toBe(body.id);
    expect(body.notices).toMatchObject([
      { kind: 'due', target: 'billing', recoverableUntil: '2026-01-01T01:00:00Z' },
      {
        kind: 'begun',
        request: { requestedBy: 'ann@example.org', approvers: [{ id: 'bob@example.org' }] },
      },
    ]);
  });

  it('sends the very same again for the same window, and nothing for another', async () => {
    await notify(`${SINCE} --within 30m`);
    await notify(`${SINCE} --within 30m`);
    const [first, second] = hook.calls.map(({ body }) => body);
    expect(second).toBe(first);
    expect((await notify('--since 2026-01-01T00:00:00Z --within 29m')).err).toContain(
      'There is nothing to notify of.',
    );
    expect(await notify('--now 2026-01-03T12:00:00Z')).toMatchObject({ code: 0 });
    expect(hook.calls).toHaveLength(2);
  });

  it('reports the last window that is over, whenever it is run in the next one', async () => {
    // An hour, the longest age of a plan that is applied, is left for the deletion to get into the state.
    for (const now of ['2026-01-01T00:59:59Z', '2026-01-01T02:00:00Z']) {
      await notify(`--every 1h --within 4h --now ${now}`);
    }
    expect(hook.calls).toHaveLength(0);
    for (const now of ['2026-01-01T01:00:00Z', '2026-01-01T01:59:59Z']) {
      await notify(`--every 1h --within 4h --now ${now}`);
    }
    // The tombstone is of midnight, which the hour before still includes.
    expect(hook.calls.map(({ body }) => JSON.parse(body).window)).toEqual([
      { since: '2025-12-31T23:00:00Z', until: '2026-01-01T00:00:00Z' },
      { since: '2025-12-31T23:00:00Z', until: '2026-01-01T00:00:00Z' },
    ]);
  });

  it('gives the address neither to the app nor to anybody who reads what it says', async () => {
    hook.answer = (reply, _count, base) =>
      reply.writeHead(302, { location: `${base}/${SECRET}` }).end(SECRET);
    const redirected = await notify(SINCE);
    hook.answer = (reply) => reply.writeHead(404).end(SECRET);
    const refused = await notify(`${SINCE} --format slack`);
    for (const { code, shown } of [redirected, refused]) {
      expect(code).toBe(3);
      expect(shown).toContain('error: The webhook answered');
      expect(shown).toContain('Sent 0 of 1 notice.');
      expect(shown).not.toContain(SECRET);
      expect(shown).not.toContain(new URL(hook.base).host);
    }
    expect(hook.calls).toHaveLength(2);
    const seen = app.read('seen.json');
    expect(seen).toContain('PATH');
    expect(seen).not.toContain(SECRET);
  });

  it('says what is wrong with its address before anything else', async () => {
    for (const [url, why] of [
      [undefined, 'is not set'],
      [`http://hooks.example.org/${SECRET}`, 'is not https'],
    ]) {
      const { code, out, err } = await notify(SINCE, { REPRIEVE_WEBHOOK_URL: url });
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/^error: REPRIEVE_WEBHOOK_URL /);
      expect(err).toContain(why);
      expect(err).not.toContain('example.org');
    }
  });

  it.each([
    ['--within soon', 'is not a duration'],
    ['--every 1h --within 3h', 'Say --within 4h or more'],
    ['--since yesterday', 'is not a point in time'],
    ['--since 2026-01-02T00:00:00Z', 'is after'],
    ['--now 2026', 'is not a point in time'],
    ['--format smtp', 'Allowed choices'],
    ['--kind all', 'Allowed choices'],
    ['--within soon --every never', 'never'],
    ['--since 2025-12-31T23:00:00Z --every 1h', 'cannot be used with'],
  ])('refuses %s', async (options, why) => {
    const { code, err } = await notify(options);
    expect(code).toBe(2);
    expect(err).toContain(why);
    expect(hook.calls).toEqual([]);
  });

  it('prints what it would send, and needs no address for that', async () => {
    const slack = await notify(`${SINCE} --format slack --dry-run --quiet`, {});
    expect(slack).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(slack.out).blocks).toHaveLength(2);
    const mail = await notify(`${SINCE} --format email --quiet`, {});
    expect(mail).toMatchObject({ code: 0, err: '' });
    expect(mail.out).toMatch(
      /^Date: Thu, 01 Jan 2026 00:30:00 \+0000\r\nTo: ann@example.org,\r\n bob@/,
    );
    const none = await notify('--since 2026-01-01T00:00:00Z --within 29m --format email', {});
    expect(none).toMatchObject({ code: 0, out: '' });
    expect(hook.calls).toEqual([]);
  });

  it('can be of one kind alone', async () => {
    await notify(`${SINCE} --within 30m --kind due`);
    expect(JSON.parse(hook.calls[0]?.body ?? '').notices).toMatchObject([{ kind: 'due' }]);
  });
});

describe('reclamation list as a file', () => {
  const list = (format: string) => app.reprieve(`reclamation list -o ${format} --quiet`);

  it('is a calendar, metrics or a page', async () => {
    const [ics, metrics, page] = [await list('ics'), await list('openmetrics'), await list('html')];
    expect(ics).toMatchObject({ code: 0, err: '' });
    expect(ics.out).toContain('DTSTART:20260101T010000Z\r\n');
    expect(metrics.out).toContain(
      'reprieve_reclamation_deadline_timestamp_seconds{stack="demo",target="billing"} 1767229200\n',
    );
    expect(page.out).toContain('1 deletion can be restored, 1 due this week');
    expect(page.out).toContain('<code>ann@example.org</code>');
    expect((await list('svg')).code).toBe(2);
  });

  it('has nothing but its frame where nothing is due, and exit code 1 where something is', async () => {
    const due = await app.reprieve('reclamation list -o ics --quiet --due-within 29m');
    expect(due).toMatchObject({ code: 0 });
    expect(due.out).not.toContain('VEVENT');
    expect((await app.reprieve('reclamation list -o ics -q --due-within 31m')).code).toBe(1);
  });
});

describe('what people see', () => {
  const FILE = 'test/fixtures/transcripts/notices.md';
  async function golden(name: string, code: number, line: string, more = env): Promise<void> {
    const ran = await app.reprieve(line, { env: more });
    expect(ran.code, ran.shown).toBe(code);
    const shown = ran.shown.replaceAll(/[0-9a-f]{32}/g, '<id>');
    expectGolden(FILE, name, `$ npx reprieve ${line}\n${shown}`);
  }
  const notice = `reclamation notify ${SINCE}`;

  it('is short where all is well, and says what to do where it is not', async () => {
    await golden('sent', 0, `${notice} --format slack --within 30m`);
    await golden('nothing', 0, 'reclamation notify --format slack --now 2026-01-03T12:00:00Z');
    await golden('printed', 0, `${notice} --format email`);
    await golden('no-address', 2, notice, {});
    await golden('plain-http', 2, notice, { REPRIEVE_WEBHOOK_URL: 'http://hooks.example.org/x' });
    await golden('too-late', 2, 'reclamation notify --every 24h --within 24h');
    hook.answer = (reply) => reply.writeHead(302, { location: 'https://example.org' }).end();
    await golden('redirected', 3, notice);
    hook.answer = (reply) => reply.writeHead(400).end();
    await golden('refused', 3, notice);
    await golden('openmetrics', 0, 'reclamation list --output openmetrics');
  });
});

describe('a stack whose state can’t be read', () => {
  beforeAll(() => {
    app.write('cdktf.out/manifest.json', { stacks: { demo: {}, broken: {} } });
    app.write(
      'cdktf.out/stacks/broken/targets.json',
      app.read('cdktf.out/stacks/demo/targets.json'),
    );
    app.write('cdktf.out/stacks/broken/cdk.tf.json', '{ broken');
  });

  it('keeps no notice of the others back, and is exit code 3', async () => {
    const { code, err } = await notify(SINCE);
    expect(code).toBe(3);
    expect(err).toContain('The state could not be read. broken:');
    expect(hook.calls).toHaveLength(1);
  });

  it('is named on the page and in the metrics', async () => {
    const metrics = await app.reprieve('reclamation list -o openmetrics');
    expect(metrics.code).toBe(3);
    expect(metrics.out).toContain('reprieve_stack_readable{stack="broken"} 0\n');
    expect(metrics.out).not.toContain('reprieve_reclamations{stack="broken"');
    const page = await app.reprieve('reclamation list -o html');
    expect(page.out).toContain('the state of <code>broken</code> could not be read');
  });
});
