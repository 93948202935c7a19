import { expect, it } from 'vitest';
import { relationOf } from '../../../lib/cli/image/relation.js';
import type { SeenImage } from '../../../lib/registry/image.js';

const [A, B, C] = ['a', 'b', 'c'].map((each) => `sha256:${each.repeat(64)}`);
const there = (digest = '', parts: readonly string[] = []): SeenImage => ({
  ...{ kind: 'there', digest, parts, mediaType: 'm', bytes: 1, platforms: 1 },
});
const down: SeenImage = { kind: 'not seen', why: 'down' };

it.each([
  ['r.example.org/a:1', there(A), 'r.example.org/a:2', there(A), 'same'],
  ['r.example.org/a:1', there(A), 'r.example.org/a:2', there(B), 'other'],
  ['r.example.org/a:1', there(A), `r.example.org/a@${A}`, down, 'same'],
  ['r.example.org/a:1', there(A, [B ?? '']), `r.example.org/a@${B}`, there(B), 'same'],
  [`r.example.org/a@${B}`, there(B), 'r.example.org/a:1', there(A, [B ?? '']), 'same'],
  // Where one isn't seen, nobody knows.
  ['r.example.org/a:1', down, 'r.example.org/a:2', there(A), 'unclear'],
  ['r.example.org/a:1', there(A), 'r.example.org/a:2', down, 'unclear'],
  ['r.example.org/a:1', undefined, 'r.example.org/a:2', undefined, 'unclear'],
  ['r.example.org/a:1', there(A), `r.example.org/a@${C}`, down, 'unclear'],
  ['r.example.org/a:1', there(A), 'r.example.org/a:2', { kind: 'gone' }, 'other'],
  // Names of one registry, and of others.
  ['docker.io/library/a:1', undefined, 'registry-1.docker.io/library/a:2', undefined, 'unclear'],
  ['r.example.org/a:1', undefined, 'r.example.org:443/a:2', undefined, 'unclear'],
  ['r.example.org/a:1', there(A), 'mirror.example.org/a:1', there(A), 'same'],
  ['r.example.org/a:1', there(A), 'mirror.example.org/a:1', down, 'other'],
  ['r.example.org/a:1', there(A), 'r.example.org/b:1', there(A), 'other'],
  ['not a reference', undefined, 'not a reference', undefined, 'same'],
] as const)('%s beside %s', (image, is, other, also, relation) => {
  const seen = new Map<string, SeenImage>();
  if (is !== undefined) seen.set(image, is);
  if (also !== undefined) seen.set(other, also);
  expect(relationOf(image, other, seen)).toBe(relation);
});
