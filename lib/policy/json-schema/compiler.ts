import type { Ajv2020, ErrorObject, KeywordDefinition, ValidateFunction } from 'ajv/dist/2020.js';
import { ajv2020 } from '../../model/ajv.js';
import type { Fault } from './fault.js';
import type { Validator } from './keyword.js';
import { imageReferenceKeyword } from './keywords/image-reference.js';
import { quantityKeyword } from './keywords/quantity.js';
import { linear } from './patterns.js';

/** Its operand is looked at by {@link PartialEvaluator}, since it takes the whole plan. */
const RELATED: KeywordDefinition = {
  keyword: 'related',
  schemaType: 'object',
  metaSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['kinds'],
    properties: {
      kinds: { type: 'array', minItems: 1, items: { type: 'string', maxLength: 100 } },
      here: { $ref: '#/$defs/join' },
      object: { $ref: '#/$defs/join' },
      schema: { type: 'object' },
    },
    $defs: {
      join: {
        type: 'object',
        propertyNames: { pattern: '^/' },
        additionalProperties: { type: 'string', pattern: '^(/.*)?$', maxLength: 400 },
      },
    },
  },
  validate: () => true,
};

/** Keywords beside those of JSON Schema. */
const KEYWORDS = [imageReferenceKeyword, quantityKeyword, RELATED] as const;

/**
 * Schemas of all policies, each under a key of its own. Strict with a policy as it is written; a part
 * of it, taken alone, may lack what stands beside it.
 */
export class Compiler {
  private made: Ajv2020 | undefined;
  /** Made when a part is first asked for, since most objects are known as a whole. */
  private partly: Ajv2020 | undefined;
  private readonly alone = new Map<string, ValidateFunction>();
  private count = 0;

  /** @param strict - whether a mistyped or idle keyword is refused */
  constructor(private readonly isStrict = true) {}

  /**
   * A validator for a schema and its parts. Throws where the schema can't be used; for one that is
   * known to be right, that can wait until something has to be said by it.
   */
  compile(schema: object, moment: 'now' | 'when needed' = 'now'): Validator {
    const parts = new Map<string, ValidateFunction | undefined>();
    if (moment === 'now') parts.set('', this.strict.compile(schema));
    const key = `policy-${this.count}`;
    this.count += 1;
    const partAt = (pointer: string) => {
      const known = parts.get(pointer);
      if (known !== undefined || parts.has(pointer)) return known;
      const part = this.part(schema, key, pointer);
      parts.set(pointer, part);
      return part;
    };
    return {
      at: (pointer, value) => {
        const validate = partAt(pointer);
        return validate === undefined ? undefined : faultsOf(validate, value);
      },
      alone: (each, value) => faultsOf(this.single(each), value),
      matches: (pattern, text) => linear(pattern).test(text),
    };
  }

  private get strict(): Ajv2020 {
    this.made ??= instance({ strict: this.isStrict, validateSchema: true });
    return this.made;
  }

  private get lax(): Ajv2020 {
    // The whole was checked, and checking takes a compiled meta-schema for each instance.
    this.partly ??= instance({ strict: false, validateSchema: false });
    return this.partly;
  }

  private part(schema: object, key: string, pointer: string): ValidateFunction | undefined {
    const fragment = pointer.split('/').map(encodeURIComponent).join('/');
    if (!this.lax.schemas[key]) this.lax.addSchema(schema, key);
    return this.lax.getSchema(`${key}#${fragment}`);
  }

  private single(schema: object): ValidateFunction {
    const text = JSON.stringify(schema);
    const known = this.alone.get(text);
    if (known !== undefined) return known;
    const validate = this.lax.compile(schema);
    this.alone.set(text, validate);
    return validate;
  }
}

/** How much of a schema is checked before it is used. */
interface Checks {
  readonly strict: boolean;
  readonly validateSchema: boolean;
}

/** Ajv names the engine in the code that it writes. */
const LINEAR = Object.assign((pattern: string) => linear(pattern), { code: 'RE2JS' });

function instance({ strict, validateSchema }: Checks): Ajv2020 {
  const Made = ajv2020();
  const ajv = new Made({
    strict,
    validateSchema,
    strictNumbers: true,
    strictRequired: false,
    strictTuples: false,
    allErrors: true,
    // What it has to say comes as an error; nothing is written past the command's own output.
    logger: false,
    allowUnionTypes: true,
    // A schema is only known by the name '' while it is compiled, so that `#` means itself; a part
    // taken alone has no such root.
    addUsedSchema: strict,
    // Making the code shorter takes longer than the longer code does.
    code: { regExp: LINEAR, optimize: false },
  });
  for (const keyword of KEYWORDS) {
    const { metaSchema, ...unchecked } = keyword;
    ajv.addKeyword(validateSchema ? keyword : unchecked);
  }
  return ajv;
}

const NO_FAULTS: readonly Fault[] = [];

function faultsOf(validate: ValidateFunction, values: unknown): readonly Fault[] {
  if (validate(values)) return NO_FAULTS;
  const faults = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(faultOf);
  return faults.length === 0 ? [{ pointer: '', message: 'does not match the schema' }] : faults;
}

/** Ajv's messages repeat what the schema says, never what the object has. */
function faultOf({ instancePath, message, keyword, params }: ErrorObject): Fault {
  if (keyword === 'const') {
    return { pointer: instancePath, message: `must be ${written(params['allowedValue'])}` };
  }
  const names = keyword === 'enum' ? `: ${listOf(params['allowedValues'])}` : '';
  return { pointer: instancePath, message: `${message ?? keyword}${names}` };
}

function listOf(values: unknown): string {
  return Array.isArray(values) ? values.map(written).join(', ') : '';
}

function written(value: unknown): string {
  return JSON.stringify(value) ?? 'a certain value';
}
