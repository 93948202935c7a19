import { compareTexts } from '../base/order.js';
import { isRecoverable, type Reading, type Reclamation, STATUSES } from './reclamation.js';

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
}

/**
 * The deadlines and counts as metrics, for alerts. Without suffixes or types that only OpenMetrics has,
 * so that older readers of Prometheus' text format take them too.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetricsOf(reading: Reading): string {
  return [...families(reading).map(written), '# EOF\n'].join('');
}

function families({ reclamations, stacks, readAt }: Reading): readonly Family[] {
  const open = reclamations.filter(isRecoverable).sort(byName);
  const read = [...stacks].sort((a, b) => compareTexts(a.name, b.name));
  const timesOf = (date: (each: Reclamation) => Date) =>
    open.map((each) => ({ labels: labelsOf(each), value: seconds(date(each)) }));
  return [
    {
      name: 'reprieve_reclamation_deadline_timestamp_seconds',
      help: 'Until when a soft-deleted target can be restored.',
      unit: 'seconds',
      samples: timesOf(({ recoverableUntil }) => recoverableUntil),
    },
    {
      name: 'reprieve_reclamation_begin_timestamp_seconds',
      help: 'When the deletion of a soft-deleted target began.',
      unit: 'seconds',
      samples: timesOf(({ deletedAt }) => deletedAt),
    },
    {
      name: 'reprieve_reclamations',
      help: 'Deletions that have begun, by stack and status.',
      samples: read
        .filter(({ isRead }) => isRead)
        .flatMap(({ name }) => counts(name, reclamations)),
    },
    {
      name: 'reprieve_stack_readable',
      help: 'Whether the state of a stack could be read.',
      samples: read.map(({ name, isRead }) => ({ labels: { stack: name }, value: Number(isRead) })),
    },
    {
      name: 'reprieve_read_timestamp_seconds',
      help: 'When all of this was read.',
      unit: 'seconds',
      samples: [{ labels: {}, value: seconds(readAt) }],
    },
  ];
}

function counts(stack: string, reclamations: readonly Reclamation[]) {
  const own = reclamations.filter((each) => each.stack === stack);
  return STATUSES.map((status) => ({
    labels: { stack, status },
    value: own.filter((each) => each.status === status).length,
  }));
}

function written({ name, help, unit, samples }: Family): string {
  const lines = [
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...samples.map(({ labels, value }) => `${name}${block(labels)} ${value}`),
  ];
  return `${lines.join('\n')}\n`;
}

function block(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function labelsOf({ stack, target }: Reclamation): Labels {
  return { stack, target };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function byName(a: Reclamation, b: Reclamation): number {
  return compareTexts(a.stack, b.stack) || compareTexts(a.target, b.target);
}
