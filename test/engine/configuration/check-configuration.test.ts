import { describe, expect, it } from 'vitest';
import {
  type ConfigurationRules,
  checkConfiguration,
} from '../../../lib/engine/configuration/check-configuration.js';
import { DependencyLock } from '../../../lib/engine/configuration/providers.js';

const LOCK = DependencyLock.parse(`# Made by terraform init.

provider "registry.terraform.io/hashicorp/aws" {
  version = "5.0.0"
  hashes = [
    "h1:aaaa",
  ]
}

provider "registry.terraform.io/hashicorp/kubernetes" {
  version     = "2.38.0"
  constraints = "2.38.0"
  hashes = [
    "h1:bbbb",
  ]
}
`);

type Json = Readonly<Record<string, unknown>>;

const BASE: Json = {
  '//': { metadata: { version: '0.21.0' } },
  terraform: {
    backend: { http: { address: 'https://state.example' } },
    required_providers: { kubernetes: { source: 'hashicorp/kubernetes', version: '2.38.0' } },
  },
  provider: { kubernetes: [{ config_path: '~/.kube/config' }] },
  variable: { token: { type: 'string', ephemeral: true } },
  resource: {
    kubernetes_namespace_v1: { billing: { metadata: { name: 'billing' } } },
    terraform_data: { guard: { input: { text: '$${file("/etc/hostname")}' } } },
  },
  output: { reclamations: { value: ['${terraform_data.guard.id}'] } },
};

function codes(json: Json, rules: Partial<ConfigurationRules> = {}): readonly string[] {
  const all = { stack: 'production', lock: LOCK, base: BASE, given: new Set<string>(), ...rules };
  return checkConfiguration(json, all).map(({ code }) => code.replace('synthesized/', ''));
}

const resource = (body: Json) => ({ ...BASE, resource: { terraform_data: { x: body } } });
const input = (value: unknown) => resource({ input: value });

