import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FieldFile, FieldSchema } from '../../lib/policy/fields/schema.js';

const VERSION = '2.38.0';
const SOURCE = 'hashicorp/kubernetes';

/** A block as `terraform providers schema -json` has it. */
interface Block {
  readonly attributes?: Readonly<Record<string, { readonly type: unknown }>>;
  readonly block_types?: Readonly<
    Record<string, { readonly nesting_mode: string; readonly block: Block }>
  >;
}

interface Provider {
  readonly resource_schemas: Readonly<Record<string, { readonly block: Block }>>;
}

/** What every type of the Kubernetes provider can have, as the provider says. */
export function terraformFields(): FieldFile {
  const { resource_schemas } = providerSchema();
  const blocks = new Blocks();
  const types = Object.keys(resource_schemas).sort();
  const targets = types.map((type) => [
    type,
    [blocks.add(type, resource_schemas[type]?.block ?? {})],
  ]);
  return {
    source: `${SOURCE} ${VERSION}`,
    targets: Object.fromEntries(targets),
    $defs: Object.fromEntries([...blocks.all].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function providerSchema(): Provider {
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-fields-'));
  try {
    const kubernetes = { source: SOURCE, version: VERSION };
    const config = { terraform: { required_providers: { kubernetes } } };
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(config));
    terraform(folder, 'init', '-input=false');
    const json: { readonly provider_schemas: Readonly<Record<string, Provider>> } = JSON.parse(
      terraform(folder, 'providers', 'schema', '-json'),
    );
    const [provider] = Object.values(json.provider_schemas);
    if (provider === undefined) throw new Error('Terraform told of no provider.');
    return provider;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function terraform(cwd: string, ...args: readonly string[]): string {
  return execFileSync('terraform', args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
}

/** Blocks by name. The same one stands in many types, and is kept once. */
class Blocks {
  readonly all = new Map<string, FieldSchema>();
  private readonly names = new Map<string, string>();

  /** @returns the name that the block is kept under */
  add(name: string, block: Block): string {
    const shape = this.shapeOf(block);
    const key = JSON.stringify(shape);
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const free = this.freeName(name);
    this.names.set(key, free);
    this.all.set(free, shape);
    return free;
  }

  private shapeOf({ attributes = {}, block_types = {} }: Block): FieldSchema {
    const plain = Object.entries(attributes).map(
      ([name, { type }]) => [name, shapeOfType(type)] as const,
    );
    const nested = Object.entries(block_types).map(
      ([name, { nesting_mode, block }]) => [name, this.nested(name, nesting_mode, block)] as const,
    );
    const properties = [...plain, ...nested].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      additionalProperties: false,
    };
  }

  private nested(name: string, mode: string, block: Block): FieldSchema {
    const $ref = `#/$defs/${this.add(name, block)}`;
    return mode === 'single' ? { $ref } : { type: 'array', items: { $ref } };
  }

  private freeName(name: string): string {
    for (let count = 1; ; count += 1) {
      const candidate = count === 1 ? name : `${name}.${count}`;
      if (!this.all.has(candidate)) return candidate;
    }
  }
}

/** A type such as `["map", "string"]`. */
function shapeOfType(type: unknown): FieldSchema {
  if (type === 'bool') return { type: 'boolean' };
  if (type === 'string' || type === 'number') return { type };
  const [container, inner]: readonly unknown[] = Array.isArray(type) ? type : [];
  if (container === 'map') return { type: 'object', additionalProperties: shapeOfType(inner) };
  if (container === 'list' || container === 'set') {
    return { type: 'array', items: shapeOfType(inner) };
  }
  if (container !== 'object') return {};
  const entries = Object.entries(Object(inner)).map(
    ([name, each]) => [name, shapeOfType(each)] as const,
  );
  return { type: 'object', properties: Object.fromEntries(entries), additionalProperties: false };
}
