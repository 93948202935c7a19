import type {
  Ajv2020,
  ErrorObject,
  KeywordDefinition,
  Logger,
  ValidateFunction,
} from 'ajv/dist/2020.js';
import { ajv2020 } from '../../base/ajv.js';
import { withDoubles } from '../../base/exact-json.js';
import type { Fault } from './fault.js';
import type { Keyword } from './keyword.js';
import { matchAlone } from './matcher.js';
import { linear } from './patterns.js';
import { KEYWORDS } from './registry.js';
import { MUST_NOT_BE, NOT_AS_WANTED } from './wording.js';

/** Validates a value that is known in every part, by the schema at a JSON pointer or one of its own. */
export interface Validator {
  readonly at: (pointer: string, value: unknown) => readonly Fault[] | undefined;
  readonly alone: (schema: object, value: unknown) => readonly Fault[] | undefined;
}

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
  compile(exact: object, moment: 'now' | 'when needed' = 'now'): Validator {
    const schema = Object(withDoubles(exact));
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
      alone: (each, value) => faultsOf(this.single(Object(withDoubles(each))), value),
    };
  }

  /** What the meta-schema of JSON Schema, and those of our own keywords, have against a schema. */
  metaFaults(exact: object): readonly SchemaRefusal[] {
    const schema = Object(withDoubles(exact));
    const { strict } = this;
    strict.validateSchema(schema);
    return (strict.errors ?? []).map(({ instancePath, message = 'is wrong', params }) => ({
      pointer: instancePath,
      message: allowedIn(params) ?? message,
    }));
  }

  /** What a strict compiler has against a schema beside that, as far as it gets. */
  refusals(exact: object): readonly SchemaRefusal[] {
    const said: string[] = [];
    const tell = (message: unknown) => void said.push(String(message));
    const logger = { log: tell, warn: tell, error: tell };
    try {
      instance({ strict: this.isStrict ? 'log' : false, validateSchema: 'log', logger }).compile(
        Object(withDoubles(exact)),
      );
    } catch (error) {
      said.push(error instanceof Error ? error.message : 'it failed');
    }
    return said
      .filter((each) => !/^(?:strict mode: unknown keyword|schema is invalid)/.test(each))
      .map((each) => {
        const [, pointer = ''] = / at (?:path )?"#([^"]*)"/.exec(each) ?? [];
        return { pointer: decodeURI(pointer), message: each.replace(/ at "#.*$/, '') };
      });
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

/** What a compiler has against a schema. */
export interface SchemaRefusal {
  readonly pointer: string;
  readonly message: string;
}

function allowedIn({ allowedValues }: Readonly<Record<string, unknown>>): string | undefined {
  return Array.isArray(allowedValues) ? `must be one of ${allowedValues.join(', ')}` : undefined;
}

/** How much of a schema is checked before it is used. */
interface Checks {
  readonly strict: boolean | 'log';
  readonly validateSchema: boolean | 'log';
  readonly logger?: Logger;
}

/** Ajv names the engine in the code that it writes. */
const LINEAR = Object.assign((pattern: string) => linear(pattern), { code: 'RE2JS' });

function instance({ strict, validateSchema, logger }: Checks): Ajv2020 {
  const Made = ajv2020();
  const ajv = new Made({
    strict,
    validateSchema,
    strictNumbers: true,
    strictRequired: false,
    strictTuples: false,
    allErrors: true,
    // What it has to say comes as an error; nothing is written past the command's own output.
    logger: logger ?? false,
    allowUnionTypes: true,
    // What a keyword wants is said from its operand.
    verbose: true,
    // A schema is only known by the name '' while it is compiled, so that `#` means itself; a part
    // taken alone has no such root.
    addUsedSchema: strict !== false,
    // Making the code shorter takes longer than the longer code does.
    code: { regExp: LINEAR, optimize: false },
  });
  for (const keyword of KEYWORDS.values()) {
    const definition = definitionOf(keyword);
    if (definition === undefined) continue;
    const { metaSchema, ...unchecked } = definition;
    ajv.addKeyword(validateSchema === false ? unchecked : definition);
  }
  return ajv;
}

/** A keyword of ours for ajv; undefined for any other. */
function definitionOf(keyword: Keyword): KeywordDefinition | undefined {
  const { name, types, own } = keyword;
  if (own === undefined) return undefined;
  const { metaSchema, message = () => 'does not match' } = own;
  return {
    keyword: name,
    ...(types === undefined ? {} : { type: [...types] }),
    schemaType: 'object',
    errors: true,
    metaSchema: { type: 'object', additionalProperties: false, ...metaSchema },
    compile: (operand: unknown) => matchAlone(keyword, operand) ?? (() => true),
    error: { message: ({ schema }) => message(schema) },
  };
}

const NO_FAULTS: readonly Fault[] = [];

function faultsOf(validate: ValidateFunction, values: unknown): readonly Fault[] {
  // It has no verdict to give, and knows no numbers but doubles.
  if (validate(withDoubles(values))) return NO_FAULTS;
  const faults = (validate.errors ?? []).flatMap(faultOf);
  return faults.length === 0 ? [{ pointer: '', message: NOT_AS_WANTED }] : faults;
}

/** Ajv's messages repeat what the schema says, never what the object has. */
function faultOf(error: ErrorObject): readonly Fault[] {
  const { instancePath: pointer, keyword, params, message: own = keyword, schema } = error;
  if (keyword === 'false schema') return [{ pointer, message: MUST_NOT_BE }];
  const better = KEYWORDS.get(keyword)?.message;
  const message = better === undefined ? own : better(params, own, schema);
  return message === undefined ? [] : [{ pointer, message }];
}
