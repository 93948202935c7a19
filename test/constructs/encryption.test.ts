import { expect, it } from 'vitest';
import { Project } from '../../lib/constructs/project.js';
import { ReprieveStack, type ReprieveStackProps } from '../../lib/constructs/stack.js';
import { Target } from '../../lib/constructs/targets/index.js';
import { readLock } from '../../lib/files/projects-lock.js';
import { formatLock } from '../../lib/files/projects-lock-writer.js';
import { DEFAULT_PERIODS } from '../../lib/files/settings.js';
import { declaredIn } from '../../lib/validation/declared/declared.js';
import { synthesizeApp } from '../support/app.js';

const SETTINGS = 'version: 1\nencryption: { provider: secretbox, key: key-1 }\n';
const KUBERNETES = () => Target.kubernetes({ configPath: 'none' });

const declared = (props: ReprieveStackProps, reprieve = SETTINGS) =>
  synthesizeApp(
    (app) => {
      new Project(new ReprieveStack(app, 'production', props), 'billing');
    },
    { settings: reprieve },
  );

it('keeps in the lock by which key a stack’s cluster is to encrypt, and nothing else of it', () => {
  const kms = { provider: 'kms', key: 'vault', endpoint: 'unix:///run/kms.sock' } as const;
  const own = declared({ target: KUBERNETES(), encryption: kms });
  expect(own.codes).toEqual([]);
  expect(own.lock.stacks['production']?.encryption).toEqual({ provider: 'kms', key: 'vault' });
  expect(readLock('projects.lock.yaml', formatLock(own.lock)).value?.lock).toEqual(own.lock);
  const more = { provider: 'secretbox', key: 'k', resources: ['widgets.example.org'] } as const;
  const wide = declared({ target: KUBERNETES(), encryption: more }).lock;
  expect(wide.stacks['production']?.encryption).toEqual(more);
  expect(readLock('projects.lock.yaml', formatLock(wide)).value?.lock).toEqual(wide);
  const general = declared({ target: KUBERNETES() });
  expect(general.lock.stacks['production']?.encryption).toEqual({
    provider: 'secretbox',
    key: 'key-1',
  });
  expect(
    declared({ target: Target.sandbox() }).lock.stacks['production']?.encryption,
  ).toBeUndefined();
  expect(
    declared({ target: KUBERNETES() }, 'version: 1\n').lock.stacks['production'],
  ).not.toHaveProperty('encryption');
});

it('reports everything that is wrong with it', () => {
  const encryption = { provider: 'kms', key: 'a:b', timeout: 'soon' } as const;
  expect(declared({ target: KUBERNETES(), encryption }).codes).toEqual([
    'encryption/name',
    'encryption/endpoint',
    'encryption/timeout',
  ]);
});

it('shows it to policies about projects', () => {
  const { lock } = declared({ target: KUBERNETES() });
  const locked = lock.stacks['production'];
  if (locked === undefined) throw new Error('no stack');
  const found = declaredIn({
    stack: 'production',
    locked,
    requests: [],
    periods: DEFAULT_PERIODS,
    now: new Date(0),
  });
  const project = found.find(({ value }) => Object.hasOwn(Object(value), 'encryption'));
  expect(project?.value).toMatchObject({ encryption: { provider: 'secretbox', key: 'key-1' } });
});
