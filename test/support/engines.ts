import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findProgram, findVersion } from '../../scripts/engines/cache.mjs';

/** The version of Kubernetes that tests run against, unless they ask for another one. */
export const KUBERNETES = '1.34.4';

/** The provider that `@cdktf/provider-kubernetes` wraps. */
export const PROVIDER = '2.38.0';

/** Where what was found about the provider is kept, so that it is asked once a run. */
const FOUND = 'REPRIEVE_TEST_PROVIDER';

/** The programs of a control plane, by name. */
export interface Programs {
  readonly etcd: string;
  readonly 'kube-apiserver': string;
  readonly 'kube-controller-manager': string;
}

/**
 * The programs of a control plane: those of KUBEBUILDER_ASSETS, else what `npm run engines` has
 * built. A version that was asked for is never taken from KUBEBUILDER_ASSETS.
 */
export function controlPlanePrograms(kubernetes?: string): Programs | undefined {
  const find = (name: string) =>
    kubernetes === undefined
      ? findProgram(name, `kubernetes-${KUBERNETES}`)
      : findVersion(name, `kubernetes-${kubernetes}`);
  const etcd = findProgram('etcd', 'etcd-3.6.16');
  const server = find('kube-apiserver');
  const manager = find('kube-controller-manager');
  return etcd === undefined || server === undefined || manager === undefined
    ? undefined
    : { etcd, 'kube-apiserver': server, 'kube-controller-manager': manager };
}

/** Why no control plane can be started here, or undefined if one can. */
export function controlPlaneMissing(kubernetes?: string): string | undefined {
  if (controlPlanePrograms(kubernetes) !== undefined) return undefined;
  return kubernetes === undefined
    ? 'no control plane: run `npm run engines`, or point KUBEBUILDER_ASSETS at a folder with etcd, kube-apiserver and kube-controller-manager'
    : `no Kubernetes ${kubernetes}: run \`npm run engines etcd kubernetes-${kubernetes}\``;
}

/** Every Terraform that is here, the one in the path first. */
export function terraforms(): readonly string[] {
  const others = ['terraform-1.14.3', 'terraform-1.16.0'].flatMap(
    (version) => findVersion('terraform', version) ?? [],
  );
  return ['terraform', ...others];
}

/** OpenTofu, or undefined if it isn't here. */
export function tofu(): string | undefined {
  return findProgram('tofu', 'opentofu-1.12.6');
}

/**
 * Why tests can't have the Kubernetes provider, or undefined if they can: `terraform init` is asked,
 * once a run, which looks into Terraform's plugin folders, a mirror, and the network.
 */
export function providerMissing(): string | undefined {
  process.env[FOUND] ??= askForProvider(PROVIDER) ?? '';
  return process.env[FOUND] || undefined;
}

/** What Terraform needs in its environment to find the provider where this run found it. */
export function providerEnvironment(): Readonly<Record<string, string>> {
  const file = configFile();
  return file === undefined ? {} : { TF_CLI_CONFIG_FILE: file };
}

/**
 * Why an engine doesn't find a version of the Kubernetes provider, or undefined if it does.
 *
 * @param program Terraform or OpenTofu
 */
export function askForProvider(version: string, program = 'terraform'): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-provider-'));
  try {
    const provider = { source: 'hashicorp/kubernetes', version };
    const json = { terraform: { required_providers: { kubernetes: provider } } };
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(json));
    const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
    const done = spawnSync(program, ['init', '-backend=false', '-input=false', '-no-color'], {
      cwd: folder,
      env: { ...env, ...providerEnvironment(), CHECKPOINT_DISABLE: '1' },
      encoding: 'utf8',
      timeout: 180_000,
    });
    if (done.status === 0) return undefined;
    return `\`${program} init\` does not find the provider hashicorp/kubernetes ${version}; put it into a mirror, or into Terraform's plugin folder`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A CLI configuration that does not exist makes Terraform warn on every call. */
function configFile(): string | undefined {
  const file = process.env['TF_CLI_CONFIG_FILE'];
  return file !== undefined && existsSync(file) ? file : undefined;
}
