import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../lib/base/nearest.js';
import type { Checked } from '../../lib/base/problem.js';
import { checkConfigMap } from '../../lib/model/config-map.js';
import { checkCredential } from '../../lib/model/credential.js';
import { formatImageReference, parseImageReference } from '../../lib/model/image-reference.js';
import { checkJobTemplate } from '../../lib/model/job-template.js';
import {
  checkProjectName,
  cronJobNameFor,
  findCollisions,
  isDnsLabel,
  namespaceFor,
} from '../../lib/model/names.js';
import { checkQuota } from '../../lib/model/project.js';
import { checkRegistrySecret } from '../../lib/model/registry-secret.js';
import { checkRotation } from '../../lib/model/revisions.js';
import { checkSecret } from '../../lib/model/secret.js';
import { checkSize, normaliseAmount, parseAmount } from '../../lib/model/sizes.js';
import { codes } from '../support/codes.js';

const SECRET = 'hunter2canary';
const key = { variable: 'token', revision: 1 };

/** Calls a check as JavaScript or YAML would: with anything. */
const loosely =
  <T>(check: (input: never) => T) =>
  (input: unknown): T =>
    check(input as never);
const template = (props: unknown) =>
  loosely((input) => checkJobTemplate('nightly', input))({
    image: 'busybox',
    ...Object(props),
  });
const registry = (props: unknown) =>
  loosely(checkRegistrySecret)({
    server: 'registry.example.org',
    username: 'ann',
    password: key,
    ...Object(props),
  });
const messages = (checked: { readonly problems: readonly object[] }) => JSON.stringify(checked);

describe('a secret in the wrong place', () => {
  it('is not repeated when it stands in an image reference', () => {
    const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
    for (const image of [
      `https://ann:${SECRET}@registry.example.org/app`,
      `ann:${SECRET}@registry.example.org/app`,
      `ann:${SECRET}@host:5000`,
      `ann:${SECRET}!@host/app`,
      `ann:${SECRET}@host/app@${digest}`,
      `${SECRET}@${SECRET}@host/app`,
    ]) {
      const checked = parseImageReference(image);
      expect(codes(checked)).toEqual(['image/credential']);
      expect(messages(checked)).not.toContain(SECRET);
    }
  });

  it('is not repeated when it was swapped with the user name', () => {
    const swapped = registry({ server: 'us.icr.io', username: SECRET });
    expect(codes(swapped)).toEqual(['registry-secret/ibm-username']);
    const broken = registry({ username: `ann\n${SECRET}` });
    expect(codes(broken)).toEqual(['item/text']);
    expect(messages(swapped) + messages(broken)).not.toContain(SECRET);
  });

  it('is refused beside a variable, where it would be dropped in silence', () => {
    const checked = checkCredential({ ...key, value: SECRET }, 'password');
    expect(codes(checked)).toEqual(['credential/literal']);
    expect(messages(checked)).not.toContain(SECRET);
  });

  it('is refused as a certificate, in whatever form it is written', () => {
    const tls = (certificate: unknown) => loosely(checkSecret)({ format: 'tls', certificate, key });
    const pem = (label: string) => `-----BEGIN ${label}-----\n${SECRET}\n-----END ${label}-----\n`;
    const refused = [
      SECRET,
      `${SECRET}\0`,
      pem('EC PARAMETERS'),
      pem('CERTIFICATE') + pem('ENCRYPTED PRIVATE KEY'),
      pem('CERTIFICATE') + pem('PGP MESSAGE'),
      `PuTTY-User-Key-File-3: ssh-ed25519\n${SECRET}`,
    ];
    for (const certificate of refused) {
      const checked = tls(certificate);
      expect(checked.problems).toHaveLength(1);
      expect(messages(checked)).not.toContain(SECRET);
    }
    expect(tls(pem('CERTIFICATE') + pem('CERTIFICATE')).problems).toEqual([]);
  });
});

describe('a message', () => {
  it('repeats no name that could act on a terminal', () => {
    const name = '\u001b[31m\u202e\u3164';
    const environment = { [`CE_${name}`]: 'x', [name]: 5, [`A${name}`.repeat(99)]: {} };
    const { problems } = template({ environment });
    expect(problems.length).toBeGreaterThanOrEqual(3);
    for (const { message, remedy } of problems) {
      expect(message + remedy).not.toMatch(/[\p{Cc}\p{Cf}\u3164]/u);
      expect(message.length).toBeLessThan(700);
    }
    expect(didYouMean('biling', ['billing\u001b'])).toBe(' Did you mean `billing\\u001b`?');
  });
});

