import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Window } from '../../../lib/plan/json/window.js';

const WANTED = Buffer.from('"aba"');

it('finds bytes in any part of a stream, however it is cut into chunks', () => {
  const text = fc.array(fc.constantFrom('"', 'a', 'b', '"aba"', 'xx'), { maxLength: 40 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(20), { maxLength: 6 }), (parts, sizes) => {
      const bytes = Buffer.from(parts.join(''));
      const window = new Window(1000);
      const asked: boolean[] = [];
      window.pin(0);
      for (let at = 0; at < bytes.length; ) {
        const size = Math.max(1, sizes[at % Math.max(1, sizes.length)] ?? 7);
        window.next(bytes.subarray(at, at + size));
        at = Math.min(bytes.length, at + size);
        for (let end = 0; end <= at; end += 1) {
          for (const start of [end >> 1, 0, Math.max(0, end - 5)]) {
            asked.push(
              window.has(WANTED, start, end) === bytes.subarray(start, end).includes(WANTED),
            );
          }
        }
      }
      expect(asked).not.toContain(false);
    }),
  );
});
