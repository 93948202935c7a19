import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countUnless,
  deadline,
  earliest,
  freshPlan,
  isOver,
  tombstoneInput,
} from '../../lib/state/clock.js';
import { literal, literalText, quoteHcl, render, template } from '../../lib/state/expression.js';

describe('literal text', () => {
  it('is never evaluated as a template', () => {
    expect(literalText('a ${b} %{c} $${d} 5% {}')).toBe('a $${b} %%{c} $$${d} 5% {}');
    expect(literal({ '${k}': ['%{x}', 1, null] })).toEqual({ '$${k}': ['%%{x}', 1, null] });
    expect(quoteHcl('a"${b}\n')).toBe('"a\\"$${b}\\n"');
  });

  it('can be read back by undoing the doubling', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '%', '{', '}', 'a') }), (text) => {
        const escaped = literalText(text);
        expect(escaped.replaceAll(/([$%])\1\{/g, '$1{')).toBe(text);
      }),
    );
  });
});

describe('the clock', () => {
  it('starts at the plan and is read from state', () => {
    expect(render(tombstoneInput('billing', '168h'))).toEqual({
      api_version: 'reprieve/v1',
      kind: 'Tombstone',
      target: 'billing',
      deleted_at: '${plantimestamp()}',
      period: '168h',
    });
    expect(deadline('terraform_data.t')).toBe(
      'timeadd(terraform_data.t.input.deleted_at, terraform_data.t.input.period)',
    );
  });

  it('keeps a resource until any of its conditions holds', () => {
    expect(countUnless([isOver('d'), 'x'])).toBe(
      '${(timecmp(plantimestamp(), d) >= 0) || (x) ? 0 : 1}',
    );
    expect(earliest(['a', 'b'])).toBe('(timecmp(a, b) <= 0 ? a : b)');
    expect(template('x')).toBe('${x}');
  });

  it('refuses an old plan with a reason', () => {
    const { condition, error_message: message } = freshPlan('billing', '1h');
    expect(condition).toBe('${timecmp(timestamp(), timeadd(local.reprieve_planned_at, "1h")) < 0}');
    expect(message).toContain('older than 1h');
  });
});
