import { expect, it } from 'vitest';
import { subjectInWords } from '../../../lib/cli/cluster/audit.js';

const finding = (code: string, message: string, remedy: string) =>
  ({ level: 'finding', code, path: 'secret billing/key\u001b[2J', message, remedy }) as const;

it('says what was found about one object together, and what to do once for all that it mends', () => {
  const text = subjectInWords([
    finding('mark/period', 'Its period is 999999h.', 'Deploy the stack again.'),
    finding('open/finalizer', 'It has the finalizer x/y.', 'Ask who set it.'),
    finding('mark/state', 'It has no state.', 'Deploy the stack again.'),
  ]);
  expect(text.split('\n')).toEqual([
    'secret billing/key\\u001b[2J',
    '  mark/period: Its period is 999999h.',
    '  mark/state: It has no state.',
    '    Deploy the stack again.',
    '  open/finalizer: It has the finalizer x/y.',
    '    Ask who set it.',
  ]);
});
