import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openMetricsOf } from '../../lib/notice/openmetrics.js';
import { hostileNotices, READING } from '../support/notices.js';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"/y;

/** What was read so far of a file. */
class Families {
  private readonly seen = new Set<string>();
  private current = '';
  private metadata: string[] = [];

  describe(what: string, name: string, value: string): void {
    if (name !== this.current) this.metadata = [];
    if (name !== this.current && this.seen.has(name)) throw new Error(`${name} is in two places`);
    if (this.metadata.includes(what)) throw new Error(`${what} twice`);
    if (what === 'UNIT' && !name.endsWith(`_${value}`)) throw new Error('unit');
    this.current = name;
    this.metadata.push(what);
  }

  sample(line: string): Sample {
    const sample = sampleIn(line);
    if (sample.name !== this.current) throw new Error(`${line} is outside of its family`);
    const key = JSON.stringify([sample.name, sample.labels]);
    if (this.seen.has(key)) throw new Error(`${line} twice`);
    this.seen.add(key).add(this.current);
    return sample;
  }
}

/** Reads a file strictly by OpenMetrics' grammar, or throws: https://prometheus.io/docs/specs/om/. */
function parse(text: string): readonly Sample[] {
  if (!text.endsWith('\n# EOF\n')) throw new Error('no end');
  const families = new Families();
  return text
    .slice(0, -'\n# EOF\n'.length)
    .split('\n')
    .flatMap((line) => {
      const [, what, name = '', value = ''] = /^# (TYPE|UNIT|HELP) (\S+) (\S.*)$/.exec(line) ?? [];
      if (what === undefined) return [families.sample(line)];
      families.describe(what, name, value);
      return [];
    });
}

function sampleIn(line: string): Sample {
  const at = line.search(/[{ ]/);
  const name = line.slice(0, at);
  if (!NAME.test(name)) throw new Error(`no name: ${line}`);
  const labels: Record<string, string> = {};
  let next = at;
  if (line[at] === '{') {
    do {
      LABEL.lastIndex = next + 1;
      const [whole, label = '', value = ''] = LABEL.exec(line) ?? [];
      if (whole === undefined || label in labels) throw new Error(`no label: ${line}`);
      labels[label] = value.replaceAll(/\\(.)/g, (_, each) => (each === 'n' ? '\n' : each));
      next = LABEL.lastIndex;
    } while (line[next] === ',');
    if (line[next] !== '}') throw new Error(`no end of labels: ${line}`);
    next += 1;
  }
  if (!/^ -?\d+(\.\d+)?$/.test(line.slice(next))) throw new Error(`no value: ${line}`);
  return { name, labels, value: Number(line.slice(next)) };
}

it('says deadlines, counts by status, and what could be read', () => {
  const samples = parse(openMetricsOf(READING));
  const of = (name: string) => samples.filter((each) => each.name === `reprieve_${name}`);
  expect(of('reclamation_deadline_timestamp_seconds')).toContainEqual({
    name: 'reprieve_reclamation_deadline_timestamp_seconds',
    labels: { stack: 'production', target: 'orders-db' },
    value: Date.parse('2026-01-10T08:00:00Z') / 1000,
  });
  const counts = of('reclamations').map(({ labels, value }) => [...Object.values(labels), value]);
  expect(counts).toEqual([
    ['production', 'soft deleted', 3],
    ['production', 'hard deleting', 0],
    ['production', 'hard deleted', 0],
    ['staging', 'soft deleted', 1],
    ['staging', 'hard deleting', 0],
    ['staging', 'hard deleted', 1],
  ]);
  expect(of('stack_readable').map(({ labels, value }) => [labels['stack'], value])).toEqual([
    ['production', 1],
    ['research', 0],
    ['staging', 1],
  ]);
  expect(of('read_timestamp_seconds')).toHaveLength(1);
});

it('gives every name back as it was', () => {
  fc.assert(
    fc.property(hostileNotices, (notices) => {
      const reclamations = [
        ...new Map(
          notices.map(({ about }) => [JSON.stringify([about.stack, about.target]), about]),
        ),
      ].map(([, about]) => about);
      const stacks = [...new Set(reclamations.map(({ stack }) => stack))];
      const text = openMetricsOf({
        ...READING,
        reclamations,
        stacks: stacks.map((name) => ({ name, isRead: true })),
      });
      const named = parse(text).filter(({ name }) => name.startsWith('reprieve_reclamation_dead'));
      const open = reclamations.filter(({ status }) => status === 'soft deleted');
      expect(new Set(named.map(({ labels }) => JSON.stringify(Object.values(labels))))).toEqual(
        new Set(open.map(({ stack, target }) => JSON.stringify([stack, target]))),
      );
    }),
    { numRuns: 50 },
  );
});

it.each([
  [
    'a name in two places',
    (text: string) => text.replace('# EOF', '# TYPE reprieve_reclamations gauge\n# EOF'),
  ],
  ['a quote in a label', (text: string) => text.replace('production', 'pro"duction')],
  ['no end', (text: string) => text.replace('# EOF\n', '')],
  [
    'the same sample twice',
    (text: string) => text.replace(/(reprieve_read_.* \d+\n)# EOF/, '$1$1# EOF'),
  ],
])('is read by a parser that refuses %s', (_, broken) => {
  const text = openMetricsOf(READING);
  expect(broken(text)).not.toBe(text);
  expect(() => parse(broken(text))).toThrow();
});
