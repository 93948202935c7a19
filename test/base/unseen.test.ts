import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasInvisible } from '../../lib/base/inert.js';
import { escapeUnseen, hasUnseen } from '../../lib/base/unseen.js';
import { checkText } from '../../lib/yaml/text.js';

/** Every character, once. */
function* characters(): Generator<string> {
  for (let code = 0; code <= 0x10ffff; code += 1) yield String.fromCodePoint(code);
}

it('escapes nothing that a message would show, but what is no character', () => {
  for (const each of characters()) {
    if (!hasUnseen(each)) continue;
    const noCharacter = each === '\ufffe' || each === '\uffff';
    expect(hasInvisible(each) || noCharacter, each.codePointAt(0)?.toString(16)).toBe(true);
  }
});

it('writes whatever it refuses to read as it stands as an escape', () => {
  for (const each of characters()) {
    if (checkText('x.yaml', each).length > 0) expect(hasUnseen(each)).toBe(true);
  }
});

it('leaves no tag and no filler to be read over, and loses none', () => {
  const smuggled = 'run\u{e0041}\u{e007f}\u3164\u2062 now';
  const written = escapeUnseen(JSON.stringify(smuggled));
  expect(hasInvisible(written)).toBe(false);
  expect(parse(written)).toBe(smuggled);
  expect(hasUnseen('👩\u200d💻 \u0915\u094d\u200d\u0937')).toBe(false);
});
