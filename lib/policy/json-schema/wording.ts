import { isRecord } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import { type Range, rangeOf } from './verdict.js';

/** What a policy says that nobody finds better words for. */
export const NOT_AS_WANTED = 'is not as the policy wants it';

export const UNNAMED = 'must not have fields that the policy does not name';

export const MUST_NOT_BE = 'must not be there';

/** A value as a policy writes it. */
export function written(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'a certain value');
}

/** As many values are told. */
export const MOST = 20;

export function listed(values: readonly unknown[]): string {
  const more = values.length - MOST;
  const shown = values.slice(0, MOST).map(written).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

export function oneOfWording(values: readonly unknown[]): string {
  return values.length === 1 ? `must be ${listed(values)}` : `must be one of ${listed(values)}`;
}

export function requiredWording(name: unknown): string {
  return `must have ${quoteName(String(name))}`;
}

/** How much of something there may be. */
export function sizeWording(wanted: Range, what: string): string {
  const { least, most } = wanted;
  if (most === 0) return 'must be empty';
  const bound = most === Number.POSITIVE_INFINITY ? least : most;
  return `must have ${rangeOf(wanted)} ${bound === 1 ? what : `${what}s`}`;
}

/** What a list must hold. */
export function containsWording(wanted: Range, operand: unknown): string {
  const isPlain = wanted.least === 1 && wanted.most === Number.POSITIVE_INFINITY;
  if (isPlain && isRecord(operand) && 'const' in operand)
    return `must contain ${written(operand['const'])}`;
  if (wanted.most === 0) return 'must have no such item';
  return sizeWording(wanted, 'fitting item');
}

/** What must not be, for the few schemas that can be said in a word. */
export function notWording(operand: unknown): string {
  if (!isRecord(operand)) return MUST_NOT_BE;
  const names = Object.keys(operand).filter((name, _, all) => name !== 'type' || all.length === 1);
  const [name = '', ...others] = names;
  const wording = others.length === 0 ? WITHOUT[name]?.(operand[name]) : undefined;
  return wording ?? 'is not allowed';
}

const WITHOUT: Readonly<Record<string, (operand: unknown) => string | undefined>> = {
  const: (value) => `must not be ${written(value)}`,
  enum: (values) => listedWithout('be', values),
  pattern: (pattern) => `must not match pattern ${written(pattern)}`,
  type: (type) => (typeof type === 'string' ? `must not be of the type ${type}` : undefined),
  required: (names) => {
    const texts: readonly unknown[] = Array.isArray(names) ? names : [];
    const shown = texts.map((each) => quoteName(String(each)));
    return shown.length === 0 ? undefined : `must not have ${shown.join(' together with ')}`;
  },
  contains: (item) => {
    if (!isRecord(item)) return undefined;
    if ('const' in item) return `must not contain ${written(item['const'])}`;
    return 'enum' in item ? listedWithout('contain', item['enum']) : undefined;
  },
};

function listedWithout(verb: string, values: unknown): string | undefined {
  if (!Array.isArray(values) || values.length === 0) return undefined;
  return `must not ${verb} ${values.length === 1 ? '' : 'any of '}${listed(values)}`;
}
