import { escapeInvisible } from '../base/inert.js';
import { compareTexts } from '../base/order.js';
import {
  type CodeSource,
  type Deletion,
  isStopped,
  type PolicyFinding,
  type Reason,
  type Review,
  type RuleChange,
} from '../review/review.js';
import { fingerprintOf } from './fingerprint.js';
import { requestNotices } from './requests.js';
import { causeInWords, findingInFull, kindInWords, ruleInWords, timeInWords } from './words.js';

interface Result {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly stack: string;
  readonly address: string;
  readonly source?: CodeSource | undefined;
  readonly finding?: PolicyFinding;
}

/**
 * The review as a SARIF log, for GitHub's code scanning and others.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function renderSarif(review: Review): string {
  const results = [
    ...review.why.map(ofWhy),
    ...review.deletions.map(ofDeletion),
    ...review.findings.map(ofFinding),
    ...(review.rules ?? []).map(ofRule),
    ...[...review.notices, ...requestNotices(review)].map(ofNotice),
  ];
  const rules = rulesOf(results);
  const index = new Map(rules.map(({ id }, at) => [id, at]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Reprieve', rules } },
        columnKind: 'utf16CodeUnits',
        results: results.map((result) => resultOf(result, index)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** What a rule is about is only known of policies. */
function rulesOf(results: readonly Result[]) {
  const byId = new Map(results.map(({ ruleId, finding }) => [ruleId, finding]));
  return [...byId]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([id, finding]) => ({ id, ...(finding === undefined ? {} : aboutOf(finding)) }));
}

function aboutOf({ title, remediation, url }: PolicyFinding) {
  return {
    shortDescription: { text: escapeInvisible(title) },
    help: { text: escapeInvisible(remediation) },
    ...(url !== undefined && URL.canParse(url) ? { helpUri: new URL(url).href } : {}),
  };
}

function ofWhy(why: Reason): Result {
  const { code, message, stack, address, source } = why;
  return {
    ruleId: `gate/${escapeInvisible(code)}`,
    level: 'error',
    text: message,
    stack,
    address,
    source,
  };
}

function ofNotice(notice: Reason): Result {
  return {
    ...ofWhy(notice),
    ruleId: `notice/${escapeInvisible(notice.code)}`,
    level: 'note',
  };
}

function ofRule(change: RuleChange): Result {
  const { rule: address, direction } = change;
  const level = direction === 'weaker' ? 'warning' : 'note';
  return { ruleId: `rules/${direction}`, level, text: ruleInWords(change), stack: '', address };
}

function ofDeletion(deletion: Deletion): Result {
  const { kind, stack, address, source, recoverableUntil, attributes } = deletion;
  const until =
    recoverableUntil === null ? '' : ` Recoverable until ${timeInWords(recoverableUntil)}.`;
  const forced = attributes.length === 0 ? '' : ` (${attributes.join(', ')})`;
  return {
    ruleId: `deletion/${kind}`,
    level: isStopped(deletion) ? 'error' : 'warning',
    text: `${address} ends (${deletion.actions.join(', ')}): ${kindInWords(deletion)}, ${causeInWords(deletion)}${forced}.${until}`,
    stack,
    address,
    source,
  };
}

function ofFinding(finding: PolicyFinding): Result {
  const { policy, stack, address, source } = finding;
  return {
    ruleId: `policy/${escapeInvisible(policy)}`,
    level: levelOf(finding),
    text: findingInFull(finding),
    stack,
    address,
    source,
    finding,
  };
}

/** Tools leave out what is suppressed; it keeps the weight that it would have. */
function levelOf({ level, state }: PolicyFinding): Result['level'] {
  if (state === 'undecided') return 'note';
  return level === 'advisory' ? 'warning' : 'error';
}

function resultOf(result: Result, index: ReadonlyMap<string, number>) {
  const { ruleId, level, text, stack, address, source, finding } = result;
  const names = [address === '' ? stack : address, ...(source === undefined ? [] : [source.path])];
  // The schema refuses the same place twice.
  const logical = [...new Set(names.map(escapeInvisible))].map((fullyQualifiedName) => ({
    fullyQualifiedName,
  }));
  return {
    ruleId,
    ruleIndex: index.get(ruleId) ?? -1,
    level,
    message: { text: plainMessage(text) },
    locations: [{ ...physical(source), logicalLocations: logical }],
    ...(finding === undefined ? {} : ofPolicy(finding)),
  };
}

function ofPolicy({ policy, level, state, stack, address, pointer, value, waiver }: PolicyFinding) {
  const properties = { level, state, stack, pointer, ...(value === undefined ? {} : { value }) };
  return {
    partialFingerprints: { 'reprieve/v1': fingerprintOf(policy, stack, address, pointer) },
    properties: inertMembers(properties),
    ...(waiver === undefined ? {} : { suppressions: [suppression(waiver)] }),
  };
}

function suppression({ reason, owner, expires }: NonNullable<PolicyFinding['waiver']>) {
  return {
    kind: 'external',
    status: 'accepted',
    justification: escapeInvisible(reason),
    properties: inertMembers({ owner, expires }),
  };
}

function inertMembers(texts: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, escapeInvisible(text)]),
  );
}

function physical(source: CodeSource | undefined) {
  if (source?.file === undefined) return {};
  const region = source.line === undefined ? {} : { region: { startLine: source.line } };
  const uri = uriOf(source.file);
  return { physicalLocation: { artifactLocation: { uri }, ...region } };
}

/** Square brackets would make a link of a plain message, braces a placeholder. */
function plainMessage(text: string): string {
  return escapeInvisible(text)
    .replaceAll(/[\\[\]]/g, '\\$&')
    .replaceAll(/[{}]/g, '$&$&');
}

/** A file's path as a URI reference. Two slashes at its beginning would make a host of what follows. */
function uriOf(file: string): string {
  const path = escapeInvisible(file).replaceAll('\\', '/').replace(/^\/+/, '/');
  return path.split('/').map(encodeURIComponent).join('/');
}
