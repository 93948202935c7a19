import { isRecord } from '../../base/guards.js';

/** Where a provider comes from that a configuration asks for. */
export interface RequiredProvider {
  /** As the configuration calls it. */
  readonly name: string;
  /** Such as `hashicorp/kubernetes` or `registry.example.org/team/thing`. */
  readonly source: string;
}

/** The provider that is part of every engine. */
const BUILT_IN = 'terraform';

/** A provider's address in a dependency lock: host, namespace, name. */
const BLOCK = /^provider "([^"\n]+)" \{$/;
/** Each engine's own registry: a source that names no host means one of them. */
const DEFAULT_HOSTS = ['registry.terraform.io', 'registry.opentofu.org'];

/** The providers that a configuration names; what isn't said as cdktf says it has no source. */
export function requiredProviders(
  configuration: Readonly<Record<string, unknown>>,
): readonly RequiredProvider[] {
  const { terraform } = configuration;
  const required = isRecord(terraform) ? terraform['required_providers'] : undefined;
  return Object.entries(isRecord(required) ? required : {}).map(([name, entry]) => {
    const source = isRecord(entry) ? entry['source'] : undefined;
    return { name, source: typeof source === 'string' ? source : '' };
  });
}

/** The name of the provider that a resource or data source is of. */
export function providerOf(type: string, body: Readonly<Record<string, unknown>>): string {
  const named = body['provider'];
  if (typeof named === 'string') return named.split('.')[0] ?? '';
  return type.split('_')[0] ?? '';
}

export function isBuiltIn(name: string): boolean {
  return name === BUILT_IN;
}

/** The dependency lock of an app: which providers may run, by versions and checksums. */
export class DependencyLock {
  private constructor(private readonly blocks: ReadonlyMap<string, string>) {}

  /** Reads `.terraform.lock.hcl`, as every engine writes it. */
  static parse(text: string): DependencyLock {
    const blocks = new Map<string, string>();
    let open: { readonly address: string; readonly lines: string[] } | undefined;
    for (const line of text.split(/\r?\n/)) {
      const address = BLOCK.exec(line)?.[1];
      if (address !== undefined) open = { address, lines: [] };
      open?.lines.push(line);
      if (line !== '}' || open === undefined) continue;
      blocks.set(open.address, `${open.lines.join('\n')}\n`);
      open = undefined;
    }
    return new DependencyLock(blocks);
  }

  /** Whether a provider is one of the lock's. */
  has(provider: RequiredProvider): boolean {
    return this.addresses(provider).length > 0;
  }

  /** The lock of one stack: an engine refuses a read-only lock that has more than it needs. */
  of(providers: readonly RequiredProvider[]): string {
    const wanted = new Set(providers.flatMap((each) => this.addresses(each)));
    return [...this.blocks]
      .filter(([address]) => wanted.has(address))
      .map(([, block]) => block)
      .join('\n');
  }

  private addresses({ source }: RequiredProvider): readonly string[] {
    const parts = source.toLowerCase().split('/');
    const full =
      parts.length === 2 ? DEFAULT_HOSTS.map((host) => [host, ...parts].join('/')) : [source];
    return full.filter((address) => this.blocks.has(address));
  }
}
