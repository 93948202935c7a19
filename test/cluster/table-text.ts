import { CONTROLLER_WRITES, CONTROLLERS } from '../../lib/cluster/table/controllers.js';
import { NEEDS } from '../../lib/cluster/table/needs.js';
import { PART_NAMES, PARTS, type Part } from '../../lib/cluster/table/parts.js';
import {
  CREATIONS,
  DELETIONS,
  type Row,
  type State,
  UPDATES,
  type Who,
} from '../../lib/cluster/table/rows.js';
import {
  UNDECLARED_CREATIONS,
  UNDECLARED_DELETIONS,
  UNDECLARED_UPDATES,
} from '../../lib/cluster/table/undeclared.js';

const WHO: Readonly<Record<Who, string>> = {
  anybody: 'anybody',
  pipeline: 'a pipeline',
  approver: 'an approver',
  kubernetes: 'Kubernetes',
};

const TABLES = [
  ['An update of a protected object', UPDATES],
  ['The creation of a protected object', CREATIONS],
  ['The deletion of a protected object', DELETIONS],
  ['An update of an undeclared object in a protected namespace', UNDECLARED_UPDATES],
  ['A creation in a protected namespace', UNDECLARED_CREATIONS],
  ['The deletion of an undeclared object in a protected namespace', UNDECLARED_DELETIONS],
] as const;

/** The tables of docs/cluster.md, from the data that the policies are made of. */
export function tableText(): string {
  return [
    ...TABLES.flatMap(([title, rows]) => [
      `${title} passes as one of:`,
      markdown(['as', 'by', 'from → to', 'may change', 'if', 'because'], rows.map(cells)),
    ]),
    'Kubernetes is one of these accounts:',
    markdown(
      ['account', 'writes'],
      Object.entries(CONTROLLERS).map(([name, why]) => [`\`${name}\``, why]),
    ),
    'Besides status, labels and annotations, they write of protected objects:',
    markdown(['account', 'of', 'writes'], CONTROLLER_WRITES.map(writeCells)),
  ].join('\n\n');
}

function cells(row: Row): readonly string[] {
  const { name, who, from, to, changes, needs, why } = row;
  const conditions = needs.filter((need) => need !== 'who').map((need) => NEEDS[need]);
  return [
    `_${name}_`,
    WHO[who],
    to.length === 0 || to === from || states(from) === states(to)
      ? states(from)
      : `${states(from)} → ${states(to)}`,
    changed(changes),
    conditions.join('; '),
    why,
  ];
}

/** The longer of two lists is told by what it leaves out. */
function changed(parts: readonly Part[]): string {
  const left = PART_NAMES.filter((part) => !parts.includes(part));
  if (left.length === 0) return 'everything';
  const names = (list: readonly Part[]) => list.map((part) => PARTS[part]).join('; ');
  return left.length < 2 ? `everything except ${names(left)}` : names(parts);
}

function states(list: readonly State[]): string {
  return list.join(', ');
}

function writeCells({ by, resource, part, name, type }: (typeof CONTROLLER_WRITES)[number]) {
  const which = name ?? type;
  return [
    by.map((each) => `\`${each.replace(/^.*:/, '')}\``).join(', '),
    `${resource.replace(/^\//, '')}${which === undefined ? '' : ` \`${which}\``}`,
    PARTS[part],
  ];
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
