import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeApp, GUARD, TOMBSTONE } from '../../support/fake-app.js';

let app: FakeApp;
beforeEach(() => {
  app = new FakeApp();
  app.locked();
});
afterEach(() => app.remove());

describe('after `recover`, where no guard says what belongs to a target', () => {
  beforeEach(() => {
    app.synthesized({ declared: ['billing'] }, { tombstone: TOMBSTONE, ns: { input: {} } });
    app.applied();
    app.requested('billing');
  });

  it('is soft deleted, and can be restored', async () => {
    const { out, err } = await app.reprieve('reclamation list');
    expect(out).toMatch(/\nbilling +- +[0-9a-f-]{36} +soft deleted +demo +30m +30m\n/);
    expect(err).toContain('no record of what belongs to it: the next deploy writes that');
    expect(await app.reprieve('reclamation restore billing')).toMatchObject({ code: 0 });
  });

  it('is not closed, and nobody is told to edit the lock', async () => {
    const before = app.read('projects.lock.yaml');
    const { code, err } = await app.reprieve('reclamation close billing');
    expect(err).toContain('`billing` is soft-deleted');
    expect(err).toContain('npx reprieve deploy demo');
    expect(err).not.toContain('by hand');
    expect(code).toBe(1);
    expect(app.read('projects.lock.yaml')).toBe(before);
  });
});

describe('a request that was removed too early', () => {
  const gone = (declared: readonly string[]) => {
    app.synthesized({ declared }, { guard: GUARD, tombstone: TOMBSTONE });
    app.applied();
    app.write('deletions.yaml', 'version: 1\ndeletions: []\n');
  };

  it('does not say that a deploy restores what is gone for good', async () => {
    gone(['billing']);
    const { err } = await app.reprieve('reclamation list');
    expect(err).toContain('It was deleted for good');
    expect(err).toContain('npx reprieve reclamation close billing --stack demo');
    expect(err).not.toContain('deploy to restore it');
  });

  it('can be closed all the same, once its code is gone', async () => {
    gone(['billing']);
    expect((await app.reprieve('reclamation close billing')).err).toContain('still declares it');
    app.fails({ code: 'lock/missing', message: 'm', remedy: 'r', path: 'demo/billing' });
    const { code, out } = await app.reprieve('reclamation close billing');
    expect({ code, out }).toEqual({
      code: 0,
      out: "Closing the deletion of project 'billing'...\nOK\n",
    });
    expect(app.read('projects.lock.yaml')).not.toContain('billing');
  });

  it('says of what is gone in part to request it again', async () => {
    app.synthesized(
      { declared: ['billing'] },
      {
        guard: {
          input: {
            ...GUARD.input,
            members: [
              { address: 'terraform_data.ns', target: 'billing' },
              { address: 'terraform_data.role', target: 'billing' },
            ],
          },
        },
        tombstone: TOMBSTONE,
        ns: { input: {} },
      },
    );
    app.applied();
    app.write('deletions.yaml', 'version: 1\ndeletions: []\n');
    const { err } = await app.reprieve('reclamation list');
    expect(err).toContain('It was deleted in part');
    expect(err).toContain('npx reprieve reclamation request billing --stack demo');
  });
});

describe('a file that was emptied', () => {
  it.each([
    ['projects.lock.yaml', 'remove the file: synth writes it'],
    ['deletions.yaml', 'write `version: 1` and `deletions: []`'],
    ['reprieve.yaml', 'write `version: 1`'],
  ])('is an error: %s', async (name, otherwise) => {
    app.synthesized({ declared: ['billing'] });
    app.requested();
    for (const text of ['', '\n', '# nothing\n', '---\n', 'null\n']) {
      app.write(name, text);
      const { code, err } = await app.reprieve('reclamation list');
      expect(err).toContain(`\`${name}\` has no content.`);
      expect(err).toContain(`git checkout HEAD -- ${name}`);
      expect(err).toContain(otherwise);
      expect(code).toBe(2);
      expect(app.read(name)).toBe(text);
    }
  });
});