describe('huge input', () => {
  const many = (value: unknown) =>
    Object.fromEntries(Array.from({ length: 150_000 }, (_, at) => [`!${at}`, value]));

  it('is answered with the first problems and the number of the others', () => {
    const list = Array.from({ length: 150_000 });
    for (const checked of [
      template({ environment: many('x') }),
      template({ environmentFrom: list }),
      template(many('x')),
      loosely(checkConfigMap)({ data: many(1) }),
      loosely(checkSecret)({ format: 'generic', data: many(1) }),
    ]) {
      expect(codes(checked)).toContain('item/more-problems');
      expect(checked.problems.length).toBeLessThan(60);
    }
  });

  it('is counted even where its entries are wrong', () => {
    expect(codes(template({ environmentFrom: Array.from({ length: 1001 }) }))).toContain(
      'environment/too-many',
    );
  });
});

describe('input of the wrong type', () => {
  it('is reported, whatever it is, by every check', () => {
    const checks = [
      checkRegistrySecret,
      checkSecret,
      checkConfigMap,
      (amount: unknown) =>
        loosely(checkSize)({ cpu: amount, memory: amount, ephemeralStorage: amount }),
      checkQuota,
      parseImageReference,
      (props: unknown) => checkCredential(props, 'password'),
      (props: unknown) => loosely(checkConfigMap)({ data: props }),
      (props: unknown) => loosely(checkSecret)({ format: 'generic', data: props }),
      template,
      registry,
    ].map((check) => loosely<Checked<unknown>>(check as never));
    const given = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true });
    fc.assert(
      fc.property(given, (input) => {
        if (input === undefined) return;
        for (const check of checks.slice(3)) {
          const { value, problems } = check(input);
          expect(value === undefined).toBe(problems.length > 0);
        }
      }),
    );
    for (const check of checks.slice(0, 3)) {
      for (const input of [null, undefined, 7, 'x', [], () => 1]) {
        expect(check(input).problems.length).toBeGreaterThan(0);
      }
    }
  });

  it('still gets a label for a name, so that its problem can be told', () => {
    for (const name of [5, null, {}, []]) {
      expect(isDnsLabel(loosely(namespaceFor)(name))).toBe(true);
      expect(isDnsLabel(loosely(cronJobNameFor)(name))).toBe(true);
    }
    expect(loosely((names) => nearest('billing', names))([5, undefined, 'biling'])).toBe('biling');
  });

  it('is no omission where it is null', () => {
    expect(codes(template({ runAsUser: null, retryLimit: null }))).toEqual([
      'job-template/number',
      'job-template/number',
    ]);
    expect(codes(template({ mode: null }))).toEqual(['job-template/choice']);
    expect(codes(template({ allowMissingReferences: 'no' }))).toEqual(['job-template/flag']);
  });

  it('is located within a list', () => {
    const { problems } = template({ command: ['a', 5, 'b\0'] });
    expect(problems.map(({ message }) => message.slice(0, 12))).toEqual([
      '`command[1]`',
      '`command[2]`',
    ]);
  });

  it('is refused where UTF-8 could not hold it', () => {
    expect(codes(loosely(checkConfigMap)({ data: { A: '\ud800' } }))).toEqual(['config-map/value']);
    expect(codes(template({ environment: { A: '\ud800' } }))).toEqual(['environment/value']);
  });
});

describe('a project’s name', () => {
  it('counts characters, not their halves', () => {
    expect(checkProjectName('😀'.repeat(128))).toEqual([]);
    expect(codes(checkProjectName('😀'.repeat(129)))).toEqual(['project/name']);
  });

  it('has no letters that are drawn as nothing', () => {
    for (const letter of ['\u3164', '\u034f', '\ufe0f', '\u115f']) {
      expect(codes(checkProjectName(`a${letter}b`))).toEqual(['project/name-invisible']);
    }
  });

  it('collides with another spelling that looks the same', () => {
    const entries = ['caf\u00e9', 'cafe\u0301'].map((name) => ({ name, slug: namespaceFor(name) }));
    expect(findCollisions(entries)).toHaveLength(1);
  });
});

