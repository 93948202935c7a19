import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatImageReference,
  parseImageReference,
  withoutCredential,
} from '../../lib/model/image-reference.js';
import { codes } from '../support/codes.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const canonical = (text: string) => {
  const { value } = parseImageReference(text);
  return value === undefined ? undefined : formatImageReference(value);
};

describe('an image reference', () => {
  it('has its registry and tag filled in', () => {
    expect(canonical('busybox')).toBe('docker.io/library/busybox:latest');
    expect(canonical('example/app:1.4')).toBe('docker.io/example/app:1.4');
    expect(canonical('index.docker.io/busybox')).toBe('docker.io/library/busybox:latest');
    expect(canonical(`busybox@${DIGEST}`)).toBe(`docker.io/library/busybox@${DIGEST}`);
    expect(canonical(`de.icr.io/team/app:1@${DIGEST}`)).toBe(`de.icr.io/team/app:1@${DIGEST}`);
  });

  it('tells a registry’s port from a tag', () => {
    expect(parseImageReference('registry.local:5000/app').value).toEqual({
      registry: 'registry.local:5000',
      repository: 'app',
      tag: 'latest',
    });
    expect(canonical('localhost/app:5000')).toBe('localhost/app:5000');
    expect(canonical('[::1]:5000/app')).toBe('[::1]:5000/app:latest');
  });

  it('is refused when a part is wrong, and says which', () => {
    const wrong = [
      '',
      'Example/app',
      'docker.io/Example/app',
      'a//b',
      'app:',
      'app:.x',
      'app@sha256:abc',
      `app@${DIGEST}@${DIGEST}`,
      `app@md5:${'a'.repeat(32)}`,
      'host:99999/app',
      'a b',
      'https://docker.io/app',
      'a'.repeat(257),
      '-a/b',
      undefined,
      {},
    ];
    for (const text of wrong) expect(codes(parseImageReference(text))).toEqual(['image/reference']);
    expect(parseImageReference('docker.io/Example/app').problems[0]?.message).toContain(
      '"Example"',
    );
  });

  it('is refused with a user or a password, which no message repeats', () => {
    const long = 'a'.repeat(300);
    for (const text of [
      'ann:hunter2@registry.example/app',
      'hunter2@registry.example/app:1',
      'https://ann:hunter2@registry.example/app',
      'ann:p@hunter2@registry.example:5000/app',
      'ann:hunter2@sha-registry:5000/app',
      'ann:hunter2@sha256:5000/app',
      'ann:hunter2@registry.example',
      `ann:hunter2@registry.example/app@${DIGEST}`,
      `ann:hunter2@registry.example/${long}`,
    ]) {
      const checked = parseImageReference(text);
      expect(codes(checked), text).toEqual(['image/credential']);
      expect(JSON.stringify(checked)).not.toContain('hunter2');
    }
    expect(JSON.stringify(parseImageReference('ann:hunter2@sha256:5000'))).not.toContain('hunter2');
  });

  it('is shown without them, and as it is otherwise', () => {
    const word = fc.stringMatching(/^[\w:/.@-]{0,12}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('', ':1.4', `@${DIGEST}`), (user, host, end) => {
        expect(withoutCredential(`${user}:hunter2@${host}/app${end}`)).not.toContain('hunter2');
      }),
    );
    for (const text of ['busybox', 'localhost:5000/app:1', `a/b:1@${DIGEST}`]) {
      expect(withoutCredential(text)).toBe(text);
    }
  });

  it('reads its canonical text back as the same reference', () => {
    const component = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,4})?$/);
    const text = fc
      .tuple(
        fc.constantFrom('', 'localhost/', 'us.icr.io/', 'registry.local:5000/'),
        fc.array(component, { minLength: 1, maxLength: 4 }),
        fc.option(fc.stringMatching(/^[\w][\w.-]{0,20}$/)),
        fc.boolean(),
      )
      .map(
        ([registry, path, tag, digest]) =>
          `${registry}${path.join('/')}${tag === null ? '' : `:${tag}`}${digest ? `@${DIGEST}` : ''}`,
      );
    fc.assert(
      fc.property(text, (given) => {
        const { value, problems } = parseImageReference(given);
        expect(problems).toEqual([]);
        const canonical = value && formatImageReference(value);
        expect(parseImageReference(canonical ?? '')).toEqual({ value, problems: [] });
      }),
    );
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { value, problems } = parseImageReference(text);
        expect(value === undefined).toBe(problems.length > 0);
      }),
    );
  });
});
