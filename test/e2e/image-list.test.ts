import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { Authority } from '../support/etcd.js';
import { LOGIN, type Pushed, Registry, registryMissing } from '../support/registry.js';
import { outputFaults } from '../support/schemas.js';
import { Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = registryMissing();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

describe.skipIf(missing !== undefined)(
  'the images of a project, in a registry with a login',
  () => {
    const it = story();
    const authority = new Authority();
    let registry: Registry;
    let scratch: Scratch;
    let image: Pushed;

    const list = (env: Readonly<Record<string, string>>, ...more: readonly string[]) => {
      const asked = ['image', 'list', 'billing', '--private-registries', registry.name, ...more];
      return scratch
        .with({ NODE_EXTRA_CA_CERTS: authority.path('ca.crt'), ...env })
        .reprieve(...asked);
    };
    const json = (env: Readonly<Record<string, string>>, code = 0) => {
      const done = list(env, '-o', 'json');
      expect(done, done.output).toMatchObject({ code });
      expect(done.output).not.toContain(LOGIN.password);
      const data = JSON.parse(done.stdout);
      expect(outputFaults('image-list', data)).toEqual([]);
      return data;
    };
    const docker = (name: string, config: object) => {
      mkdirSync(join(scratch.folder, name), { recursive: true });
      scratch.write(`${name}/config.json`, JSON.stringify(config));
      return { DOCKER_CONFIG: join(scratch.folder, name) };
    };

    beforeAll(async () => {
      registry = await Registry.start({ authority, login: true });
      image = await registry.push('team/report', ['1.4', 'stable'], [3000, 4000]);
      scratch = new Scratch();
      scratch.declare(`
      const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
      const billing = new Project(stack, 'billing');
      new JobTemplate(billing, 'nightly', { image: '${registry.name}/team/report:1.4' });
      const other = new Project(stack, 'other');
      new JobTemplate(other, 'weekly', { image: '${registry.name}/team/report:stable' });
    `);
      expect(scratch.settle()).toMatchObject({ code: 0 });
    }, 120_000);
    afterAll(async () => {
      scratch?.remove();
      await registry?.stop();
      authority.remove();
    });

    it('aren’t seen without a login, which is not gone', () => {
      expect(json(docker('none', {}), 3)).toMatchObject([
        {
          ...{ found: 'not seen', digest: null, why: expect.stringContaining('docker login') },
          // Another tag of an image that nobody has seen may be the same image.
          ...{ neededBy: [], unclear: [{ target: 'other/job-templates/weekly' }] },
        },
      ]);
      const unasked = list({}, '--no-registries');
      expect(unasked.flat).toContain('Still needed by: not known');
      expect(unasked.flat).toContain('Perhaps needed by: other/job-templates/weekly');
    });

    it('are seen with Docker’s own login, and with what goes by another tag', () => {
      const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
      const [listed] = json(docker('own', { auths: { [registry.name]: { auth } } }));
      expect(listed).toMatchObject({
        image: `${registry.name}/team/report:1.4`,
        found: 'there',
        digest: image.digest,
        bytes: image.bytes,
        usedBy: [{ target: 'billing/job-templates/nightly', status: 'active' }],
        neededBy: [{ target: 'other/job-templates/weekly', status: 'active' }],
        unclear: [],
      });
    });

    it('are needed by what the code declares by now, and by a namesake in another stack', () => {
      const of = (tag: string, more = '') =>
        scratch.declare(`
      const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
      const billing = new Project(stack, 'billing');
      new JobTemplate(billing, 'nightly', { image: '${registry.name}/team/report:1.4' });
      const other = new Project(stack, 'other');
      new JobTemplate(other, 'weekly', { image: '${registry.name}/team/${tag}' });
      ${more}
    `);
      const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
      const env = docker('own', { auths: { [registry.name]: { auth } } });
      of(
        'elsewhere:2',
        `
      const second = new ReprieveStack(app, 'second', { target: Target.sandbox() });
      const namesake = new Project(second, 'billing');
      new JobTemplate(namesake, 'nightly', { image: '${registry.name}/team/report:1.4' });`,
      );
      expect(scratch.synth()).toMatchObject({ code: 0 });
      const ambiguous = list(env);
      expect(ambiguous, ambiguous.output).toMatchObject({ code: 2 });
      expect(ambiguous.flat).toContain('Say --stack');
      const asked = list(env, '--stack', 'sandbox', '-o', 'json');
      expect(asked, asked.output).toMatchObject({ code: 0 });
      const [listed] = JSON.parse(asked.stdout);
      expect(listed.neededBy).toEqual([
        expect.objectContaining({ stack: 'sandbox', target: 'other/job-templates/weekly' }),
        expect.objectContaining({ stack: 'second', target: 'billing/job-templates/nightly' }),
      ]);
      of('report:stable');
      scratch.removeIfThere('projects.lock.yaml');
      expect(scratch.synth()).toMatchObject({ code: 0 });
    });

    it('are seen with a credential helper, and the text says how they are deleted', () => {
      const { username, password } = LOGIN;
      const script = `#!/bin/sh\necho '{"Username":"${username}","Secret":"${password}"}'\n`;
      const env = docker('helper', { credHelpers: { [registry.name]: 'scratch' } });
      scratch.write('helper/docker-credential-scratch', script);
      chmodSync(join(scratch.folder, 'helper/docker-credential-scratch'), 0o700);
      const path = `${join(scratch.folder, 'helper')}:${process.env['PATH']}`;
      const done = list({ ...env, PATH: path });
      expect(done, done.output).toMatchObject({ code: 0 });
      expect(done.stdout).toContain(`${image.bytes} bytes`);
      expect(done.stdout).toMatch(
        /Still needed by: +other\/job-templates\/weekly \(sandbox, active\)/,
      );
      expect(done.stdout).toContain(`/v2/team/report/manifests/${image.digest}`);
    });

    it('are known by evidence once the project is gone', () => {
      scratch.requestDeletions({ target: 'billing' });
      scratch.write(
        'reprieve.yaml',
        'version: 1\nreclamation: { period: 1h, floor: 1s, planMaxAge: 10m }\n',
      );
      expect(scratch.settle()).toMatchObject({ code: 0 });
      scratch.turnBackClocks(2);
      const gathered = scratch.reprieve('reclamation', 'evidence', '--name', 'billing');
      expect(gathered, gathered.output).toMatchObject({ code: 0 });
      expect(scratch.settle()).toMatchObject({ code: 0 });
      const auths = docker('own', {
        auths: {
          [registry.name]: {
            auth: Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64'),
          },
        },
      });
      scratch.declare(`
      const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
      const other = new Project(stack, 'other');
      new JobTemplate(other, 'weekly', { image: '${registry.name}/team/report:stable' });
    `);
      const closed = scratch.reprieve('reclamation', 'close', 'billing');
      expect(closed, closed.output).toMatchObject({ code: 0 });
      const usedBy = [{ target: 'billing', status: 'hard deleted' }];
      expect(json(auths)).toMatchObject([
        { found: 'there', usedBy, neededBy: [{ status: 'active' }] },
      ]);
    });
  },
);
