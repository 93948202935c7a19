import { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLock, readLock } from '../../lib/files/projects-lock.js';
import { Credential, Project, ReprieveStack, Target } from '../../lib/index.js';
import { checkItemName, checkProjectName } from '../../lib/model/names.js';
import { synthesizeApp } from '../support/app.js';

const token = Credential.fromVariable('my-token_1', { revision: 2_147_483_647 });
const PEM = '-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n';

/** Declares, and reads back what the lock then says. */
function roundTrip(declare: (stack: ReprieveStack) => void) {
  const { lock, problems } = synthesizeApp((app) =>
    declare(new ReprieveStack(app, 'prod', { target: Target.kubernetes() })),
  );
  expect(problems.map(({ message }) => message)).toEqual([]);
  const read = readLock('projects.lock.yaml', formatLock(lock));
  expect(read.problems).toEqual([]);
  expect(read.value?.lock).toEqual(lock);
}

describe('whatever can be declared', () => {
  it('can be read back from the lock', () => {
    roundTrip((stack) => {
      const scope = new Construct(new Construct(stack, 'Team A (x): 1.0'), 'größe');
      const project = new Project(scope, 'p', {
        name: 'Größe: 1.0_x',
        namespace: 'x-1',
        reclamationPeriod: '90m30s'.replace('90m30s', '36h30m10s'),
        quota: { cpu: 0.5, jobs: 5, memory: '0.5G', ephemeralStorage: '512Mi' },
        adoptNamespace: true,
      });
      const inner = new Construct(project, 'a b');
      project.addRegistrySecret('hub', {
        name: 'docker.hub-1',
        server: 'registry.local:5000',
        username: 'an n$oauth',
        email: 'ä+b@example.org',
        password: token,
      });
      project.addRegistrySecret('six', {
        server: 'icr.io',
        username: 'iamapikey',
        password: token,
      });
      project.addSecret('generic', {
        format: 'generic',
        data: {
          '.dockerconfigjson': token,
          __proto__x: token,
          'a-b_c.d': token,
          constructor: token,
        },
      });
      project.addSecret('tls', { format: 'tls', certificate: `${PEM}${PEM}`, key: token });
      project.addSecret('ssh', { format: 'ssh_auth', sshKey: token, knownHosts: 'a b\nc d\n' });
      project.addSecret('basic', {
        format: 'basic_auth',
        username: 'x:y'.replace(':', ';'),
        password: token,
      });
      project.addSecret('hmac', {
        format: 'hmac_auth',
        accessKeyId: token,
        secretAccessKey: token,
      });
      project.addConfigMap('settings', {
        data: {
          'a.b': 'x\n  y: "z"\n# no comment\n',
          EMPTY: '',
          yes: 'no',
          '1': '0x10',
          '-': '${x}',
        },
      });
      const digest = `sha256:${'ab'.repeat(32)}`;
      const { node } = inner;
      expect(node.path).toContain('a b');
      project.addJobTemplate('full', {
        image: `[::1]:5000/team/app:1.0_x-2@${digest}`,
        imageSecret: 'docker.hub-1',
        command: ['', 'a "b"', "it's", '${x}', '- #', 'null', '1'],
        arguments: ['\t', 'ü', '\u{1F600}', 'a\nb'],
        environment: {
          _A: '',
          'a-b.c': 'true',
          S: { secret: 'generic', key: 'a-b_c.d' },
          C: { configMap: 'settings', key: '-' },
        },
        environmentFrom: [{ secret: 'basic', prefix: 'DB_' }, { configMap: 'settings' }],
        mounts: [
          { path: '/a b/c:d'.replace(':', '_'), secret: 'tls' },
          { path: '/e', configMap: 'settings' },
        ],
        serviceAccount: 'none',
        runAsUser: 2_147_483_647,
        arraySize: 1000,
        cpu: '125m',
        memory: '0.25G',
        ephemeralStorage: '400M',
        maxExecutionTime: 86_400,
        retryLimit: 0,
        allowMissingReferences: true,
      });
      project.addJobTemplate('daemon', { image: 'localhost/x', mode: 'daemon' });
      project.addJobTemplate('n', { name: `a${'b'.repeat(61)}c`, image: 'x' });
    });
  });

  it('can be read back whatever its names are', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => checkProjectName(text).length === 0);
    const item = fc
      .stringMatching(/^[a-z0-9]([-a-z0-9.]{0,30}[a-z0-9])?$/)
      .filter((text) => checkItemName('secrets', text).length === 0);
    fc.assert(
      fc.property(name, item, (project, secret) => {
        roundTrip((stack) => {
          new Project(stack, 'p', { name: project }).addSecret('s', {
            name: secret,
            format: 'generic',
            data: { k: token },
          });
        });
      }),
      { numRuns: 40 },
    );
  });
});
