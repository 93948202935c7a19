import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkItemName,
  checkNamespace,
  checkProjectName,
  cronJobNameFor,
  findCollisions,
  isDnsLabel,
  namespaceFor,
} from '../../lib/model/names.js';
import { codes } from '../support/codes.js';

/** Names that the platform accepts, of any script. */
const projectName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((name) => checkProjectName(name).length === 0);
const templateName = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

describe('a project’s name', () => {
  it('may be anything that the platform takes', () => {
    for (const name of ['billing', 'Billing: EU 2.0', 'Größe_1', '請求', 'a'.repeat(128)]) {
      expect(checkProjectName(name)).toEqual([]);
    }
  });

  it('is refused when empty, too long, blank, or with other punctuation', () => {
    for (const name of ['', 'a'.repeat(129), '   ', 'a/b', 'a;b', undefined, 7, {}]) {
      expect(codes(checkProjectName(name))).toEqual(['project/name']);
    }
  });

  it('is refused with characters that nobody sees, which are shown escaped', () => {
    const [problem] = checkProjectName('bill\u202eing');
    expect(problem?.code).toBe('project/name-invisible');
    expect(problem?.message).toContain('\\u202e');
    expect(problem?.message).not.toContain('\u202e');
    expect(codes(checkProjectName('a\u200bb'))).toEqual(['project/name-invisible']);
  });
});

describe('a project’s namespace', () => {
  it('is its name where that is a DNS label', () => {
    expect(namespaceFor('billing')).toBe('billing');
  });

  it('is a readable label with a hash elsewhere', () => {
    expect(namespaceFor('Billing: EU')).toMatch(/^billing-eu-[0-9a-f]{8}$/);
    expect(namespaceFor('Größe 1')).toMatch(/^gro-e-1-[0-9a-f]{8}$/);
    expect(namespaceFor('請求')).toMatch(/^project-[0-9a-f]{8}$/);
  });

  it('is always the same valid label, and never Kubernetes’ own', () => {
    fc.assert(
      fc.property(projectName, (name) => {
        const namespace = namespaceFor(name);
        expect(namespaceFor(name)).toBe(namespace);
        expect(isDnsLabel(namespace)).toBe(true);
        expect(checkNamespace(namespace)).toEqual([]);
      }),
    );
    for (const name of ['default', 'kube-system', 'Kube System', 'kube-']) {
      expect(checkNamespace(namespaceFor(name))).toEqual([]);
    }
  });

  it('differs for different names, or the collision is found', () => {
    fc.assert(
      fc.property(fc.uniqueArray(projectName, { minLength: 2, maxLength: 30 }), (names) => {
        const entries = names.map((name) => ({ name, slug: namespaceFor(name) }));
        const distinct = new Set(entries.map(({ slug }) => slug)).size;
        const lost = findCollisions(entries).reduce((sum, each) => sum + each.names.length - 1, 0);
        expect(distinct + lost).toBe(names.length);
      }),
    );
  });

  it('may be given, but not as something that is no label or Kubernetes’ own', () => {
    expect(checkNamespace('team-billing')).toEqual([]);
    expect(codes(checkNamespace('Team'))).toEqual(['project/namespace']);
    expect(codes(checkNamespace('kube-system'))).toEqual(['project/namespace-reserved']);
    expect(codes(checkNamespace('default'))).toEqual(['project/namespace-reserved']);
  });
});

describe('a CronJob’s name', () => {
  it('is the template’s up to 52 characters, then a label of 52 at most', () => {
    fc.assert(
      fc.property(templateName, (name) => {
        const cronJob = cronJobNameFor(name);
        expect(cronJob.length).toBeLessThanOrEqual(52);
        expect(isDnsLabel(cronJob)).toBe(true);
        if (name.length <= 52) expect(cronJob).toBe(name);
      }),
    );
    expect(cronJobNameFor(`${'a'.repeat(60)}1`)).not.toBe(cronJobNameFor(`${'a'.repeat(60)}2`));
  });
});

describe('an item’s name', () => {
  it('is a label for a job template and a subdomain for the others', () => {
    expect(checkItemName('job-templates', 'nightly')).toEqual([]);
    expect(codes(checkItemName('job-templates', 'a.b'))).toEqual(['job-template/name']);
    expect(codes(checkItemName('job-templates', 'a'.repeat(64)))).toEqual(['job-template/name']);
    expect(checkItemName('registry-secrets', 'docker.hub')).toEqual([]);
    expect(codes(checkItemName('secrets', 'A'))).toEqual(['item/name']);
    expect(codes(checkItemName('config-maps', 'kube-root-ca.crt'))).toEqual(['item/name-reserved']);
  });
});
