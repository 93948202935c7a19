import { type TerraformResource, TerraformStack } from 'cdktf';
import { isRecord } from '../base/guards.js';
import type { TerraformJson } from './targets/index.js';
import { holdsTokens, resolveTokens } from './tokens-in.js';

/** What a resource hands over while its stack is prepared or rendered. */
interface Pass {
  /** Undefined while the stack is prepared: then only what refers to other stacks matters. */
  readonly blocks: unknown[] | undefined;
}

const passes = new WeakMap<TerraformStack, Pass>();

/**
 * cdktf resolves every value of every element three times and merges it twice. Our own resources hold
 * no tokens unless somebody puts one in, so they are kept out of that: while their stack is prepared,
 * they say what is left to cdktf, and while it is rendered they hand over their block.
 *
 * @param whole - all that the resource has to say
 */
export function lean(resource: TerraformResource, whole: () => TerraformJson): TerraformJson {
  const pass = passes.get(TerraformStack.of(resource));
  if (pass === undefined) return whole();
  if (pass.blocks === undefined) return isPlain(resource) ? {} : whole();
  const { resource: block, ...rest } = whole();
  pass.blocks.push(block);
  return rest;
}

/** Whether nobody has put in a token, which might refer to another stack. */
function isPlain(resource: TerraformResource): boolean {
  const overrides: unknown = Reflect.get(resource, 'rawOverrides');
  return !holdsTokens(overrides) && !holdsTokens(resource.terraformMetaArguments);
}

/** Prepares a stack, as cdktf does. */
export function prepareLean(stack: TerraformStack, prepare: () => void): void {
  during(stack, { blocks: undefined }, prepare);
}

/** The JSON of a stack, as cdktf makes it. */
export function renderLean(stack: TerraformStack, render: () => TerraformJson): TerraformJson {
  // What is written over a whole stack has to see all of it.
  const overrides: unknown = Reflect.get(stack, 'rawOverrides');
  if (isRecord(overrides) && 'resource' in overrides) return render();
  const blocks: unknown[] = [];
  const json = during(stack, { blocks }, render);
  const resource = { ...Object(json['resource']) };
  let isClash = false;
  for (const block of blocks) isClash = !addBlock(resource, resolveTokens(stack, block)) || isClash;
  if (isClash) return render();
  return Object.keys(resource).length === 0 ? json : { ...json, resource };
}

function during<T>(stack: TerraformStack, pass: Pass, run: () => T): T {
  passes.set(stack, pass);
  try {
    return run();
  } finally {
    passes.delete(stack);
  }
}

/** @returns whether nothing else has the same address: cdktf would merge them */
function addBlock(resource: TerraformJson, block: unknown): boolean {
  for (const [type, named] of Object.entries(isRecord(block) ? block : {})) {
    const known = isRecord(resource[type]) ? resource[type] : {};
    for (const [name, body] of Object.entries(isRecord(named) ? named : {})) {
      if (Object.hasOwn(known, name)) return false;
      Object.assign(known, { [name]: body });
    }
    resource[type] = known;
  }
  return true;
}
