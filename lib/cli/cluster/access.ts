import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isRecord, memberOf } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import { Cluster, type ClusterAccess } from '../../engine/cluster.js';
import { type Io, misuse } from '../terminal/io.js';
import { readSynthesized, type Stack } from '../workspace/workspace.js';

/** The flags of every command that reads a cluster. */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** A cluster by the flags, otherwise the one that the stack's own provider is set to. */
export function clusterOf(io: Io, options: ClusterOptions, stack?: Stack): Cluster {
  return new Cluster(accessOf(io, options, stack), { cwd: io.cwd, env: io.env });
}

/**
 * Which cluster is meant. A flag counts most; then what the stack's provider says, in its block or
 * by its environment variables, so that a stack is never held against another cluster; then
 * whatever kubectl itself takes.
 *
 * @see https://github.com/hashicorp/terraform-provider-kubernetes/blob/v2.38.0/docs/index.md
 */
export function accessOf(io: Io, options: ClusterOptions, stack?: Stack): ClusterAccess {
  const provider = stack === undefined ? undefined : providerOf(stack);
  if (options.kubeconfig !== undefined || options.context !== undefined) {
    return access(fileIn(io, options.kubeconfig, io.cwd), options.context);
  }
  if (stack === undefined || provider === undefined) return {};
  const other = ['host', 'config_paths'].find((key) => memberOf(provider, key) !== undefined);
  if (other !== undefined) return misuse(namedOtherwise(stack.name, other));
  const file = text(stack, provider, 'config_path') ?? io.env['KUBE_CONFIG_PATH'];
  const context = text(stack, provider, 'config_context') ?? io.env['KUBE_CTX'];
  return access(fileIn(io, file, stack.folder), context);
}

/** The kubeconfig that a stack's provider reads; undefined where it reads none, or it isn't known yet. */
export function kubeconfigOf(io: Io, stack: Stack): string | undefined {
  const path = memberOf(providerOf(stack), 'config_path');
  if (typeof path !== 'string' || path.includes('${')) return undefined;
  return fileIn(io, path, stack.folder);
}

function access(kubeconfig: string | undefined, context: string | undefined): ClusterAccess {
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
}

function providerOf(stack: Stack): unknown {
  return memberOf(memberOf(memberOf(readSynthesized(stack), 'provider'), 'kubernetes'), 0);
}

/** A setting of the provider, which has to be known before Terraform runs. */
function text(stack: Stack, provider: unknown, key: string): string | undefined {
  const value = isRecord(provider) ? provider[key] : undefined;
  if (value === undefined) return undefined;
  return typeof value === 'string' && !value.includes('${')
    ? value
    : misuse(namedLater(stack.name));
}

function fileIn(io: Io, path: string | undefined, folder: string): string | undefined {
  if (path === undefined || path === '') return undefined;
  if (path.startsWith('~/')) return join(io.env['HOME'] ?? homedir(), path.slice(2));
  return isAbsolute(path) ? path : join(folder, path);
}

function namedOtherwise(stack: string, key: string) {
  return {
    code: 'cli/cluster',
    message: `The stack ${quoteName(stack)} names its cluster by \`${key}\`, which this command can't log in by.`,
    remedy: 'Say --kubeconfig, and --context where it has several.',
  };
}

function namedLater(stack: string) {
  return {
    code: 'cli/cluster',
    message: `Which cluster the stack ${quoteName(stack)} is for is only known to Terraform.`,
    remedy: 'Say --kubeconfig, and --context where it has several.',
  };
}
