import { readDeletions, readLock, readSettings } from '../../lib/reclamation/index.js';

const s = readSettings('a', undefined).value!;
const t = (n: string, f: () => { problems: readonly unknown[] }) => {
  const a = performance.now();
  const p = f().problems;
  console.log(
    n,
    p.length,
    Math.round(performance.now() - a),
    'ms',
    Math.round(process.memoryUsage().rss / 1e6),
    'MB',
    JSON.stringify(p[0]),
  );
};
t('first', () => readLock('l', 'version: 1\nstacks: {}'));
t('del', () => readDeletions('d', 'version: 1\ndeletions:\n' + '- {}\n'.repeat(209000), s));
t('dup', () =>
  readDeletions(
    'd',
    'version: 1\ndeletions:\n' +
      '- {target: a, mode: soft, reason: aaaaaaaaaaaa, requestedBy: a, requestedAt: 2026-01-01T00:00:00Z}\n'.repeat(
        10000,
      ),
    s,
  ),
);
t('approvers', () => readSettings('d', 'version: 1\napprovers:\n' + '- {id: a}\n'.repeat(100000)));
const head =
  'version: 1\nstacks: {p: {target: sandbox, projects: {a: {path: p/a, namespace: a, resources: [], spec: {quota: {}, job-templates: {a: {environment: ';
t('lock', () => readLock('l', head + '[' + '{},'.repeat(600000) + ']}}}}}}}'));
t('lock res', () =>
  readLock(
    'l',
    head.replace('resources: []', 'resources: [' + 'a.b,'.repeat(400000) + ']') + '[]}}}}}}}',
  ),
);
t('close', () => readLock('l', ']'.repeat(16e6)));
t('comma', () => readLock('l', '[' + ','.repeat(16e6)));
