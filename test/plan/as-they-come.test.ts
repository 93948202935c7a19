import { describe, expect, it } from 'vitest';
import type { Checked } from '../../lib/base/problem.js';
import { loadPlan } from '../../lib/plan/load-plan.js';
import type { Plan } from '../../lib/plan/plan.js';
import { planText } from '../support/plans.js';

const TEXT = planText('replace').trim();
const JSON_LINE = JSON.stringify(JSON.parse(TEXT));

function inParts(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

const load = (bytes: Uint8Array, size = bytes.length): Promise<Checked<Plan>> =>
  loadPlan(inParts(bytes, size), { stack: 'demo' });

/** A plan of changes, with what was there before it. */
const plan = (more: object) =>
  Buffer.from(
    JSON.stringify({ format_version: '1.0', planned_values: {}, resource_changes: [], ...more }),
  );

describe('wrappers', () => {
  const wrapped = (json: string) =>
    `[command]/opt/terraform-bin show -json plan\n${json}\n\n::debug::Terraform exited with code 0.\n::set-output name=stdout::${json.replaceAll(/\s*\n/g, '%0A')}\n::set-output name=exitcode::0\n`;

  it.each([JSON_LINE, TEXT, `${JSON.stringify(JSON.parse(TEXT), null, 2)}\r\n`])(
    'are left out, wherever a part ends',
    async (json) => {
      const plain = await load(Buffer.from(json));
      expect(plain.problems).toEqual([]);
      const bytes = Buffer.from(wrapped(json));
      for (const size of [1, 2, 7, 64, bytes.length]) {
        const read = await load(bytes, size);
        expect(read.problems, `${size}`).toEqual([]);
        expect(read, `${size}`).toEqual(plain);
      }
    },
  );

  it('hide nothing else: any other text is no plan', async () => {
    for (const text of [
      `[commander]\n${JSON_LINE}`,
      `:\n${JSON_LINE}`,
      `${JSON_LINE} ::debug::x`,
      `${JSON_LINE}\nx`,
      '::debug::only\n',
      '[command]',
    ]) {
      expect((await load(Buffer.from(text))).problems.length, text.slice(0, 20)).toBe(1);
    }
  });
});

describe('several plans, one a line', () => {
  it('are refused with the way out', async () => {
    for (const text of [`${JSON_LINE}\n${JSON_LINE}\n`, `${JSON_LINE}${JSON_LINE}`]) {
      const { problems } = await load(Buffer.from(text), 100);
      expect(problems).toMatchObject([
        { code: 'plan/several', remedy: expect.stringContaining('--json-out-dir') },
      ]);
    }
    const log = await load(Buffer.from(`12:01:22.123 STDOUT [unit] terraform: ${JSON_LINE}`));
    expect(log.problems[0]?.message).toContain('it is a log');
  });
});

describe('UTF-16', () => {
  const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();

  it.each([
    ['little, with a mark', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['little', (text: string) => Buffer.from(text, 'utf16le')],
    ['big, with a mark', (text: string) => swapped(Buffer.from(`\ufeff${text}`, 'utf16le'))],
    ['big', (text: string) => swapped(Buffer.from(text, 'utf16le'))],
  ])('is read: %s', async (_, encode) => {
    const text = JSON_LINE.replace('"replace', '"ÄÖ🙂');
    const plain = await load(Buffer.from(text));
    expect(plain.problems).toEqual([]);
    const bytes = encode(text);
    for (const size of [1, 3, 5, bytes.length]) expect(await load(bytes, size)).toEqual(plain);
  });

  it('is refused where it is broken', async () => {
    const broken = Buffer.concat([
      Buffer.from('\ufeff{', 'utf16le'),
      Buffer.from([0x00, 0xdc, 0x7d]),
    ]);
    expect((await load(broken)).problems).toMatchObject([{ code: 'plan/encoding' }]);
  });
});

describe('older engines', () => {
  const changed = { actions: ['update'], before: { a: 1 }, after: { a: 2 } };

  it('leave the address out of a drift: it is made of its parts', async () => {
    const drift = (more: object) => ({
      mode: 'managed',
      type: 'null_resource',
      name: 'x',
      change: changed,
      ...more,
    });
    const { value, problems } = await load(
      plan({
        resource_drift: [
          drift({}),
          drift({ index: 0 }),
          drift({ index: 'a"${b}', module_address: 'module.m["k"]' }),
        ],
      }),
    );
    expect(problems).toEqual([]);
    expect(value?.drift.map(({ address }) => address)).toEqual([
      'null_resource.x',
      'null_resource.x[0]',
      'module.m["k"].null_resource.x["a\\"$${b}"]',
    ]);
    expect(value?.drift.map(({ base }) => base)).toEqual([
      'null_resource.x',
      'null_resource.x',
      'module.m["k"].null_resource.x',
    ]);
  });

  it('do not leave it out of a change', async () => {
    const change = { mode: 'managed', type: 'null_resource', name: 'x', change: changed };
    expect((await load(plan({ resource_changes: [change] }))).problems).toMatchObject([
      { code: 'plan/shape' },
    ]);
  });

  it('mention what was lost outside, which makes no part of a plan', async () => {
    const there = {
      address: 'null_resource.there',
      mode: 'managed',
      type: 'null_resource',
      name: 'there',
    };
    const prior_state = { values: { root_module: { resources: [{ ...there, values: {} }] } } };
    const noOp = (name: string, before: unknown) => ({
      ...{ address: `null_resource.${name}`, mode: 'managed', type: 'null_resource', name },
      change: { actions: ['no-op'], before, after: before },
    });
    const whole = await load(
      plan({ prior_state, resource_changes: [noOp('there', {}), noOp('lost', null)] }),
    );
    expect(whole.value?.isPartial).toBe(false);
    const partial = await load(plan({ prior_state, resource_changes: [noOp('lost', null)] }));
    expect(partial.value?.isPartial).toBe(true);
  });
});

describe('what forces a replacement', () => {
  it('is readable, whatever a step is', async () => {
    const change = {
      ...{ address: 'null_resource.x', mode: 'managed', type: 'null_resource', name: 'x' },
      change: {
        ...{ actions: ['delete', 'create'], before: {}, after: {} },
        replace_paths: [
          ['rule', { cidr: '10.0.0.0/8' }, 'port'],
          ['rule', null],
          ['metadata', 0, 'annotations', 'example.org/a.b'],
          ['with-dash', 'ünï'],
          ['', '0'],
        ],
      },
    };
    const { value } = await load(plan({ resource_changes: [change] }));
    expect(value?.changes[0]?.attributes).toEqual([
      'rule[*].port',
      'rule[*]',
      'metadata[0].annotations["example.org/a.b"]',
      'with-dash.ünï',
      '[""]["0"]',
    ]);
  });
});
