import { quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { JOB_DEFAULTS } from './limits.js';

/** vCPU and the memory that goes with it, in decimal gigabytes, ascending. */
const SIZES: readonly (readonly [cpu: number, memory: readonly number[]])[] = [
  [0.125, [0.25, 0.5, 1]],
  [0.25, [0.5, 1, 2]],
  [0.5, [1, 2, 4]],
  [1, [2, 4, 8]],
  [2, [4, 8, 16]],
  [4, [8, 16, 32]],
  [6, [12, 24, 48]],
  [8, [16, 32]],
  [10, [20, 40]],
  [12, [24, 48]],
];

const GIGABYTE = 10 ** 9;
const UNITS: Readonly<Record<string, number>> = {
  K: 10 ** 3,
  M: 10 ** 6,
  G: GIGABYTE,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** Ephemeral storage that every size may have, whatever its memory. */
const MIN_STORAGE = 400 * 10 ** 6;
const MAX_STORAGE = 48 * GIGABYTE;

/** How much a run's instance gets. */
export interface Size {
  /** vCPU as a decimal number: `0.125`. */
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorage: string;
}

/** A size as a user writes it. */
export interface SizeProps {
  readonly cpu?: number | string;
  readonly memory?: string;
  readonly ephemeralStorage?: string;
}

/**
 * Checks a size against the platform's table.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-mem-cpu-combo
 */
export function checkSize(props: SizeProps): Checked<Size> {
  const problems = new Problems();
  const {
    cpu = JOB_DEFAULTS.cpu,
    memory = JOB_DEFAULTS.memory,
    ephemeralStorage = JOB_DEFAULTS.ephemeralStorage,
  } = props;
  const cores = parseCpu(cpu);
  const bytes = problems.take(parseAmount('memory', memory));
  const storage = problems.take(parseAmount('ephemeralStorage', ephemeralStorage));
  const row = SIZES.find(([known]) => known === cores);
  if (row === undefined) problems.add(wrongCpu(cpu, cores));
  else if (bytes !== undefined && !row[1].some((size) => size * GIGABYTE === bytes)) {
    problems.add(wrongMemory(row, memory, props.memory === undefined));
  }
  if (storage !== undefined && bytes !== undefined) {
    for (const problem of checkStorage(ephemeralStorage, storage, bytes)) problems.add(problem);
  }
  return problems.result({
    cpu: String(cores),
    memory: normaliseAmount(memory),
    ephemeralStorage: normaliseAmount(ephemeralStorage),
  });
}

/** Reads an amount of memory or storage such as `4G`, `400M` or `512Mi`: whole bytes. */
export function parseAmount(field: string, text: unknown): Checked<number> {
  const bytes = typeof text === 'string' ? bytesIn(text) : undefined;
  if (bytes !== undefined && bytes > 0) return { value: bytes, problems: [] };
  return {
    problems: [
      {
        code: 'size/amount',
        message: `\`${field}\` ${quote(text)} is not an amount.`,
        remedy: 'Write a number and a unit, such as 4G, 0.5G, 400M or 512Mi.',
      },
    ],
  };
}

/**
 * The same amount in the largest unit that has it whole, decimal ones first: `0.5G` becomes
 * `500M`, as the cluster would write it. What is no amount stays as it is.
 */
export function normaliseAmount(text: string): string {
  const bytes = typeof text === 'string' ? bytesIn(text) : undefined;
  const unit = ['G', 'M', 'K', 'Gi', 'Mi', 'Ki'].find(
    (name) => bytes !== undefined && bytes % (UNITS[name] ?? 1) === 0,
  );
  if (bytes === undefined || unit === undefined) return text;
  return `${bytes / (UNITS[unit] ?? 1)}${unit}`;
}

/** Exact, since decimal fractions of a gigabyte are not exact in floating point. */
function bytesIn(text: string): number | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,9}))?(Ki|Mi|Gi|K|M|G)$/.exec(text);
  const [, whole = '', fraction = '', unit = ''] = match ?? [];
  const factor = UNITS[unit];
  if (factor === undefined) return undefined;
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * BigInt(factor);
  const bytes = Number(scaled / scale);
  return scaled % scale === 0n && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** vCPU as a number, from `0.125`, `'0.125'` or `'125m'`. */
function parseCpu(cpu: unknown): number | undefined {
  if (typeof cpu === 'number') return cpu;
  const match = typeof cpu === 'string' ? /^(\d{1,6}(?:\.\d{1,6})?)(m?)$/.exec(cpu) : null;
  if (match === null) return undefined;
  return Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
}

function checkStorage(text: string, storage: number, memory: number): readonly Problem[] {
  const limit = Math.min(MAX_STORAGE, Math.max(memory, MIN_STORAGE));
  if (storage <= limit) return [];
  return [
    {
      code: 'size/ephemeral-storage',
      message: `\`ephemeralStorage\` ${text} is more than the ${limit / 10 ** 6}M that this size can have.`,
      remedy: 'It may be as large as the memory, 400M in any case, and at most 48G.',
    },
  ];
}

function wrongCpu(cpu: unknown, cores: number | undefined): Problem {
  const sizes = cores === undefined ? SIZES : nearestRows(cores);
  const shown = typeof cpu === 'number' ? String(cpu) : quote(cpu);
  return {
    code: 'size/cpu',
    message: `\`cpu\` ${shown} is not a size.`,
    remedy:
      cores === undefined
        ? `Use one of ${SIZES.map(([known]) => known).join(', ')}.`
        : `Nearest: ${sizes.map(describeRow).join('; ')}.`,
  };
}

function wrongMemory(row: (typeof SIZES)[number], memory: string, isDefault: boolean): Problem {
  return {
    code: 'size/memory',
    message: `\`memory\` ${quote(memory)}${isDefault ? ' (the default)' : ''} does not go with \`cpu\` ${row[0]}.`,
    remedy: `Use ${describeRow(row)}.`,
  };
}

/** The next smaller and the next larger size. */
function nearestRows(cores: number): typeof SIZES {
  const above = SIZES.findIndex(([cpu]) => cpu > cores);
  if (above === 0 || Number.isNaN(cores)) return SIZES.slice(0, 1);
  return above < 0 ? SIZES.slice(-1) : SIZES.slice(above - 1, above + 1);
}

function describeRow([cpu, memory]: (typeof SIZES)[number]): string {
  const amounts = memory.map(String);
  const last = amounts.pop() ?? '';
  return `${cpu} with ${amounts.join(', ')} or ${last}G`;
}
