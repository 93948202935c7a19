import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, it } from 'vitest';
import type { Evidence } from '../../../lib/certificate/evidence.js';
import type { VersionFacts } from '../../../lib/certificate/facts.js';
import { bucketVersions } from '../../../lib/cli/certificate/asked-versions.js';

const SECRET = 'canary-Qz71xd';
const ENV = { AWS_ACCESS_KEY_ID: 'AKIDtest', AWS_SECRET_ACCESS_KEY: SECRET };
const KEY = 'team a/prod+1.tfstate';
const EVIDENCE = {
  takenAt: '2026-01-08T00:00:00Z',
  objects: [{ address: 'kubernetes_secret_v1.db', uid: 'uid-1' }],
  state: { backend: 's3', lineage: 'l', serial: 3 },
} as unknown as Evidence;

const stateWith = (...uids: readonly string[]) =>
  JSON.stringify({
    ...{ version: 4, lineage: 'l', serial: 4 },
    resources: uids.map((uid) => ({
      ...{ mode: 'managed', type: 'kubernetes_secret_v1', name: 'db' },
      instances: [{ attributes: { metadata: [{ uid }] } }],
    })),
  });

interface Row {
  readonly id: string;
  readonly key?: string;
  readonly latest?: boolean;
  readonly marker?: boolean;
  readonly at?: string;
  readonly size?: number;
}

const entry = ({ id, key = KEY, latest = false, marker = false, at, size = 9 }: Row) => {
  const tag = marker ? 'DeleteMarker' : 'Version';
  const length = marker ? '' : `<Size>${size}</Size>`;
  const name = encodeURIComponent(key).replaceAll('%20', '+');
  return `<${tag}><Key>${name}</Key><VersionId>${id}</VersionId><IsLatest>${latest}</IsLatest><LastModified>${at ?? '2026-01-05T00:00:00.000Z'}</LastModified>${length}</${tag}>`;
};
const page = (rows: readonly Row[], next?: readonly [key: string, id: string]) =>
  `<?xml version="1.0" encoding="UTF-8"?><ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>${next !== undefined}</IsTruncated>${
    next === undefined
      ? ''
      : `<NextKeyMarker>${encodeURIComponent(next[0])}</NextKeyMarker><NextVersionIdMarker>${next[1]}</NextVersionIdMarker>`
  }${rows.map(entry).join('')}</ListVersionsResult>`;

/** What the server does; each test says what it does otherwise. */
interface Behaviour {
  list: (query: URLSearchParams, answer: ServerResponse) => void;
  setting: (answer: ServerResponse) => void;
  object: (id: string | null, answer: ServerResponse) => void;
}
let does: Behaviour;
let asked: { readonly url: URL; readonly authorization: string }[] = [];

