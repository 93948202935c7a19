import { row } from '../report/markdown-parts.js';
import { codeSpan, prose } from '../report/markdown-text.js';
import type { Certificate } from './certificate.js';
import type { Check, Finding } from './check.js';
import { nameOf } from './checks.js';
import { aboutRows, hashRows, headline, RESULTS_IN_WORDS } from './words.js';

/** The certificate for people who read text. It says no more than the JSON. */
export function renderMarkdown(certificate: Certificate): string {
  return [
    '# Certificate of deletion',
    '',
    `**${headline(certificate)}.** Checked at ${certificate.checkedAt}.`,
    '',
    ...table(
      ['What', 'Is'],
      aboutRows(certificate).map(([name, is]) => [name, prose(is)]),
    ),
    '',
    '## Checks',
    '',
    ...table(['Check', 'Result', 'What was found'], certificate.checks.map(checkRow)),
    '',
    ...certificate.checks.flatMap(details),
    '## Objects',
    '',
    ...table(['Object', 'Address', 'Uid', 'Known from'], certificate.objects.map(objectRow)),
    '',
    ...unknown(certificate),
    '## Hashes',
    '',
    ...table(
      ['SHA-256 of', 'Is'],
      hashRows(certificate).map(([name, is]) => [codeSpan(name), codeSpan(is)]),
    ),
    '',
    `Written by Reprieve ${prose(certificate.tool)}. All times are UTC.`,
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}

function checkRow({ title, result, says }: Check): readonly string[] {
  return [title, RESULTS_IN_WORDS[result], prose(says)];
}

function details({ title, found }: Check): readonly string[] {
  if (found.length === 0) return [];
  return [
    `### ${title}`,
    '',
    ...table(['What', 'Result', 'What was found'], found.map(findingRow)),
    '',
  ];
}

function findingRow({ what, result, says }: Finding): readonly string[] {
  return [codeSpan(what), RESULTS_IN_WORDS[result], prose(says)];
}

function objectRow(each: Certificate['objects'][number]): readonly string[] {
  const { address, uid, uidFrom } = each;
  const code = (text: string | null) => (text === null ? 'none' : codeSpan(text));
  return [
    codeSpan(nameOf(each)),
    code(address),
    uid === null ? 'not known' : codeSpan(uid),
    uidFrom ?? 'nobody',
  ];
}

function unknown({ unknown: sentences }: Certificate): readonly string[] {
  if (sentences.length === 0) return [];
  return [
    '## What the evidence did not know',
    '',
    ...sentences.map((each) => `- ${prose(each)}`),
    '',
  ];
}
