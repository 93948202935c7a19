// How often this package's policies and Kubernetes' own evaluator say the same of pods: those of its test
// data through everything that carries a pod, and random ones. Writes the table of docs/pod-security.md.
// Run: npm run engines podsecurity && npm run confusion [NUMBER OF RANDOM PODS]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { POD_SECURITY_PROFILES, POD_SECURITY_VERSIONS } from '../lib/model/pod-security.js';
import { ROOT } from '../test/support/built.js';
import { pods } from '../test/support/pod-security/arbitrary.js';
import { type Carried, carriersOf } from '../test/support/pod-security/carriers.js';
import { Confusion } from '../test/support/pod-security/confusion.js';
import { evaluatorMissing, samples } from '../test/support/pod-security/evaluator.js';

const PAGE = join(ROOT, 'docs/pod-security.md');
const [BEGIN, END] = ['<!-- confusion -->', '<!-- /confusion -->'];
/** The same pods on every run, so that the table only changes with the rules. */
const SEED = 137;
const PODS_AT_ONCE = 1000;

const missing = evaluatorMissing();
if (missing !== undefined) {
  console.error(`Nothing to compare with: ${missing}.`);
  process.exitCode = 3;
} else {
  compare(Number(process.argv[2] ?? 10_000));
}

function compare(count: number): void {
  const known = samples().filter(({ version }) => POD_SECURITY_VERSIONS.includes(version));
  const distinct = new Map(known.map(({ pod }) => [JSON.stringify(pod), pod]));
  const tested = new Confusion();
  tested.add([...distinct.values()].flatMap(carriersOf));
  const random = new Confusion();
  const drawn = fc.sample(fc.tuple(pods, fc.nat()), { numRuns: count, seed: SEED });
  for (let from = 0; from < count; from += PODS_AT_ONCE) {
    random.add(drawn.slice(from, from + PODS_AT_ONCE).flatMap(([pod, at]) => oneOf(pod, at)));
  }
  const text = [
    `${distinct.size} pods of Kubernetes' test data through ${new Set([...distinct.values()].flatMap(carriersOf).map(({ carrier }) => carrier)).size} carriers, and ${count.toLocaleString('en')} random ones:`,
    '',
    ...table(tested, random),
  ].join('\n');
  console.log(text);
  write(text);
  const differences = [...tested.differences, ...random.differences];
  for (const each of differences) console.error(JSON.stringify(each));
  if (differences.length > 0) process.exitCode = 1;
}

function oneOf(pod: Parameters<typeof carriersOf>[0], at: number): readonly Carried[] {
  const carriers = carriersOf(pod);
  return carriers.filter((_, index) => index === at % carriers.length);
}

function table(tested: Confusion, random: Confusion): readonly string[] {
  const rows = POD_SECURITY_PROFILES.flatMap((profile) =>
    POD_SECURITY_VERSIONS.map((version) => {
      const counts = [tested, random].map((each) => each.of(profile, version));
      const sum = (of: (count: (typeof counts)[number]) => number) =>
        counts.reduce((total, each) => total + of(each), 0).toLocaleString('en');
      const cells = [
        sum(({ admitted }) => admitted),
        sum(({ missed }) => missed),
        sum(({ wronglyRefused }) => wronglyRefused),
        sum(({ refused }) => refused),
      ];
      return `| ${[profile, version, ...cells].join(' | ')} |`;
    }),
  );
  return [
    '| profile | version | both admit | only Kubernetes refuses | only Reprieve refuses | both refuse |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...rows,
  ];
}

function write(text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [before = '', rest = ''] = page.split(BEGIN);
  const [, after] = rest.split(END);
  if (after === undefined) throw new Error(`docs/pod-security.md has no ${BEGIN} … ${END}.`);
  writeFileSync(PAGE, `${before}${BEGIN}\n${text}\n${END}${after}`);
}
