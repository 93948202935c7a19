import fc from 'fast-check';
import { quoteName } from '../../lib/base/inert.js';
import type { Deletion, Review } from '../../lib/review/review.js';

/** Texts that would act somewhere, if they were not made inert. */
export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  '"><a href="https://evil.example">x</a>',
  '[x](https://evil.example) ![y](https://evil.example/y.png)',
  '@octocat #1 GH-2 user/repo#3 https://evil.example www.evil.example a@evil.example',
  '`',
  '``` \n ```',
  'a|b\\|c\\',
  '\\',
  '~~~\n# heading\n- list\n> quote\n\n---\n| a | b |',
  '::set-output name=verdict::pass',
  'x\n::error::y\r\n::stop-commands::z',
  '%0A::error::y',
  '##[error]x',
  '\u001b[31m\u001b]8;;https://evil.example\u0007x',
  '\u202egpj.exe\u2066\u200b\u2060\ufeff',
  '=cmd()|x',
  ']]>&lt;&#60;&amp;',
  '<!-- --> --> <details> </details></td></tr></table>',
  '\ud800',
  '$(id) ${x} {0} {{x}}',
  '',
  ' ',
  'x'.repeat(5000),
  '\u2028\u2029\u0085',
];

/** Any text, and often one that was made to act. */
export const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'`|<>@[]()*_~#!\\:\n&"\' w.h/'), maxLength: 30 }),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.constantFrom(...HOSTILE)).map((pair) => pair.join('')),
);

const deletion: fc.Arbitrary<Deletion> = fc.record({
  stack: hostileText,
  address: hostileText,
  kind: fc.constantFrom(
    'blocked' as const,
    'reclaim' as const,
    'unprotected' as const,
    'hard-delete' as const,
  ),
  actions: fc.array(hostileText, { minLength: 1, maxLength: 2 }),
  reason: hostileText,
  cause: fc.constantFrom('attribute-changed' as const, 'period-over' as const),
  recoverableUntil: fc.constantFrom(null, '2026-01-08T00:00:00Z'),
  target: hostileText,
  trigger: hostileText,
  images: fc.array(hostileText, { maxLength: 2 }),
  attributes: fc.array(hostileText, { maxLength: 2 }),
  deposed: hostileText,
  deferred: hostileText,
  previousAddress: hostileText,
  source: fc.record({
    path: hostileText,
    file: hostileText,
    line: fc.integer({ min: 1, max: 99 }),
  }),
});

/** A review in which every name is hostile. Sentences hold names as the gate writes them. */
export const hostileReview: fc.Arbitrary<Review> = fc
  .record({
    deletions: fc.array(deletion, { minLength: 1, maxLength: 4 }),
    members: fc.array(hostileText, { maxLength: 5 }),
    name: hostileText,
  })
  .map(({ deletions, members, name }) => ({
    scope: 'both',
    verdict: 'blocked',
    why: deletions.map(({ address, stack, source }) => ({
      code: 'before-deadline',
      address,
      message: 'This object belongs to `billing`, and no deletion of it has begun.',
      stack,
      ...(source === undefined ? {} : { source }),
    })),
    deletions,
    reclamations: deletions.map(({ stack }) => ({
      stack,
      target: name,
      kind: 'pending',
      recoverableUntil: '2026-01-08T00:00:00Z',
      timeLeft: 1000,
    })),
    groups: deletions.flatMap(({ stack, target }) =>
      [target ?? '', name].map((each) => ({ stack, target: each, members, subject: 'resources' })),
    ),
    requests: deletions.slice(0, 1).map(({ stack, target }) => ({
      stack,
      target: target ?? name,
      mode: 'hard' as const,
      requestedBy: name,
      reason: name,
      approvedBy: name,
      approvedUntil: '2026-01-08T00:00:00Z',
    })),
    notices: deletions.map(({ address, stack }) => ({
      code: 'policy-unmatched',
      address,
      message: `The policy ${quoteName(name)} says nothing.`,
      stack,
    })),
    plans: deletions.map(({ stack }) => ({
      stack,
      terraformVersion: name,
      formatVersion: name,
      plannedAt: '2026-01-01T00:00:00Z',
      counts: { create: 1, update: 0, delete: 1, forget: 0, unchanged: 0 },
      changes: [{ action: 'create', type: name, count: 1 }],
    })),
    reviewedAt: '2026-01-01T00:00:00Z',
    rulesFrom: 'defaults',
    rules: deletions.map(({ address }) => ({
      rule: name,
      before: address,
      after: name,
      direction: 'weaker',
    })),
    findings: deletions.map(({ address, stack }) => ({
      policy: name,
      title: name,
      level: 'advisory',
      state: 'waived',
      stack,
      address,
      pointer: name,
      message: 'A sentence.',
      remediation: 'Another one.',
      waiver: { reason: name, owner: name, expires: '2026-06-01' },
    })),
  }));