describe('a configuration that somebody else wrote', () => {
  it('is planned where it differs in resources and versions only', () => {
    expect(codes(BASE)).toEqual([]);
    expect(codes(input('${terraform_data.y.id} files'))).toEqual([]);
    const required_providers = { kubernetes: { source: 'hashicorp/kubernetes', version: '3.2.1' } };
    const terraform = { ...Object(BASE['terraform']), required_providers };
    expect(codes({ ...BASE, terraform })).toEqual([]);
  });

  it.each(['module', 'check', 'ephemeral', 'action', 'run', 'locals '])(
    'may not have the block %s',
    (block) => {
      expect(codes({ ...BASE, [block]: {} })).toEqual(['block']);
    },
  );

  it.each([
    ['external', { x: { program: ['sh'] } }],
    ['http', { x: { url: 'https://attacker.example' } }],
    ['terraform_remote_state', { x: { backend: 'http' } }],
    ['local_file', { x: { filename: '/etc/passwd' } }],
    ['local_command', { x: { command: 'sh' } }],
  ])('may not read by data.%s', (type, names) => {
    expect(codes({ ...BASE, data: { [type]: names } })).toContain('data');
  });

  it.each([
    ['resource', [{ terraform_data: {} }]],
    ['resource', { terraform_data: [{ x: {} }] }],
    ['resource', { terraform_data: { x: [{}] } }],
    ['data', [{ external: { x: {} } }]],
    ['variable', [{ token: {} }]],
    ['removed', [[{ from: 'terraform_data.y', provisioner: {} }]]],
    ['import', [[{ to: 'terraform_data.y', id: 'x' }]]],
    ['moved', ['x']],
    ['terraform', [{ required_providers: {} }]],
    ['terraform', { required_providers: [{ aws: { source: 'hashicorp/aws' } }] }],
    ['terraform', { required_providers: { kubernetes: '2.38.0' } }],
  ])('has to write %s as cdktf writes it', (block, value) => {
    expect(codes({ ...BASE, [block]: value })).toContain('shape');
  });

  it('may only use providers of the lock, from where the lock has them', () => {
    const asking = (source: string) => {
      const required_providers = {
        ...Object(Object(BASE['terraform']).required_providers),
        other: { source },
      };
      return codes({
        ...BASE,
        terraform: { ...Object(BASE['terraform']), required_providers },
      });
    };
    expect(asking('hashicorp/aws')).toEqual([]);
    const required_providers = { kubernetes: { source: 'hashicorp/aws' } };
    const terraform = { ...Object(BASE['terraform']), required_providers };
    expect(codes({ ...BASE, terraform })).toEqual(['provider-source']);
    expect(asking('registry.terraform.io/hashicorp/aws')).toEqual([]);
    for (const source of ['attacker/aws', 'registry.attacker.example/hashicorp/aws', '', 'aws']) {
      expect(asking(source)).toEqual(['provider']);
    }
    const implied = { null_resource: { x: {} } };
    expect(codes({ ...BASE, resource: implied })).toEqual(['implied-provider']);
    const other = { kubernetes_secret_v1: { x: { provider: 'attacker.x' } } };
    expect(codes({ ...BASE, resource: other })).toEqual(['implied-provider']);
  });

  it.each([
    ['backend', { terraform: { backend: { http: { address: 'https://attacker.example' } } } }],
    ['no backend', { terraform: {} }],
    ['the kind of backend', { terraform: { backend: { local: {} } } }],
    ['cloud', { terraform: { ...Object(BASE['terraform']), cloud: {} } }],
  ])('may not differ from the base in its %s', (_, difference) => {
    const required_providers = Object(BASE['terraform']).required_providers;
    const terraform = { ...Object(difference).terraform, required_providers };
    expect(codes({ ...BASE, terraform })).toEqual(['terraform']);
  });

  it('may not change what a provider is told, nor add one', () => {
    const exec = { command: 'sh', api_version: 'client.authentication.k8s.io/v1' };
    expect(codes({ ...BASE, provider: { kubernetes: [{ exec: [exec] }] } })).toEqual(['provider']);
    expect(codes({ ...BASE, provider: { ...Object(BASE['provider']), aws: [{}] } })).toEqual([
      'provider',
    ]);
    // What is the base's own is held against nothing.
    const own = { stack: 'production', lock: LOCK, given: new Set<string>() };
    expect(checkConfiguration({ ...BASE, provider: {} }, own)).toEqual([]);
  });

  it.each([
    ['a local', { locals: { host: 'https://attacker.example', other: 1 } }],
    ['no local', { locals: { other: 1 } }],
    ['a local behind it', { locals: { domain: 'attacker.example' } }],
    ['a variable', { variable: { port: { default: '444' } } }],
    ['a data source', { data: { aws_eks_cluster: { main: { name: 'attackers' } } } }],
    ['a resource', { resource: { terraform_data: { user: { input: 'root' } } } }],
  ])('may not change what a provider is told by way of %s', (_, difference) => {
    const base: Record<string, object> = {
      ...BASE,
      provider: {
        aws: [
          {
            host: '${local["host"]}:${var.port}',
            ca: '${data.aws_eks_cluster.main.ca}',
            user: '${terraform_data.user.output}',
          },
        ],
      },
      locals: { host: 'https://${local.domain}', domain: 'example.org', free: 1 },
      variable: { port: { default: '443' }, free: { default: '1' } },
      data: { aws_eks_cluster: { main: { name: 'ours' }, free: { name: 'x' } } },
      resource: { terraform_data: { user: { input: 'us' }, free: { input: 'us' } } },
    };
    const rules = { stack: 'production', lock: LOCK, base, given: new Set<string>() };
    const told = (changes: Record<string, Record<string, object | string | number>>) => {
      const merged = Object.entries(changes).map(([block, own]) => [
        block,
        block === 'data' || block === 'resource' || block === 'locals'
          ? own
          : { ...base[block], ...own },
      ]);
      const json = { ...base, ...Object.fromEntries(merged) };
      return checkConfiguration(json, rules).map(({ code }) => code.replace('synthesized/', ''));
    };
    const locals = { ...base['locals'], free: 2 };
    expect(
      told({ locals, variable: { free: { default: '2' } } }).filter((it) =>
        it.startsWith('provider-'),
      ),
    ).toEqual([]);
    expect(told(difference)).toContain('provider-value');
  });

  it('may have no provisioner, not in a removed block either', () => {
    const provisioner = { 'local-exec': { command: 'sh' } };
    expect(codes(resource({ provisioner }))).toEqual(['provisioner']);
    expect(codes(resource({ connection: {} }))).toEqual(['provisioner']);
    const removed = [{ from: 'terraform_data.y', provisioner }];
    expect(codes({ ...BASE, removed })).toEqual(['provisioner']);
  });

  it.each([
    '${file("/etc/passwd")}',
    '${ file ("/etc/passwd") }',
    '${file/* */("/etc/passwd")}',
    '${file # \n ("/etc/passwd")}',
    '${core::file("/etc/passwd")}',
    '$$${file("/etc/passwd")}',
    '%{ for x in fileset("/", "*") }${x}%{ endfor }',
    '${filebase64("/etc/passwd")}',
    '${templatefile("/etc/passwd", {})}',
    '${templatestring(local.x, {})}',
    '${nonsensitive(var.token)}',
    '${"text ${file("/etc/passwd")}"}',
    '${provider::local::direxists("/root")}',
  ])('may not call what reads files: %s', (text) => {
    expect(codes(input(text))).toEqual(['function']);
    expect(codes(input({ [text]: 1 }))).toEqual(['function']);
    expect(codes(resource({ for_each: text }))).toEqual(['function']);
  });

  it.each(['$${file("/etc/passwd")}', '%%{ file("x") }', 'file("x")', 'a file (of ours)'])(
    'may say what only looks like it: %s',
    (text) => {
      expect(codes(input(text))).toEqual([]);
    },
  );

  it('may not call one where a text is an expression by itself', () => {
    const to = 'terraform_data.x[file("/etc/passwd")]';
    expect(codes({ ...BASE, import: [{ to, id: 'x' }] })).toEqual(['function']);
  });

  it('may not make a value of the environment plain', () => {
    const given = new Set(['token']);
    expect(codes(BASE, { given })).toEqual([]);
    const variable = { token: { type: 'string', sensitive: true } };
    expect(codes({ ...BASE, variable }, { given })).toEqual(['variable']);
    expect(codes({ ...BASE, variable })).toEqual([]);
  });

  it('has all its problems told at once, each with the stack', () => {
    const data = { external: { x: {} } };
    const problems = checkConfiguration(
      { ...BASE, module: {}, data, provider: {} },
      { stack: 'production', lock: LOCK, base: BASE, given: new Set() },
    );
    expect(problems.map(({ code }) => code)).toEqual([
      'synthesized/block',
      'synthesized/implied-provider',
      'synthesized/data',
      'synthesized/provider',
    ]);
    expect(new Set(problems.map(({ path }) => path))).toEqual(new Set(['production']));
  });
});

describe('a dependency lock', () => {
  it('is cut to what a stack needs', () => {
    const kubernetes = LOCK.of([{ name: 'k', source: 'hashicorp/kubernetes' }]);
    expect(kubernetes).toMatch(/^provider "registry.terraform.io\/hashicorp\/kubernetes" \{\n/);
    expect(kubernetes).not.toContain('aws');
    expect(kubernetes.endsWith('  ]\n}\n')).toBe(true);
    expect(LOCK.of([])).toBe('');
  });

  it('knows the registry of OpenTofu', () => {
    const lock = DependencyLock.parse('provider "registry.opentofu.org/hashicorp/aws" {\n}\n');
    expect(lock.has({ name: 'aws', source: 'hashicorp/aws' })).toBe(true);
    expect(lock.has({ name: 'aws', source: 'registry.terraform.io/hashicorp/aws' })).toBe(false);
  });
});
