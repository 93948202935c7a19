import { type TerraformMetaArguments, TerraformResource, TerraformStack } from 'cdktf';
import { type Construct, RootConstruct } from 'constructs';
import { lean } from './rendering.js';
import type { TerraformJson } from './targets/index.js';
import { ownAddress } from './targets/target.js';

/** One of a provider's generated classes. */
interface ResourceClass<C, T extends TerraformResource> {
  readonly tfResourceType: string;
  readonly prototype: T;
  new (scope: Construct, id: string, config: C): T;
}

/** How the parts of a configuration become attributes; what isn't named can't be configured. */
type Mappers<C, K extends keyof C> = { readonly [P in K]: (value: C[P]) => unknown };

/** What a lean resource can be told: the mapped parts, and what it depends on. */
type LeanConfig<C, K extends keyof C> = Pick<C, K> &
  Pick<TerraformMetaArguments, 'lifecycle'> & { readonly dependsOn?: readonly TerraformResource[] };

/** Makes resources of one class. */
export interface LeanType<C, K extends keyof C, T extends TerraformResource> {
  create(scope: Construct, id: string, config: LeanConfig<C, K>): T;
}

/**
 * A provider's class whose resources are made at a fraction of the cost. Its constructor makes an object
 * for every block that there could be, each with a stack trace, so that references can be made to what is
 * in it. Ours are made without: they keep their configuration and render it by the provider's own mappers.
 * The first use of anything that is the class's own (`metadata`, `putSpec`) makes up for it; from then on
 * the resource is what the class would have made.
 */
export function leanType<C, T extends TerraformResource, K extends keyof C>(
  type: ResourceClass<C, T>,
  mappers: Mappers<C, K>,
): LeanType<C, K, T> {
  const configs = new WeakMap<TerraformResource, Pick<C, K>>();

  class Lean extends TerraformResource {
    protected override synthesizeAttributes(): TerraformJson {
      const config = configs.get(this);
      return config === undefined ? {} : attributesOf(config, mappers);
    }

    override toTerraform(): TerraformJson {
      return lean(this, () => super.toTerraform());
    }
  }

  const complete = (resource: TerraformResource): void => {
    const config = configs.get(resource);
    if (config === undefined) return;
    configs.delete(resource);
    Object.setPrototypeOf(resource, type.prototype);
    addReferences(resource, new type(elsewhere(), resource.node.id, config as C));
  };
  Object.setPrototypeOf(Lean.prototype, type.prototype);
  Reflect.deleteProperty(Lean.prototype, 'constructor');
  completeOnUse(Lean.prototype, type.prototype, complete);

  return {
    create: (scope, id, { dependsOn = [], lifecycle, ...config }) => {
      const resource = new Lean(scope, id, {
        terraformResourceType: type.tfResourceType,
        terraformGeneratorMetadata: { providerName: 'kubernetes' },
        ...(lifecycle === undefined ? {} : { lifecycle }),
      });
      if (dependsOn.length > 0) resource.dependsOn = dependsOn.map(ownAddress);
      configs.set(resource, config as Pick<C, K>);
      return resource as unknown as T;
    },
  };
}

function attributesOf<C, K extends keyof C>(
  config: Pick<C, K>,
  mappers: Mappers<C, K>,
): TerraformJson {
  const attributes: TerraformJson = {};
  for (const key in mappers) attributes[snakeCase(key)] = mappers[key](config[key]);
  return attributes;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Has every member that the class adds to a resource complete it first. */
function completeOnUse(
  prototype: object,
  original: object,
  complete: (resource: TerraformResource) => void,
): void {
  for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(original))) {
    if (Object.hasOwn(prototype, name) || name === 'constructor') continue;
    const { value, get, set }: PropertyDescriptor = member;
    Object.defineProperty(prototype, name, {
      configurable: true,
      ...(typeof value === 'function'
        ? { writable: true, value: completing(value, complete) }
        : {
            ...(get === undefined ? {} : { get: completing(get, complete) }),
            ...(set === undefined ? {} : { set: completing(set, complete) }),
          }),
    });
  }
}

function completing(member: unknown, complete: (resource: TerraformResource) => void) {
  return function completed(this: TerraformResource, ...args: unknown[]): unknown {
    complete(this);
    return typeof member === 'function' ? Reflect.apply(member, this, args) : undefined;
  };
}

/** Takes over what a class's own constructor adds; references in it are then about the resource. */
function addReferences(resource: TerraformResource, made: TerraformResource): void {
  for (const name of Object.getOwnPropertyNames(made)) {
    if (Object.hasOwn(resource, name)) continue;
    const value: unknown = Reflect.get(made, name);
    if (typeof value === 'object' && value !== null && Reflect.get(value, PARENT) === made) {
      Reflect.set(value, PARENT, resource);
    }
    Reflect.set(resource, name, value);
  }
}

/** Where a reference of cdktf keeps what it is about. */
const PARENT = 'terraformResource';

/** A place for constructs that nobody is to see. */
function elsewhere(): TerraformStack {
  return new TerraformStack(new RootConstruct(), 'elsewhere');
}