const server: Server = createServer((request: IncomingMessage, answer: ServerResponse) => {
  const url = new URL(request.url ?? '', 'http://x');
  asked.push({ url, authorization: String(request.headers.authorization) });
  if (url.searchParams.has('versions')) does.list(url.searchParams, answer);
  else if (url.searchParams.has('versioning')) does.setting(answer);
  else does.object(url.searchParams.get('versionId'), answer);
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const { port } = server.address() as AddressInfo;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const LATEST: Row = { id: 'now', latest: true };
const keeps = (states: Readonly<Record<string, string>>, headers: Record<string, string> = {}) => {
  does = {
    list: (_, answer) =>
      void answer.end(page([LATEST, ...Object.keys(states).map((id) => ({ id }))])),
    setting: (answer) =>
      void answer.end(
        '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
      ),
    object: (id, answer) =>
      void answer
        .writeHead(200, { 'x-amz-version-id': id ?? 'now', ...(id === null ? {} : headers) })
        .end(id === null ? stateWith() : states[id]),
  };
};
const refuses = (status: number, code: string) => (answer: ServerResponse) =>
  void answer
    .writeHead(status)
    .end(`<Error><Code>${code}</Code><Message>AKIDtest may not</Message></Error>`);

beforeEach(() => {
  asked = [];
  keeps({});
});

const ask = (env: object = ENV, limits: { timeout?: number; total?: number } = {}) =>
  bucketVersions(
    {
      ...{ bucket: 'states', key: KEY, region: 'eu-central-1', use_path_style: true },
      endpoints: { s3: `http://127.0.0.1:${port}` },
    },
    EVIDENCE,
    { env: { ...env }, workspace: 'default', now: new Date('2026-02-01T00:00:00Z'), ...limits },
  );
const seen = async (...args: Parameters<typeof ask>): Promise<VersionFacts> => {
  const facts = await ask(...args);
  if (facts.kind !== 'seen') throw new Error(facts.why);
  return facts.is;
};
const why = async (...args: Parameters<typeof ask>): Promise<string> => {
  const facts = await ask(...args);
  const text = facts.kind === 'seen' ? JSON.stringify(facts) : facts.why;
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain('AKIDtest');
  return facts.kind === 'seen' ? `seen: ${text}` : facts.why;
};

it('finds the versions that have the objects, and the command that deletes each', async () => {
  keeps({ v3: stateWith('other'), '-v2': stateWith('uid-1'), "v'1": '{"encrypted_data":"x"}' });
  const { versions, asked: of, where } = await seen();
  expect(where).toBe(`s3://states/${KEY}`);
  expect(of).toEqual({
    ...{ lineage: 'l', versioning: 'on', mfaDelete: false },
    ...{ deleteMarkers: 0, unread: 0, isWhole: true },
  });
  const at = '2026-01-05T00:00:00Z';
  expect(versions).toEqual([
    { name: 'v3', at, has: [] },
    {
      ...{ name: '-v2', at, has: ['kubernetes_secret_v1.db'] },
      remove: `aws s3api delete-object --bucket states --key 'team a/prod+1.tfstate' --version-id=-v2 --region eu-central-1 --endpoint-url http://127.0.0.1:${port}`,
    },
    { name: "v'1", at, has: null, why: 'It is no state that can be read, or encrypted.' },
  ]);
});

it('signs every request, and sends the secret with none', async () => {
  keeps({ v1: stateWith() });
  await seen({ ...ENV, AWS_SESSION_TOKEN: 'session' });
  expect(asked).toHaveLength(4);
  for (const { url, authorization } of asked) {
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDtest\/\d{8}\/eu-central-1\/s3\/aws4_request, SignedHeaders=host;[\w;-]*x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(url.href + authorization).not.toContain(SECRET);
  }
  expect(asked.at(-1)?.url.pathname).toBe('/states/team%20a/prod%2B1.tfstate');
});

it('reads all pages, and nothing of other objects', async () => {
  keeps({ v2: stateWith('uid-1'), v1: stateWith('uid-1') });
  does.list = (query, answer) => {
    const marker = query.get('version-id-marker');
    if (marker === null) answer.end(page([LATEST, { id: 'v2' }], [KEY, 'v2']));
    else if (marker === 'v2') {
      const others = [{ id: 'v2', key: `${KEY}.tflock`, latest: true }];
      answer.end(page([{ id: 'v1' }, ...others], [`${KEY}.tflock`, 'v2']));
    } else answer.writeHead(500).end();
  };
  const { versions } = await seen();
  expect(versions.map(({ name }) => name)).toEqual(['v2', 'v1']);
});

it('counts delete markers, and takes all versions for old where the object was deleted', async () => {
  keeps({ v1: stateWith('uid-1') });
  does.list = (_, answer) =>
    void answer.end(page([{ id: 'm', latest: true, marker: true }, { id: 'v1' }]));
  const { versions, asked: of } = await seen();
  expect(of).toMatchObject({ deleteMarkers: 1, lineage: null, why: 'It was deleted.' });
  expect(versions).toMatchObject([{ name: 'v1', has: ['kubernetes_secret_v1.db'] }]);
});

it('says what keeps a version, unless that is over', async () => {
  keeps(
    { v1: stateWith('uid-1') },
    {
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': '2026-03-01T00:00:00.000Z',
      'x-amz-object-lock-legal-hold': 'ON',
    },
  );
  expect((await seen()).versions[0]?.kept).toEqual([
    { by: 'compliance', until: '2026-03-01T00:00:00Z' },
    { by: 'legal hold', until: null },
  ]);
  keeps(
    { v1: stateWith('uid-1') },
    {
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': '2026-01-31T00:00:00Z',
    },
  );
  expect((await seen()).versions[0]?.kept).toBeUndefined();
});

it.each([
  ['Enabled', 'on'],
  ['Suspended', 'suspended'],
  [undefined, 'off'],
])('knows versioning that is %s, and MFA delete', async (status, is) => {
  does.setting = (answer) =>
    void answer.end(
      `<VersioningConfiguration>${status === undefined ? '' : `<Status>${status}</Status>`}<MfaDelete>Enabled</MfaDelete></VersioningConfiguration>`,
    );
  expect((await seen()).asked).toMatchObject({ versioning: is, mfaDelete: true });
});

it('needs no right to see the bucket’s setting', async () => {
  does.setting = refuses(403, 'AccessDenied');
  expect((await seen()).asked).toMatchObject({ versioning: 'not known' });
});

it.each([
  [403, 'AccessDenied', 'It refuses (`AccessDenied`): this needs `s3:ListBucketVersions`.'],
  [403, 'SignatureDoesNotMatch', 'It doesn’t accept the credentials (`SignatureDoesNotMatch`).'],
  [404, 'NoSuchBucket', 'It answers `NoSuchBucket`.'],
  [503, 'Slow`Down\u202e', 'It answers `HTTP 503`.'],
  [301, 'PermanentRedirect', 'It redirects elsewhere (`PermanentRedirect`), which is not followed'],
])('says why where it is refused: %d %s', async (status, code, says) => {
  does.list = (_, answer) => refuses(status, code)(answer);
  expect(await why()).toContain(says);
});

it('goes nowhere that it is redirected to', async () => {
  does.list = (_, answer) =>
    void answer.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end();
  expect(await why()).toContain('not followed');
  expect(asked.map(({ url }) => url.pathname)).toEqual(['/states/']);
});

it('says so where a version may not be read, and reads the others', async () => {
  keeps({ v2: stateWith('uid-1'), v1: stateWith('uid-1') });
  const { object } = does;
  does.object = (id, answer) =>
    id === 'v2' ? refuses(403, 'AccessDenied')(answer) : object(id, answer);
  expect((await seen()).versions).toMatchObject([
    {
      name: 'v2',
      has: null,
      why: 'It refuses (`AccessDenied`): this needs `s3:GetObjectVersion`.',
    },
    { name: 'v1', has: ['kubernetes_secret_v1.db'] },
  ]);
});

it.each([
  ['another version', { 'x-amz-version-id': 'now' }],
  ['a version without a name', {}],
])('doesn’t take %s for the one that was asked for', async (_, headers) => {
  keeps({ v1: stateWith() });
  does.object = (__, answer) => void answer.writeHead(200, headers).end(stateWith());
  expect((await seen()).versions).toMatchObject([
    { has: null, why: 'It answered with another version than the one that was asked for.' },
  ]);
});

const row = { id: 'v1' };
it.each([
  ['an entity', '<!DOCTYPE x [<!ENTITY e "e">]><ListVersionsResult>&e;</ListVersionsResult>'],
  ['no list of versions', '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'],
  ['no end', page([LATEST]).replace('</ListVersionsResult>', '')],
  [
    'nothing of whether there is more',
    page([LATEST]).replace(/<IsTruncated>.*<\/IsTruncated>/, ''),
  ],
  ['two current versions', page([LATEST, { ...row, latest: true }])],
  ['no current version', page([row])],
  ['a version twice', page([LATEST, row, row])],
  ['a version without a size', page([LATEST, row]).replace('<Size>9</Size>', '')],
  ['a size below nothing', page([LATEST, { ...row, size: -1 }])],
  ['a time that is none', page([LATEST, { ...row, at: '2026-13-45T00:00:00Z' }])],
  ['a name of a version with a line end', page([LATEST, { id: 'a&#10;rm -rf' }])],
  ['a name that can’t be decoded', page([LATEST]).replace(/<Key>.*<\/Key>/, '<Key>%ZZ</Key>')],
])('believes nothing of a list with %s', async (_, text) => {
  does.list = (__, answer) => void answer.end(text);
  expect(await why()).toContain('It doesn’t answer as S3 does.');
});

it('gives up a list that goes in a circle, and one that has no end', async () => {
  does.list = (query, answer) =>
    void answer.end(page(query.has('key-marker') ? [] : [LATEST], [KEY, 'again']));
  expect(await why()).toContain('It doesn’t answer as S3 does.');
  let pages = 0;
  does.list = (_, answer) => {
    pages += 1;
    answer.end(page(pages === 1 ? [LATEST] : [], [KEY, `v${pages}`]));
  };
  expect((await seen()).asked).toMatchObject({ isWhole: false });
  expect(pages).toBe(50);
});

it('reads no more than it can, those from before the evidence first', async () => {
  const ids = Array.from({ length: 1200 }, (_, at) => `v${at}`);
  keeps(Object.fromEntries(ids.map((id) => [id, stateWith()])));
  const at = (index: number) => (index < 1100 ? '2026-01-20T00:00:00Z' : '2026-01-05T00:00:00Z');
  does.list = (_, answer) =>
    void answer.end(page([LATEST, ...ids.map((id, index) => ({ id, at: at(index) }))]));
  const { versions, asked: of } = await seen();
  expect(of?.unread).toBe(200);
  expect(versions).toHaveLength(1000);
  expect(versions[0]?.name).toBe('v1100');
  expect(versions[100]?.name).toBe('v0');
});

it('asks for none that is too large, and stops one that turns out to be', async () => {
  const MiB = 2 ** 20;
  does.list = (_, answer) =>
    void answer.end(page([LATEST, { id: 'large', size: 65 * MiB }, { id: 'liar', size: 5 }]));
  does.object = (id, answer) => {
    answer.writeHead(200, { 'x-amz-version-id': id ?? 'now' });
    if (id === null) answer.end(stateWith());
    else for (let sent = 0; sent < 70; sent += 1) answer.write(Buffer.alloc(MiB, 32));
  };
  expect((await seen()).versions).toMatchObject([
    { name: 'large', has: null, why: 'It is larger than 64 MiB.' },
    { name: 'liar', has: null, why: 'Its answer is larger than 64 MiB.' },
  ]);
  expect(asked.filter(({ url }) => url.searchParams.has('versionId'))).toHaveLength(1);
  does.list = (_, answer) => {
    for (let sent = 0; sent < 6; sent += 1) answer.write(Buffer.alloc(MiB, 32));
  };
  expect(await why()).toContain('Its answer is larger than 4 MiB.');
});

it('waits for no server that is slow, with one answer or with all of them', async () => {
  does.list = (_, answer) => void answer.write('<ListVersionsResult>');
  expect(await why(ENV, { timeout: 300 })).toContain('It took too long to answer.');
  keeps(Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`v${at}`, stateWith()])));
  does.object = (id, answer) =>
    void setTimeout(
      () => answer.writeHead(200, { 'x-amz-version-id': id ?? 'now' }).end(stateWith()),
      150,
    );
  const started = performance.now();
  does.setting = (answer) => void answer.write('<VersioningConfiguration>');
  const late = await seen(ENV, { total: 700 });
  expect(late.asked).toMatchObject({ lineage: null, why: 'It took too long to answer.' });
  expect(performance.now() - started).toBeLessThan(10_000);
  does.setting = (answer) => void answer.end('<VersioningConfiguration/>');
  const { versions } = await seen(ENV, { total: 700 });
  expect(versions.at(-1)).toMatchObject({ has: null, why: 'It took too long to answer.' });
});

it('is not asked without credentials', async () => {
  expect(await why({ HOME: '/nowhere' })).toContain('There are no credentials for it.');
  expect(asked).toEqual([]);
});
