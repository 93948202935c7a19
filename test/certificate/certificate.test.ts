import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateOf, formatCertificate } from '../../lib/certificate/certificate.js';
import type { Evidence, EvidenceObject } from '../../lib/certificate/evidence.js';
import type {
  ClusterFacts,
  EtcdFacts,
  EtcdFileFact,
  EtcdHistory,
  Facts,
  Seen,
} from '../../lib/certificate/facts.js';
import { sha256Of } from '../../lib/certificate/hash.js';
import { renderCertificate } from '../../lib/certificate/html.js';
import { renderMarkdown } from '../../lib/certificate/markdown.js';
import { readCertificate, readEvidence } from '../../lib/certificate/read.js';
import { headline } from '../../lib/certificate/words.js';

const object = (more: Partial<EvidenceObject> = {}): EvidenceObject => ({
  address: 'kubernetes_secret_v1.db',
  target: 'billing/secrets/db',
  type: 'kubernetes_secret_v1',
  object: { resource: 'secret', namespace: 'billing', name: 'db' },
  uid: 'uid-1',
  uidFrom: 'state',
  inState: true,
  ...more,
});

const input = { api_version: 'reprieve/v1', kind: 'Guard', target: 'billing' };
const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  schemaVersion: 1,
  stack: 'production',
  target: 'billing',
  takenBy: 'deploy',
  takenAt: '2026-01-08T00:00:00Z',
  tool: '0.1.0',
  request: null,
  deletion: null,
  hardDeletion: null,
  objects: [object()],
  images: [],
  records: [
    {
      address: 'terraform_data.g',
      kind: 'Guard',
      target: 'billing',
      input,
      sha256: sha256Of(input),
    },
  ],
  configuration: null,
  plan: null,
  state: { backend: 'local', lineage: 'l', serial: 6 },
  cluster: { version: 'v1.34.4', id: 'c-1', revision: '100' },
  unknown: [],
  ...more,
});

const seen = <T>(is: T): Seen<T> => ({ kind: 'seen', is });
const unseen = { kind: 'not checked', why: 'Nobody looked.' } as const;
const gone = { resource: 'secret', namespace: 'billing', name: 'db', uid: null, unseen: null };
const live = (objects: ClusterFacts['objects'], id: string | null = 'c-1') =>
  seen({ version: 'v1.34.4', id, objects });
const facts = (more: Partial<Facts> = {}): Facts => ({
  state: seen({ backend: 'local', lineage: 'l', serial: 7, left: [] }),
  versions: unseen,
  cluster: live([gone]),
  etcd: unseen,
  etcdFiles: unseen,
  encryption: { stored: unseen, statement: null },
  images: unseen,
  ...more,
});
const etcd = (
  keys: readonly { key: string; created: string }[],
  history: EtcdHistory | null = null,
  isOfCluster: EtcdFacts['isOfCluster'] = 'yes',
) =>
  seen({
    ...{ endpoint: 'e', prefix: '/registry/', revision: '200', scanned: 9 },
    ...{ keys, history, isOfCluster },
  });
const versions = (...names: readonly string[]) =>
  seen({
    ...{ backend: 'local', where: 'terraform.tfstate.*' },
    versions: names.map((name) => ({ name, at: null, has: ['a.b'] })),
  });
const compacted = (keys = 0) => ({ answer: 'compacted', earliest: '150', keys }) as const;

const about = { checkedAt: '2026-01-09T00:00:00Z', tool: '0.1.0' };
const make = (of: Partial<Evidence> = {}, found: Partial<Facts> = {}) =>
  certificateOf(
    { file: 'evidence/a.json', sha256: 'a'.repeat(64), evidence: evidence(of) },
    facts(found),
    about,
  );
const resultOf = (certificate: ReturnType<typeof make>, id: string) =>
  certificate.checks.find((each) => each.id === id)?.result;

