import type { User } from '../../support/control-plane.js';
import type { StackJson } from './edits.js';
import { type Layer, PEOPLE, type Person, type Row } from './row.js';
import type { Subject } from './subjects.js';
import type { World } from './world.js';

type Answer = string | Promise<string>;
export type Change = (world: World, it: Subject) => unknown;
export type Try = (world: World, it: Subject) => Answer;
export type Ask = (world: World, as: User, it: Subject) => Answer;

/** What is tried, which layer answers, with which words, and how it is tried. */
type Attempt = readonly [string, Layer, RegExp, Try];
/** What is tried, on what, with which words the answer, and how it is tried. */
type Request = readonly [string, Subject | readonly Subject[], RegExp, Ask];
type Deployment = (it: Subject) => Row;

/** Attempts by code, and by Terraform. Files and state are put back after each. */
const by = (who: 'code' | 'Terraform') => (attempts: readonly Attempt[]) =>
  attempts.map(
    ([attempt, answer, says, run]): Deployment =>
      (it) => {
        const tried: Row['run'] = (world) => world.meanwhile(() => run(world, it));
        return { attempt, of: it.of, by: who, answer, says, run: tried };
      },
  );
export const byCode = by('code');
export const byTerraform = by('Terraform');

/** Each attempt on each subject. */
export function on(subjects: readonly Subject[], attempts: readonly Deployment[]): readonly Row[] {
  return subjects.flatMap((it) => attempts.map((rowOn) => rowOn(it)));
}

/** Each request to the API server by each person, on each of its subjects. */
export function byRequest(
  people: readonly Person[],
  requests: readonly Request[],
  answer: Layer = 'cluster',
): readonly Row[] {
  return people.flatMap((person) =>
    requests.flatMap(([attempt, subjects, says, ask]) =>
      [subjects].flat().map((it): Row => {
        const run: Row['run'] = (world) => ask(world, PEOPLE[person], it);
        return { attempt, of: it.of, by: person, answer, says, run };
      }),
    ),
  );
}

/** Terraform's arguments, where MEMBER is the address of the subject. */
const words = (line: string, world: World, it: Subject) =>
  line.split(' ').map((word) => word.replace('MEMBER', () => world.address(it)));
const after =
  (ask: (world: World, args: readonly string[]) => Answer) =>
  (change: Change, line?: string): Try =>
  (world, it) => {
    // The change may take the address away.
    const args = line === undefined ? [] : words(line, world, it);
    change(world, it);
    return ask(world, args);
  };

/** What each tool says after a change of code, stack, or state. */
export const synthesized = after((world) => world.synth());
export const planned = after((world, args) => world.plan(...args));
export const reviewed = after((world, args) => world.gate(args));
export const applied = after((world, args) => world.apply(...args));

const unchanged: Change = () => {};
export const plan = (line: string) => planned(unchanged, line);
export const apply = (line: string) => applied(unchanged, line);
export const terraform =
  (line: string): Change =>
  (world, it) =>
    world.terraform(...words(line, world, it));

/** A change of the synthesized stack, as someone could make it who edits what a pipeline applies. */
export const edited =
  (change: (json: StackJson, it: Subject) => void): Change =>
  (world, it) =>
    world.edit((json) => change(json, it));

/** The same change twice: the review stops it, and where nobody reviews, the cluster does. */
export function reviewedOrNot(
  attempt: string,
  says: { readonly gate: RegExp; readonly cluster: RegExp },
  change: Change,
): readonly Attempt[] {
  return [
    [attempt, 'gate', says.gate, reviewed(change)],
    [`${attempt}, and apply without a review`, 'cluster', says.cluster, applied(change)],
  ];
}

/** Requests about the subject itself, or what is below it. */
export const deletes =
  (below = ''): Ask =>
  (world, as, it) =>
    world.delete(as, `${it.path}${below}`);
export const patches =
  (body: unknown, below = ''): Ask =>
  (world, as, it) =>
    world.patch(as, `${it.path}${below}`, body);
export const posts =
  (body: unknown, below: string): Ask =>
  (world, as, it) =>
    world.post(as, `${it.path}${below}`, body);
export const kubectlDelete =
  (what: string): Ask =>
  (world, as) =>
    world.kubectl(as, `-n billing delete ${what} --wait=false`);

export const labels = (values: object) => ({ metadata: { labels: values } });
export const annotations = (values: object) => ({ metadata: { annotations: values } });
export const STRIPPED = labels({ 'reprieve.dev/protected': null });

export const approval = (value: string | null) =>
  annotations({ 'reprieve.dev/hard-delete-approved': value });

/** A time so many seconds from now, as Terraform writes it. */
export function inSeconds(count: number): string {
  return new Date(Date.now() + count * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
