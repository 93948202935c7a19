import { isRecord } from '../../base/guards.js';
import { keysIn } from '../shape/part.js';
import type { FieldSchema } from './schema.js';

type Definitions = Readonly<Record<string, FieldSchema>>;

/** What can be at a place of a target: one of several shapes. */
export class FieldShape {
  /** Where nothing is known, everything can be. */
  static readonly ANYTHING = new FieldShape([{}], {});

  private constructor(
    private readonly shapes: readonly FieldSchema[],
    private readonly definitions: Definitions,
  ) {}

  /** Any of several shapes; undefined where there is none. */
  static of(shapes: readonly FieldSchema[], definitions: Definitions): FieldShape | undefined {
    const resolved = new Set(shapes.map((each) => resolve(each, definitions)));
    if (resolved.size === 0) return undefined;
    return [...resolved].some(isOpen)
      ? FieldShape.ANYTHING
      : new FieldShape([...resolved], definitions);
  }

  /** JSON types that can be there; undefined for any. Null may stand for what isn't set. */
  get types(): readonly string[] | undefined {
    if (this === FieldShape.ANYTHING) return undefined;
    return [...new Set(this.shapes.flatMap(typesOf))].sort();
  }

  /** Whether some value of a JSON type can be there. */
  hasType(wanted: string): boolean {
    const { types } = this;
    if (types === undefined || wanted === 'null' || types.includes(wanted)) return true;
    return ['integer', 'number'].includes(wanted)
      ? types.includes('integer') || types.includes('number')
      : false;
  }

  /** The names that an object can have; undefined where it can have any. */
  get names(): readonly string[] | undefined {
    const objects = this.ofType('object');
    if (objects.some(({ additionalProperties }) => additionalProperties !== false))
      return undefined;
    return [...new Set(objects.flatMap(({ properties = {} }) => Object.keys(properties)))].sort();
  }

  /** The texts that can be there; undefined where any can. */
  get texts(): readonly unknown[] | undefined {
    const texts = this.ofType('string');
    if (texts.length === 0 || texts.some((each) => each.enum === undefined)) return undefined;
    return [...new Set(texts.flatMap((each) => each.enum ?? []))];
  }

  /** What can be under a name; undefined where there can't be such a name. */
  member(name: string): FieldShape | undefined {
    return this.membersOf([name]);
  }

  /** What can be under any name. */
  get members(): FieldShape | undefined {
    return this.inner(
      this.ofType('object').flatMap(({ properties = {}, additionalProperties = {} }) => [
        ...Object.values(properties),
        ...(additionalProperties === false ? [] : [additionalProperties]),
      ]),
    );
  }

  /** What can be under some of the names. */
  membersOf(names: readonly string[]): FieldShape | undefined {
    const objects = this.ofType('object');
    return this.inner(names.flatMap((name) => objects.flatMap((each) => memberOf(each, name))));
  }

  /** What can be in a list. */
  get elements(): FieldShape | undefined {
    return this.inner(this.ofType('array').map(({ items = {} }) => items));
  }

  /** What can be at a JSON pointer. */
  at(pointer: string): FieldShape | undefined {
    return keysIn(pointer).reduce<FieldShape | undefined>(
      (at, key) => at?.member(key) ?? (/^\d+$/.test(key) ? at?.elements : undefined),
      this,
    );
  }

  /** Whether a value can be there. */
  has(value: unknown): boolean {
    // A manifest that is written by hand may have null, and an empty text, for what isn't set.
    if (value === null || this === FieldShape.ANYTHING) return true;
    if (typeof value === 'string') {
      return this.hasType('string') && (value === '' || (this.texts?.includes(value) ?? true));
    }
    if (typeof value === 'bigint') return this.hasType('integer');
    if (typeof value === 'number') {
      return (
        this.hasType('number') &&
        (Number.isInteger(value) || this.types?.includes('number') === true)
      );
    }
    if (Array.isArray(value)) {
      return this.hasType('array') && value.every((each) => this.elements?.has(each) ?? false);
    }
    if (!isRecord(value)) return this.hasType(typeof value);
    return (
      this.hasType('object') &&
      Object.entries(value).every(([name, each]) => this.member(name)?.has(each) ?? false)
    );
  }

  isSame(other: FieldShape): boolean {
    const { shapes } = other;
    return (
      this.shapes.length === shapes.length && this.shapes.every((each) => shapes.includes(each))
    );
  }

  private ofType(type: string): readonly FieldSchema[] {
    return this.shapes.filter((each) => isOpen(each) || typesOf(each).includes(type));
  }

  private inner(shapes: readonly FieldSchema[]): FieldShape | undefined {
    return FieldShape.of(shapes, this.definitions);
  }
}

function memberOf({ properties = {}, additionalProperties = {} }: FieldSchema, name: string) {
  const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own !== undefined) return [own];
  return additionalProperties === false ? [] : [additionalProperties];
}

function typesOf({ type = [] }: FieldSchema): readonly string[] {
  return typeof type === 'string' ? [type] : type;
}

function isOpen({ type }: FieldSchema): boolean {
  return type === undefined;
}

function resolve(shape: FieldSchema, definitions: Definitions): FieldSchema {
  return shape.$ref === undefined
    ? shape
    : (definitions[shape.$ref.slice('#/$defs/'.length)] ?? {});
}