const IDS = [
  ...['state/current', 'objects', 'etcd/current', 'etcd/history', 'etcd/files', 'state/versions'],
  ...['encryption/rotated', 'encryption/old-key', 'images'],
];

describe('a certificate', () => {
  it('says deleted where state and API server have nothing, whatever could not be looked at', () => {
    const certificate = make();
    expect(certificate.verdict).toBe('deleted');
    expect(certificate.checks.map(({ id }) => id)).toEqual(IDS);
    expect(resultOf(certificate, 'etcd/current')).toBe('not checked');
    expect(certificate.deletedBetween).toEqual(['2026-01-08T00:00:00Z', '2026-01-09T00:00:00Z']);
  });

  it('says incomplete where an object, a key or an address is left', () => {
    const same = live([{ ...gone, uid: 'uid-1' }]);
    const address = seen({ backend: 'local', lineage: 'l', serial: 7, left: ['a.b'] });
    const key = etcd([{ key: '/registry/secrets/billing/db', created: '99' }]);
    for (const found of [{ cluster: same }, { state: address }, { etcd: key }]) {
      expect(make({}, found).verdict).toBe('incomplete');
    }
  });

  it('takes no namesake for the object: another uid, a key that was created later', () => {
    const other = live([{ ...gone, uid: 'uid-2' }]);
    const later = etcd([{ key: '/registry/secrets/billing/db', created: '101' }], compacted());
    const certificate = make({}, { cluster: other, etcd: later });
    expect(certificate.verdict).toBe('deleted');
    expect(resultOf(certificate, 'etcd/current')).toBe('confirmed');
  });

  it('proves nothing where nobody knows: no uid, no cluster, no revision, another provider', () => {
    const there = live([{ ...gone, uid: 'uid-2' }]);
    const cases = [
      make({ objects: [object({ uid: null, uidFrom: null })] }, { cluster: there }),
      make({}, { cluster: { kind: 'not known', why: 'It did not answer.' } }),
      make({}, { state: { kind: 'not known', why: 'It could not be read.' } }),
      make(
        { cluster: null },
        { etcd: etcd([{ key: '/registry/secrets/billing/db', created: '9' }]) },
      ),
      make({ objects: [object({ object: null, type: 'aws_db_instance' })] }),
      make({ objects: [object({ object: null })] }),
    ];
    expect(cases.map(({ verdict }) => verdict)).toEqual(cases.map(() => 'unproven'));
  });

  it('proves nothing by another cluster, state or etcd, in which there is none of them either', () => {
    const cases = [
      make({}, { cluster: live([gone], 'c-2') }),
      make({}, { cluster: live([gone], null) }),
      make({ cluster: null }),
      make({}, { cluster: live([{ ...gone, unseen: 'No such kind.' }]) }),
      make({}, { state: seen({ backend: 'local', lineage: 'other', serial: 7, left: [] }) }),
      make({}, { state: seen({ backend: 'local', lineage: 'l', serial: 5, left: [] }) }),
      make({ state: null }),
      make({}, { etcd: etcd([], compacted(), 'no') }),
      make({}, { etcd: etcd([], compacted(), 'not known') }),
      make({ objects: [] }),
    ];
    expect(cases.map(({ verdict }) => verdict)).toEqual(cases.map(() => 'unproven'));
    expect(make({}, { cluster: live([{ ...gone, uid: 'uid-1' }], 'c-2') }).verdict).toBe(
      'incomplete',
    );
  });

  it('calls etcd’s history compacted only where no revision after the evidence has a key', () => {
    const history = (is: EtcdHistory, of?: EtcdFacts['isOfCluster']) =>
      resultOf(make({}, { etcd: etcd([], is, of) }), 'etcd/history');
    expect(history(compacted())).toBe('confirmed');
    expect(history(compacted(2))).toBe('left');
    expect(history({ answer: 'readable' })).toBe('left');
    expect(history({ answer: 'future' })).toBe('not known');
    expect(history(compacted(), 'no')).toBe('not known');
  });

  it('calls no file clean that it can’t search in full', () => {
    const file = { file: 'a', bytes: 9, sha256: 'a'.repeat(64), found: [] };
    const of = (more: Partial<EtcdFileFact>) => {
      const is = [{ ...file, format: 'database', unsearched: 0, ...more } as const];
      return resultOf(make({}, { etcdFiles: seen(is) }), 'etcd/files');
    };
    expect(of({})).toBe('confirmed');
    expect(of({ format: null })).toBe('not known');
    expect(of({ unsearched: 1 })).toBe('not known');
    expect(of({ format: null, found: ['uid-1'] })).toBe('left');
  });

  it('says of no key or image that there is none where nobody knew what to look for', () => {
    const unnamed = object({ object: null, uid: null, uidFrom: null, inState: false });
    const none = { kind: 'not applicable', why: 'The objects referred to no image.' } as const;
    const file = { file: 'a', bytes: 9, sha256: 'a'.repeat(64), found: [], unsearched: 0 };
    const found = {
      ...{ etcd: etcd([], compacted()), images: none },
      etcdFiles: seen([{ ...file, format: 'database' } as const]),
    };
    const results = (...objects: Evidence['objects']) => {
      const certificate = make({ objects }, found);
      const ids = ['etcd/current', 'etcd/history', 'etcd/files', 'images'];
      return ids.map((id) => resultOf(certificate, id));
    };
    const cronJob = { ...unnamed, type: 'kubernetes_cron_job_v1' };
    const namespace = object({ object: { resource: 'namespace', namespace: null, name: 'b' } });
    const unknown = ['not known', 'not known', 'not known'];
    expect(results(object())).toEqual(['confirmed', 'confirmed', 'confirmed', 'not applicable']);
    expect(results(object(), unnamed)).toEqual([...unknown, 'not applicable']);
    expect(results(object(), cronJob)).toEqual([...unknown, 'not known']);
    // A namespace takes along whatever was in it.
    expect(results(namespace, unnamed).slice(0, 3)).toEqual([
      'confirmed',
      'confirmed',
      'confirmed',
    ]);
  });

  it('says from when on, by the evidence or what it knows of the deletion', () => {
    const deletion = {
      ...{ deletedAt: '2026-01-01T00:00:00Z', reclaimAfter: '2026-01-07T00:00:00Z' },
      reclamationId: null,
    };
    const from = (objects: Evidence['objects']) => make({ objects, deletion }).deletedBetween[0];
    expect(from([object()])).toBe('2026-01-08T00:00:00Z');
    expect(from([object(), object({ address: null, inState: false })])).toBe(
      '2026-01-08T00:00:00Z',
    );
    expect(from([object(), object({ inState: false })])).toBe('2026-01-07T00:00:00Z');
  });

  it('takes a person’s word for a key as that, and never as a proof', () => {
    const statement = { key: 'aesgcm:v1:old', by: 'Ann', destroyedAt: '2026-01-08T00:00:00Z' };
    const stored = (key: string, folder = 'secrets') => seen([{ folder, key, objects: 3 }]);
    const stored_ = (key: string, folder?: string) => ({
      ...{ etcd: etcd([]), encryption: { stored: stored(key, folder), statement } },
    });
    const certificate = make({}, stored_('aesgcm:v1:new'));
    expect(resultOf(certificate, 'encryption/old-key')).toBe('stated');
    expect(resultOf(certificate, 'encryption/rotated')).toBe('confirmed');
    for (const key of ['aesgcm:v1:old', 'aesgcm:v1:old:sha256:1', 'plain text']) {
      const open = make({}, stored_(key));
      expect(resultOf(open, 'encryption/rotated')).toBe('left');
    }
    const unknown = make({}, stored_('not readable'));
    expect(resultOf(unknown, 'encryption/rotated')).toBe('not known');
    // Templates and config maps are data, too; in plain text they carry no key.
    expect(resultOf(make({}, stored_('aesgcm:v1:old', 'cronjobs')), 'encryption/rotated')).toBe(
      'left',
    );
    expect(resultOf(make({}, stored_('plain text', 'configmaps')), 'encryption/rotated')).toBe(
      'confirmed',
    );
    const elsewhere = { ...stored_('aesgcm:v1:new'), etcd: etcd([], null, 'no') };
    expect(resultOf(make({}, elsewhere), 'encryption/rotated')).toBe('not known');
  });

  it('confirms no key to be gone where nothing is stored that could carry one', () => {
    const statement = { key: 'aesgcm:v1:old', by: 'Ann', destroyedAt: '2026-01-08T00:00:00Z' };
    const empty = { etcd: etcd([]), encryption: { stored: seen([]), statement } };
    expect(resultOf(make({}, empty), 'encryption/rotated')).toBe('not known');
  });

  it('promises in its first sentence no more than its rows', () => {
    const clean = {
      ...{ etcd: etcd([], compacted()), images: seen([]), versions: versions() },
      etcdFiles: seen([]),
      encryption: { stored: { kind: 'not applicable', why: 'No.' } as const, statement: null },
    };
    expect(headline(make({}, clean))).toBe(
      'Deleted from the state and the cluster, and no copy was found',
    );
    expect(headline(make())).toBe(
      'Deleted from the state and the cluster. No copy was found, and not every place was looked at',
    );
    const older = { ...clean, versions: versions('a.backup'), etcd: etcd([], compacted(2)) };
    expect(headline(make({}, older))).toBe(
      'Deleted from the state and the cluster. Copies remain: Etcd, earlier revisions; Older versions of the state',
    );
    const nowhere = { kind: 'not applicable', why: 'The stack is for no cluster.' } as const;
    const sandbox = make({ objects: [object({ type: 'terraform_data' })] }, { cluster: nowhere });
    expect(headline(sandbox)).toMatch(/^Deleted from the state\. /);
    expect(headline(make({ state: null }))).toMatch(/^Not proven/);
  });

  it('says of each check that finds something what to do about it', () => {
    const statement = { key: 'aesgcm:v1:old', by: 'Ann', destroyedAt: '2026-01-08T00:00:00Z' };
    const file = { file: 'db', bytes: 9, sha256: 'a'.repeat(64), format: 'database' } as const;
    const found = {
      state: seen({ backend: 'local', lineage: 'l', serial: 7, left: ['a.b'] }),
      cluster: live([{ ...gone, uid: 'uid-1' }]),
      etcd: etcd([{ key: '/registry/secrets/billing/db', created: '99' }], { answer: 'readable' }),
      etcdFiles: seen([{ ...file, unsearched: 0, found: ['uid-1'] }]),
      versions: versions('a.backup'),
      encryption: {
        ...{ stored: seen([{ folder: 'secrets', key: 'aesgcm:v1:old', objects: 3 }]), statement },
      },
      images: seen([{ image: 'a/b:1', found: 'there', digest: null, why: '' } as const]),
    };
    const left = make({}, found).checks.filter(({ result }) => result === 'left');
    expect(left.map(({ id }) => id)).toEqual(IDS.filter((id) => id !== 'encryption/old-key'));
    const advice = {
      ...{
        'state/current': 'deploy again',
        objects: 'then delete it',
        images: 'image list TARGET',
      },
      ...{ 'etcd/current': 'Delete the objects', 'etcd/history': 'etcdctl compact' },
      ...{ 'etcd/files': 'etcdctl defrag', 'state/versions': 'Delete them there' },
      'encryption/rotated': 'encryption rotate',
    };
    const says = Object.fromEntries(left.map((each) => [each.id, each.says]));
    for (const [id, what] of Object.entries(advice)) expect(says[id]).toContain(what);
    const again = make({}, { etcd: etcd([], compacted(2)) });
    expect(again.checks.find(({ id }) => id === 'etcd/history')?.says).toContain('etcdctl compact');
  });

  it('is the same for the same evidence and facts, and says no more in Markdown or HTML', () => {
    expect(formatCertificate(make())).toBe(formatCertificate(make()));
    for (const render of [renderMarkdown, renderCertificate]) {
      for (const { title, says } of make().checks) {
        expect(render(make())).toContain(title.replaceAll('’', '’'));
        expect(render(make())).toContain(says.split('`')[0]?.slice(0, 20));
      }
    }
  });

  it('keeps to its published schema, and is read back as it was written', () => {
    const certificate = make({ unknown: ['x'] }, { etcd: etcd([], compacted()) });
    const text = formatCertificate(certificate);
    expect(readCertificate('c.json', Buffer.from(text))).toEqual({
      value: certificate,
      problems: [],
    });
    const known = evidence();
    expect(readEvidence('e.json', Buffer.from(JSON.stringify(known)))).toEqual({
      value: known,
      problems: [],
    });
    for (const wrong of [
      '',
      '{',
      '[]',
      '{"schemaVersion":2}',
      `\ufeff${text}`,
      `${text}{}`,
      text.replace('"target":', '"target": "other",\n  "target":'),
      text.replace('"target":', '"t\\u0061rget": "other",\n  "target":'),
      text.replace('"deleted"', '"done"'),
    ]) {
      expect(readCertificate('c.json', Buffer.from(wrong)).problems).toHaveLength(1);
    }
  });

  it('reads no evidence that is nested without end, and is not brought down by it', () => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const known = evidence();
    const text = JSON.stringify({ ...known, records: [{ ...known.records[0], input: 'DEEP' }] });
    const { problems } = readEvidence('e.json', Buffer.from(text.replace('"DEEP"', deep)));
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('nested too deeply'),
    ]);
    const twice = JSON.stringify(known).replace('{', '{"stack":"other",');
    expect(readEvidence('e.json', Buffer.from(twice)).problems).toHaveLength(1);
  });

  it('shows hostile names as names', () => {
    const hostile = fc.constantFrom(
      '<img src=x onerror=alert(1)>',
      '</style><script>',
      '`code` | pipe',
      '[a](javascript:b)',
      '@everyone',
      '\u202Ereversed\u200b',
      '"><svg>',
    );
    fc.assert(
      fc.property(hostile, hostile, (name, uid) => {
        const of = object({
          uid,
          address: name,
          object: { resource: 'secret', namespace: name, name },
        });
        const request = {
          ...{
            mode: 'soft' as const,
            reason: name,
            requestedBy: uid,
            requestedAt: name,
            approvals: [],
          },
        };
        const cluster = live([{ resource: 'secret', namespace: name, name, uid, unseen: null }]);
        const file = { file: name, bytes: 1, sha256: 'a'.repeat(64) } as const;
        const certificate = make(
          { objects: [of], request, unknown: [], stack: name },
          {
            cluster,
            state: seen({ backend: name, lineage: 'l', serial: 7, left: [name] }),
            versions: seen({ backend: name, where: name, versions: [{ name, at: null, has: [] }] }),
            etcd: etcd([{ key: name, created: '1' }]),
            etcdFiles: seen([{ ...file, format: 'database', unsearched: 0, found: [uid] }]),
            images: seen([{ image: name, found: 'there', digest: uid, why: '' }]),
            encryption: {
              stored: seen([{ folder: name, key: uid, objects: 1 }]),
              statement: { key: name, by: uid, destroyedAt: '2026-01-08T00:00:00Z' },
            },
          },
        );
        const page = renderCertificate(certificate);
        expect(page).not.toMatch(/<(img|script|svg)/);
        const markdown = renderMarkdown(certificate);
        for (const text of [page, markdown]) expect(text).not.toMatch(/[\u202E\u200b]/);
        const prose = markdown.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
        expect(prose).not.toMatch(/(?<!\\)(?:<img|<script|\]\(javascript)|(?<!;)@everyone/);
      }),
    );
  });
});