describe('what Kubernetes would refuse or rewrite', () => {
  it('is refused as a key or a variable', () => {
    for (const name of ['.', '..', '..x']) {
      expect(codes(loosely(checkConfigMap)({ data: { [name]: '' } }))).toEqual(['item/data-key']);
      expect(codes(template({ environment: { [name]: '' } }))).toEqual(['environment/name']);
    }
    const prefixed = (prefix: unknown) => template({ environmentFrom: [{ secret: 's', prefix }] });
    for (const prefix of ['a-b', '1', 'x'.repeat(254), 7]) {
      expect(codes(prefixed(prefix))).toEqual(['environment/prefix']);
    }
    expect(prefixed('').value?.environment).toEqual([{ secret: 's' }]);
  });

  it('is refused as a mount path, and one slash at its end is dropped', () => {
    const mounts = (...paths: readonly string[]) =>
      template({ mounts: paths.map((path) => ({ path, secret: 's' })) });
    expect(codes(mounts('/a\nb'))).toEqual(['job-template/mount']);
    expect(mounts('/a/').value?.mounts).toEqual([{ path: '/a', secret: 's' }]);
    expect(codes(mounts('/a/', '/a'))).toEqual(['job-template/mount']);
  });

  it('is refused where the same source is there twice', () => {
    const environmentFrom = [{ secret: 's' }, { secret: 's' }, { secret: 's', prefix: 'A_' }];
    expect(codes(template({ environmentFrom }))).toEqual(['environment/duplicate']);
  });

  it('is written as the cluster writes it, without changing the amount', () => {
    expect(normaliseAmount('0.5G')).toBe('500M');
    expect(normaliseAmount('4000M')).toBe('4G');
    expect(checkQuota({ memory: '1000G', ephemeralStorage: '0.5G' }).value).toMatchObject({
      memory: '1000G',
      ephemeralStorage: '500M',
    });
    const amount = fc
      .tuple(fc.integer({ min: 1, max: 999_999 }), fc.constantFrom('K', 'M', 'G', 'Ki', 'Mi', 'Gi'))
      .map(([count, unit]) => `${count}${unit}`);
    fc.assert(
      fc.property(amount, (text) => {
        const normal = normaliseAmount(text);
        expect(parseAmount('memory', normal)).toEqual(parseAmount('memory', text));
        expect(normaliseAmount(normal)).toBe(normal);
      }),
    );
  });
});

describe('a registry’s host', () => {
  it('is the same in capitals', () => {
    const { value } = parseImageReference('Docker.IO/busybox');
    expect(value && formatImageReference(value)).toBe('docker.io/library/busybox:latest');
    expect(codes(registry({ server: 'US.ICR.IO' }))).toEqual(['registry-secret/ibm-username']);
    expect(codes(registry({ server: 'us.icr.io:443' }))).toEqual(['registry-secret/ibm-username']);
  });

  it('has no empty labels', () => {
    expect(codes(registry({ server: 'a..b' }))).toEqual(['registry-secret/server']);
  });

  it('is told to whoever names the location instead', () => {
    expect(registry({ server: 'eu-de.icr.io' }).problems[0]?.remedy).toContain('`de`');
  });

  it('makes no canonical reference that could not be read again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), (length) => {
        const { value } = parseImageReference('a'.repeat(length));
        if (value === undefined) return;
        expect(parseImageReference(formatImageReference(value)).value).toEqual(value);
      }),
    );
  });
});

describe('a rotation', () => {
  const generic = (data: Record<string, { variable: string; revision: number }>) => ({
    format: 'generic' as const,
    data,
  });

  it('is not missed under a key called path', () => {
    const before = generic({ path: { variable: 'a', revision: 1 } });
    const after = generic({ path: { variable: 'b', revision: 1 } });
    expect(codes(checkRotation('secrets', before, after))).toEqual(['credential/revision']);
  });

  it('names the revision that is enough when a credential is gone', () => {
    const before = generic({ a: { variable: 'a', revision: 4 }, b: key });
    const [problem] = checkRotation('secrets', before, generic({ b: key }));
    expect(problem?.remedy).toContain('`data.b.revision` from 1 to 6');
    const raised = generic({ b: { ...key, revision: 6 } });
    expect(checkRotation('secrets', before, raised)).toEqual([]);
  });
});
