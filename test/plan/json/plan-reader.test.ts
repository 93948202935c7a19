import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlan } from '../../../lib/plan/json/plan-reader.js';
import type {
  ElementHead,
  PlanOutcome,
  PlanVisitor,
  Wanted,
} from '../../../lib/plan/json/visitor.js';
import { PLANS, planText } from '../../support/plans.js';

/** What a change leaves, parsed. */
type Left = Readonly<Record<keyof PlanOutcome, unknown>>;

function leftIn({ after, unknown, sensitive }: PlanOutcome): Left {
  const [a, u, s] = [after, unknown, sensitive].map((json) => json && JSON.parse(json));
  return { after: a, unknown: u, sensitive: s };
}

/** Keeps all that it is told. */
class Recorder implements PlanVisitor {
  readonly scalars: Record<string, unknown> = {};
  readonly heads: ElementHead[] = [];
  readonly elements: [string, unknown][] = [];
  readonly left: Left[] = [];
  readonly priors: unknown[] = [];
  readonly outcomes: [string | undefined, Left][] = [];
  constructor(private readonly wanted: Wanted = 'all') {}
  scalar(name: string, value: unknown) {
    this.scalars[name] = value;
  }
  plannedValues() {}
  readonly provided: unknown[] = [];
  providers(value: unknown) {
    this.provided.push(value);
  }
  wants(_list: string, head: ElementHead) {
    this.heads.push(head);
    return this.wanted;
  }
  outcome({ address }: ElementHead, outcome: PlanOutcome) {
    this.outcomes.push([address, leftIn(outcome)]);
  }
  element(list: string, value: unknown, outcome: () => PlanOutcome) {
    this.elements.push([list, value]);
    this.left.push(leftIn(outcome()));
  }
  wantsPrior() {
    return true;
  }
  prior(value: unknown) {
    this.priors.push(value);
  }
}

interface Changed {
  readonly address: string;
  readonly change: Readonly<Record<string, unknown>>;
}

function outcomeOf({ after, after_unknown, after_sensitive }: Changed['change']): Left {
  return { after, unknown: after_unknown, sensitive: after_sensitive };
}

function inChunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

async function read(text: string | Uint8Array, size = 1 << 20, wanted: Wanted = 'all') {
  const recorder = new Recorder(wanted);
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const problems = await readPlan(inChunks(bytes, size), recorder);
  return { recorder, codes: problems.map(({ code }) => code), problems };
}

interface Module {
  readonly resources?: readonly unknown[];
  readonly child_modules?: readonly Module[];
}

interface Document {
  readonly format_version: string;
  readonly prior_state?: { readonly values?: { readonly root_module?: Module } };
}

