import { DefaultTokenResolver, StringConcat, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';

/** How cdktf marks texts, keys and lists that stand for something else. */
const MARK = 'TfToken[';
const LIST_MARK = '#{TfToken[';

/** Numbers that stand for something else are below this; as part of a text they have this in them. */
const NUMBERS = -1e280;
const NUMBER_MARK = 'e+2';

const resolver = new DefaultTokenResolver(new StringConcat());

/**
 * What cdktf's own resolution makes of a value, at a fraction of its cost: what holds no token is
 * copied, without what is undefined, and only what holds one is left to cdktf.
 */
export function resolveTokens(scope: IConstruct, value: unknown): unknown {
  return new Resolution(scope).of(value);
}

/** Whether there is anything in a value that cdktf would have to resolve. */
export function holdsTokens(value: unknown): boolean {
  if (isForeign(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsTokens);
  return Object.values(value).some(holdsTokens);
}

class Resolution {
  constructor(private readonly scope: IConstruct) {}

  of(value: unknown): unknown {
    if (isForeign(value)) return Tokenization.resolve(value, { scope: this.scope, resolver });
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    if (!Array.isArray(value)) return this.ofRecord(value);
    return value.map((each) => this.of(each)).filter((each) => each !== undefined);
  }

  private ofRecord(record: object): unknown {
    const copy: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(record)) {
      const resolved = this.of(value);
      if (resolved !== undefined) copy[key] = resolved;
    }
    return copy;
  }
}

/** Whether cdktf would not take a value for what it is. What is in it is not looked at. */
function isForeign(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(MARK) || value.includes(NUMBER_MARK);
  if (typeof value === 'number') return value < NUMBERS;
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(isListMark);
  return 'resolve' in value || '_children' in value || Object.keys(value).some(isMarked);
}

function isListMark(value: unknown): boolean {
  return typeof value === 'string'
    ? value.includes(LIST_MARK)
    : typeof value === 'number' && value < NUMBERS;
}

function isMarked(text: string): boolean {
  return text.includes(MARK) || text.includes(NUMBER_MARK);
}
