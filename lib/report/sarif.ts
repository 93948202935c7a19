import { escapeInvisible } from '../model/inert.js';
import {
  type CodeSource,
  type Deletion,
  isMandatory,
  isStopped,
  type PolicyFinding,
  type Review,
  type Why,
} from '../plan/review.js';
import { causeInWords, kindInWords, timeInWords } from './words.js';

interface Result {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly stack: string;
  readonly address: string;
  readonly source?: CodeSource | undefined;
  readonly waiver?: PolicyFinding['waiver'];
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
  ];
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].sort();
  const index = new Map(rules.map((id, at) => [id, at]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Reprieve', rules: rules.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: results.map((result) => resultOf(result, index)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ofWhy(why: Why): Result {
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

function ofDeletion(deletion: Deletion): Result {
  const { kind, stack, address, source, recoverableUntil, attributes } = deletion;
  const until =
    recoverableUntil === null ? '' : ` Recoverable until ${timeInWords(recoverableUntil)}.`;
  const forced = attributes.length === 0 ? '' : ` (${attributes.join(', ')})`;
  return {
    ruleId: `deletion/${kind}`,
    level: isStopped(deletion) ? 'error' : 'warning',
    text: `${address} ends (${deletion.actions.join(', ')}): ${kindInWords(kind)}, ${causeInWords(deletion)}${forced}.${until}`,
    stack,
    address,
    source,
  };
}

function ofFinding(finding: PolicyFinding): Result {
  const { policy, message, remediation, stack, address, source, waiver } = finding;
  return {
    ruleId: `policy/${escapeInvisible(policy)}`,
    level: isMandatory(finding) ? 'error' : 'note',
    text: `${message} ${remediation}`,
    stack,
    address,
    source,
    waiver,
  };
}

function resultOf(result: Result, index: ReadonlyMap<string, number>) {
  const { ruleId, level, text, stack, address, source, waiver } = result;
  const logical = [{ fullyQualifiedName: escapeInvisible(address === '' ? stack : address) }];
  return {
    ruleId,
    ruleIndex: index.get(ruleId) ?? -1,
    level,
    message: { text: plainMessage(text) },
    locations: [{ ...physical(source), logicalLocations: logical }],
    ...(waiver === undefined
      ? {}
      : { suppressions: [{ kind: 'external', justification: escapeInvisible(waiver.reason) }] }),
  };
}

function physical(source: CodeSource | undefined) {
  if (source?.file === undefined) return {};
  const region = source.line === undefined ? {} : { region: { startLine: source.line } };
  const uri = encodeURI(escapeInvisible(source.file.replaceAll('\\', '/')));
  return { physicalLocation: { artifactLocation: { uri }, ...region } };
}

/** Square brackets would make a link of a plain message, braces a placeholder. */
function plainMessage(text: string): string {
  return escapeInvisible(text)
    .replaceAll(/[\\[\]]/g, '\\$&')
    .replaceAll(/[{}]/g, '$&$&');
}
