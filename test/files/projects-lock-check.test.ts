import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatLock,
  type ProjectsLock,
  readLock,
  unreadableLock,
} from '../../lib/files/projects-lock.js';
import { DEFAULT_QUOTA } from '../../lib/model/limits.js';
import { lock as anyLock } from './generators.js';

const FILE = 'projects.lock.yaml';
const readBack = (lock: ProjectsLock) => readLock(FILE, formatLock(lock)).problems;

describe('a lock that is about to be written', () => {
  it('is readable where its text is, whatever the names and texts', () => {
    fc.assert(
      fc.property(anyLock, (lock) => {
        expect(unreadableLock(FILE, lock)).toEqual(readBack(lock));
      }),
    );
  });

  it('has the problems that its text would have', () => {
    const broken: readonly [string, (project: Broken) => unknown][] = [
      ['lock/foreign-path', (it) => ({ ...it, path: 'elsewhere/x' })],
      [
        'lock/token',
        (it) => ({ ...it, spec: { ...it.spec, annotations: { a: `\${TfToken[TOKEN.1]}` } } }),
      ],
      ['lock/period', (it) => ({ ...it, spec: { ...it.spec, period: '60m' } })],
      ['schema/', (it) => ({ ...it, spec: { ...it.spec, quota: {} } })],
    ];
    const project = Object.values(readable().stacks['s']?.projects ?? {})[0] as Broken;
    for (const [code, change] of broken) {
      const lock = readable(change(project));
      const problems = unreadableLock(FILE, lock);
      expect(problems.map((each) => each.code).join()).toContain(code);
      expect(problems).toEqual(readBack(lock));
    }
  });

  it('is refused where its text would be too large', () => {
    const resources = Array.from({ length: 90_000 }, (_, at) => `aws_x.${'x'.repeat(200)}_${at}`);
    const lock = readable({ ...PROJECT, resources });
    expect(unreadableLock(FILE, lock).map(({ code }) => code)).toEqual(['lock/too-large']);
  });
});

interface Broken {
  readonly spec: object;
}

function readable(project: unknown = PROJECT): ProjectsLock {
  const stacks: unknown = { s: { target: 'sandbox', projects: { p: project } } };
  return { version: 1, stacks: stacks as ProjectsLock['stacks'] };
}

const PROJECT = {
  path: 's/p',
  namespace: 'p',
  spec: {
    quota: DEFAULT_QUOTA,
  },
  resources: [],
};