function priorsOf(module: Module | undefined): unknown[] {
  if (module === undefined) return [];
  return [...(module.resources ?? []), ...(module.child_modules ?? []).flatMap(priorsOf)];
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the streaming reader', () => {
  it.each(PLANS)('tells of %s what JSON.parse finds, whatever the chunks', async (name) => {
    const text = planText(name);
    const plan: Document = JSON.parse(text);
    for (const size of [1, 7, 64, 4096, 1 << 20]) {
      const { recorder, codes } = await read(text, size);
      expect(codes).toEqual([]);
      expect(recorder.elements).toEqual(
        Object.entries(plan).flatMap(([key, list]) =>
          /^(resource|deferred)_changes$|_drift$|_invocations$/.test(key) && Array.isArray(list)
            ? list.map((each: unknown) => [key, each])
            : [],
        ),
      );
      expect(recorder.priors).toHaveLength(priorsOf(plan.prior_state?.values?.root_module).length);
      expect(recorder.scalars['format_version']).toBe(plan.format_version);
    }
  });

  it('tells of what changes leave alone where nothing else is wanted', async () => {
    const text = planText('sensitive');
    const plan: { readonly resource_changes: readonly Changed[] } = JSON.parse(text);
    for (const size of [1, 64, 1 << 20]) {
      const { recorder } = await read(text, size, 'outcome');
      expect(recorder.elements).toEqual([]);
      expect(recorder.outcomes).toEqual(
        plan.resource_changes.map(({ address, change }) => [address, outcomeOf(change)]),
      );
    }
    expect((await read(text, 64, 'nothing')).recorder.outcomes).toEqual([]);
    const { recorder } = await read(text, 64);
    expect(recorder.left).toEqual(plan.resource_changes.map(({ change }) => outcomeOf(change)));
  });

  it('takes the members of a change from nowhere else', async () => {
    const change = '"change":{"actions":["delete"],"after":null}';
    const stray = '"actions":["no-op"],"after":{"a":1}';
    for (const members of [
      `${change},${stray}`,
      `${stray},${change}`,
      `"x":{${stray}},${change}`,
    ]) {
      const text = `{"resource_changes":[{"address":"a.b",${members}}]}`;
      const { recorder } = await read(text, 64, 'outcome');
      expect(recorder.heads[0]?.actions).toEqual(['delete']);
      expect(recorder.outcomes[0]?.[1].after).toBeNull();
    }
  });

  it('finds the same in pretty-printed, reordered and escaped text', async () => {
    const text = planText('key-removed');
    const reversed = JSON.stringify(JSON.parse(text), (_key, value) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    const pretty = JSON.stringify(JSON.parse(text), null, 3);
    const escaped = text
      .replaceAll('"actions"', '"\\u0061ctions"')
      .replaceAll('"delete"', '"\\u0064elete"');
    const expected = (await read(text)).recorder;
    for (const other of [reversed, pretty, escaped]) {
      const { recorder, codes } = await read(other, 13);
      expect(codes).toEqual([]);
      expect(recorder.elements).toEqual(expected.elements);
      expect(recorder.heads).toEqual(expected.heads);
    }
  });

  it('accepts what JSON.parse accepts, and nothing else', async () => {
    const plan = fc
      .json({ maxDepth: 5 })
      .map((value) => `{"planned_values":${value},"x":[1.5e-3,-0,"\\n"]}`);
    const damage = fc.tuple(
      plan,
      fc.nat(),
      fc.constantFrom('', '"', '{', ']', ',', ':', '\\', '0', '-', 'e', 'null', ' ', '\u0001', '.'),
      fc.nat(2),
    );
    await fc.assert(
      fc.asyncProperty(
        damage,
        fc.integer({ min: 1, max: 40 }),
        async ([text, at, inserted, removed], size) => {
          const place = at % (text.length + 1);
          const damaged = text.slice(0, place) + inserted + text.slice(place + removed);
          const { codes } = await read(damaged, size);
          const isObject = parses(damaged) && /^\s*\{/.test(damaged);
          expect(codes.length === 0, `${JSON.stringify(damaged)}: ${codes}`).toBe(isObject);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('refuses names that stand twice where they matter, since readers differ on them', async () => {
    const twice = async (text: string) => (await read(text)).codes;
    expect(await twice('{"resource_changes":[],"resource_changes":[]}')).toEqual([
      'plan/duplicate-key',
    ]);
    expect(
      await twice(
        '{"resource_changes":[{"address":"a","change":{"actions":["no-op"],"\\u0061ctions":["delete"]}}]}',
      ),
    ).toEqual(['plan/duplicate-key']);
    expect(await twice('{"resource_changes":[{"change":{},"change":{}}]}')).toEqual([
      'plan/duplicate-key',
    ]);
    expect(await twice('{"planned_values":{"x":1,"x":2}}')).toEqual([]);
  });

  it.each([
    ['', 'plan/truncated', 'empty'],
    ['{"format_version":"1.2"', 'plan/truncated', 'middle'],
    ['[]', 'plan/shape', '"plan"'],
    ['{"resource_changes":{}}', 'plan/shape', 'resource_changes'],
    ['{"resource_changes":null}', 'plan/shape', 'resource_changes'],
    ['{"resource_changes":[1]}', 'plan/shape', 'resource_changes'],
    ['{"timestamp":["x"]}', 'plan/shape', 'timestamp'],
    ['{}{}', 'plan/several', 'one a line'],
    ['{}]', 'plan/syntax', 'byte 2'],
    ['Terraform will perform the following actions', 'plan/syntax', '-json'],
    ['{"@level":"info"}\n{}', 'plan/syntax', '-out=PLAN'],
    ['PK\u0003\u0004', 'plan/syntax', 'saved plan'],
  ])('says what is wrong with %j', async (text, code, says) => {
    const { codes, problems } = await read(text);
    expect(codes).toEqual([code]);
    expect(`${problems[0]?.message} ${problems[0]?.remedy}`).toContain(says);
  });

  it('reads UTF-16, takes a byte order mark, and refuses broken UTF-8 in what it reads', async () => {
    const utf16 = await read(Buffer.from('\ufeff{"format_version":"1.2"}', 'utf16le'));
    expect(utf16.codes).toEqual([]);
    expect(utf16.recorder.scalars).toEqual({ format_version: '1.2' });
    expect((await read(Buffer.from('\ufeff{"format_version":"1.2"}'), 1)).recorder.scalars).toEqual(
      { format_version: '1.2' },
    );
    const broken = Buffer.from('{"resource_changes":[{"address":"a?"}]}');
    broken[broken.indexOf('?')] = 0xff;
    expect((await read(broken)).codes).toEqual(['plan/encoding']);
  });

  it('stops at a depth that no plan has, and at a size', async () => {
    const deep = `{"x":${'['.repeat(600)}${']'.repeat(600)}}`;
    expect((await read(deep)).codes).toEqual(['plan/too-deep']);
    const recorder = new Recorder();
    const large = inChunks(Buffer.from(`{"resource_changes":[{"a":"${'x'.repeat(5000)}"}]}`), 100);
    const problems = await readPlan(large, recorder, { element: 1000 });
    expect(problems.map(({ code }) => code)).toEqual(['plan/too-large']);
    expect(await readPlan(large, recorder, { total: 1000 })).toHaveLength(1);
  });

  it('keeps names of prototypes as plain data', async () => {
    const { recorder } = await read(
      '{"resource_changes":[{"__proto__":{"actions":["delete"]},"address":"a"}]}',
    );
    expect(recorder.heads.map(({ address, actions }) => [address, actions])).toEqual([
      ['a', undefined],
    ]);
    expect({}).not.toHaveProperty('actions');
  });
});
