import { createHash } from 'node:crypto';
import { jsonWithBigInts } from '../base/exact-json.js';
import { compareTexts } from '../base/order.js';
import { Problems } from '../base/problem.js';
import { parseYamlFile } from '../files/yaml-file.js';
import type { PolicyDocument } from '../model/policy-document.js';
import type { RuleChange, RuleDirection } from '../review/review.js';
import { undecided } from '../rules/changes.js';
import { levelOf } from './level.js';
import { type PolicyPlace, policyFiles } from './load-policies.js';
import { withProfiles } from './profiles.js';

/** The policies of a change and of its base, with what each side’s settings say of them. */
export interface PolicySides {
  readonly base: PolicyPlace;
  readonly head: PolicyPlace;
}

/** Every policy file that a change has otherwise than its base. What is the same isn't parsed. */
export function policyChanges({ base, head }: PolicySides): readonly RuleChange[] {
  const [before, after] = [filesOf(base), filesOf(head)];
  const kept = new Set(after.files.values());
  const known = new Set(before.files.values());
  const paths = [...new Set([...before.files.keys(), ...after.files.keys()])].sort(compareTexts);
  const changes = paths.flatMap((path): readonly RuleChange[] => {
    const [was, is] = [before.files.get(path), after.files.get(path)];
    // What is only in another file now is the same policy.
    if (was === is || (is === undefined && was !== undefined && kept.has(was))) return [];
    if (was === undefined && is !== undefined && known.has(is)) return [];
    return [changeOf(path, was, is, { base, head })];
  });
  return [...before.unread.map((why) => unread(why, { base, head })), ...changes];
}

interface PolicyFiles {
  readonly files: ReadonlyMap<string, string>;
  /** Why some can't be read. */
  readonly unread: readonly string[];
}

function filesOf(place: PolicyPlace): PolicyFiles {
  const problems = new Problems();
  const files = new Map<string, string>();
  const tree = withProfiles(place.tree);
  for (const file of policyFiles({ ...place, tree }, problems)) {
    const { text, problem } = tree.read(file);
    if (problem !== undefined) problems.add(problem);
    if (text !== undefined) files.set(file, text);
  }
  return { files, unread: problems.all.map(({ message }) => message) };
}

function changeOf(
  path: string,
  was: string | undefined,
  is: string | undefined,
  sides: PolicySides,
): RuleChange {
  const [before, after] = [was, is].map((text) => documentIn(path, text));
  return {
    rule: path,
    before: inWords(was, before),
    after: inWords(is, after),
    direction: directionOf(before, after, is === undefined, sides),
  };
}

function documentIn(path: string, text: string | undefined): PolicyDocument | undefined {
  return text === undefined ? undefined : parseYamlFile(path, text, 'policy').value?.value;
}

function directionOf(
  before: PolicyDocument | undefined,
  after: PolicyDocument | undefined,
  isGone: boolean,
  { base, head }: PolicySides,
): RuleDirection {
  const documents = [before, after].flatMap((each) => each ?? []);
  const closed = documents.some((each) => {
    const [was, is] = [base, head].map(({ settings }) => levelOf(settings, each));
    return undecided(was ?? 'advisory', is ?? 'advisory') === 'weaker';
  });
  if (before === undefined && !isGone) return closed ? 'stricter' : 'neutral';
  const isSame =
    before !== undefined && after !== undefined && whatCounts(before) === whatCounts(after);
  return closed && !isSame ? 'weaker' : 'neutral';
}

/** Everything but words for people and a policy’s own tests. */
function whatCounts(document: PolicyDocument): string {
  const { title, why, remediation, url, tests, ...counts } = document;
  return jsonWithBigInts(counts);
}

function inWords(text: string | undefined, document: PolicyDocument | undefined): string | null {
  if (text === undefined) return null;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return document === undefined ? `sha256 ${hash}` : `${document.id} (sha256 ${hash})`;
}

/** What can't be compared may be less: where policies stop anything, that needs a review. */
function unread(why: string, { base, head }: PolicySides): RuleChange {
  const levels = [base, head].flatMap(({ settings }) => [...settings.policies.levels.values()]);
  const closed = levels.some((level) => level !== 'advisory');
  return {
    rule: 'policies.paths',
    before: why,
    after: null,
    direction: closed ? 'weaker' : 'neutral',
  };
}
