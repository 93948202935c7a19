import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider/index.js';
import type { TerraformResource, TerraformStack } from 'cdktf';
import { TARGET, type Target, type TerraformJson } from './target.js';

const PREFIX = 'kubernetes_';

/** What Terraform itself reads from a resource block; everything else is the object's content. */
const META = ['count', 'depends_on', 'for_each', 'lifecycle', '//'] as const;

/** Write-only content: on the sandbox it is not written at all. */
const WRITE_ONLY = /_wo(_revision)?$/;

/**
 * The same stack without a cluster: every Kubernetes resource becomes a `terraform_data` of
 * Terraform's built-in provider, so plan, apply, state and the reclamation clock are real and
 * nothing has to be downloaded. Credentials never get here.
 */
export function sandboxTarget(): Target {
  return {
    [TARGET]: true,
    name: 'sandbox',
    takesCredentials: false,
    // cdktf checks that a provider is declared; it does not survive the rewriting.
    prepare: (stack: TerraformStack) => {
      new KubernetesProvider(stack, 'kubernetes', {});
    },
    addressOf,
    rewrite: rewriteForSandbox,
  };
}

function addressOf(resource: TerraformResource): string {
  const type = resource.terraformResourceType;
  return `${type.startsWith(PREFIX) ? 'terraform_data' : type}.${resource.friendlyUniqueId}`;
}

/** Replaces the Kubernetes resources, and every reference to one, in a synthesized stack. */
export function rewriteForSandbox(json: TerraformJson): TerraformJson {
  const renamed = new Map<string, string>();
  const resource: TerraformJson = {};
  const data: TerraformJson = { ...block(block(json['resource'])['terraform_data']) };
  for (const [type, blocks] of Object.entries(block(json['resource']))) {
    if (!type.startsWith(PREFIX)) {
      resource[type] = blocks;
      continue;
    }
    for (const [id, body] of Object.entries(block(blocks))) {
      renamed.set(`${type}.${id}`, `terraform_data.${id}`);
      data[id] = standIn(type, block(body));
    }
  }
  if (Object.keys(data).length > 0) resource['terraform_data'] = data;
  const { import: _imports, data: sources, provider, terraform, moved, ...rest } = json;
  return rename(
    {
      ...rest,
      ...kept('data', withoutKubernetes(block(sources))),
      ...kept('provider', without(block(provider), 'kubernetes')),
      ...kept('moved', moves(moved)),
      terraform: withoutProvider(block(terraform)),
      ...kept('resource', resource),
    },
    renamed,
  );
}

/** One object's stand-in. What would force Kubernetes to replace the object does so here. */
function standIn(type: string, body: TerraformJson): TerraformJson {
  const meta = Object.fromEntries(
    META.filter((key) => key in body).map((key) => [
      key,
      key === 'lifecycle' ? ofStandIn(block(body[key])) : body[key],
    ]),
  );
  const content = Object.entries(body).filter(
    ([key]) => !META.some((name) => name === key) && key !== 'provider' && !WRITE_ONLY.test(key),
  );
  const { name, namespace } = block(body['metadata']);
  return {
    ...meta,
    input: { resource: type, ...Object.fromEntries(content) },
    triggers_replace: [type, namespace ?? null, name ?? null],
  };
}

/** A stand-in has none of the attributes whose changes a list ignores. */
function ofStandIn(lifecycle: TerraformJson): TerraformJson {
  return Array.isArray(lifecycle['ignore_changes'])
    ? without(lifecycle, 'ignore_changes')
    : lifecycle;
}

function moves(moved: unknown): unknown[] {
  const list = Array.isArray(moved) ? moved : [];
  return list.map((entry) =>
    Object.fromEntries(
      Object.entries(block(entry)).map(([key, address]) => [
        key,
        String(address).replace(/^kubernetes_[a-z0-9_]+\./, 'terraform_data.'),
      ]),
    ),
  );
}

function withoutProvider(terraform: TerraformJson): TerraformJson {
  const { required_providers: providers, ...rest } = terraform;
  return { ...rest, ...kept('required_providers', without(block(providers), 'kubernetes')) };
}

function rename<T>(value: T, renamed: ReadonlyMap<string, string>): T;
function rename(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return renameText(value, renamed);
  if (Array.isArray(value)) return value.map((entry) => rename(entry, renamed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, rename(entry, renamed)]),
  );
}

/** Whole addresses (as in `depends_on`) and those inside an expression; other text stays. */
function renameText(text: string, renamed: ReadonlyMap<string, string>): string {
  const whole = renamed.get(text);
  if (whole !== undefined) return whole;
  if (!text.includes('${')) return text;
  return text.replace(/\bkubernetes_\w+\.[\w-]+/g, (address) => renamed.get(address) ?? address);
}

function block(value: unknown): TerraformJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** What is looked up in a cluster is not there. */
function withoutKubernetes(sources: TerraformJson): TerraformJson {
  const types = Object.keys(sources).filter((type) => type.startsWith(PREFIX));
  return types.reduce(without, sources);
}

function without(values: TerraformJson, key: string): TerraformJson {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
}

/** A block that would be empty is left out. */
function kept(key: string, value: object): TerraformJson {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
