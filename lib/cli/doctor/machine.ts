import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { loggingVariables } from '../../engine/environment.js';
import { type Engine, findEngine } from '../../engine/find.js';
import type { Io } from '../terminal/io.js';
import { nearestFolder } from '../workspace/nearest-folder.js';
import { type Check, checker } from './check.js';

/** The oldest Node that everything here runs on. */
const OLDEST_NODE = [20, 9] as const;
/**
 * The versions that everything was tried with, by the package's own name: cdktn goes on where cdktf
 * ended, and is installed under its name. docs/where-it-runs.md has what they were tried on.
 */
const TRIED: Readonly<Record<string, RegExp>> = { cdktf: /^0\.21\./, cdktn: /^0\.24\./ };

export function checkNode(version: string = process.versions.node): Check {
  const { ok, error } = checker('Node');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
    ? ok(version)
    : error(`${version} is too old.`, `Install Node ${OLDEST_NODE.join('.')} or newer.`);
}

/** Terraform or OpenTofu, and whether the environment makes it log. */
export function checkEngine(io: Io): {
  readonly engine?: Engine;
  readonly checks: readonly Check[];
} {
  const { ok, failed } = checker('engine');
  const { value, problems } = findEngine(io.env);
  if (value === undefined) return { checks: [failed({ problems })] };
  const logging = loggingVariables(io.env);
  const logs = checker('logging').warning(
    `${logging.join(', ')} is set: at INFO, providers write secrets into their logs.`,
    `unset ${logging.join(' ')}`,
  );
  const found = ok(`${value.name} ${value.version} (${value.program})`);
  return { engine: value, checks: logging.length === 0 ? [found] : [found, logs] };
}

/** The library that the app imports, and the command that deploys it. */
export function checkCdktf(folder: string): Check {
  const { ok, warning, error } = checker('cdktf');
  const library = packageOf(folder, 'cdktf');
  if (library === undefined && hasPlugAndPlay(folder)) {
    return warning(
      'Yarn’s Plug’n’Play is in use: without node_modules, neither cdktf nor its app is found here.',
      'Write nodeLinker: node-modules into .yarnrc.yml, then: yarn install',
    );
  }
  if (library === undefined) return error('The library cdktf is not installed.', 'npm install');
  const { name, version } = library;
  if (TRIED[name]?.test(version) !== true) {
    return warning(
      `${name} ${version} was not tried with this version of Reprieve.`,
      'npm install cdktf@0.21',
    );
  }
  const found = name === 'cdktf' ? version : `${name} ${version}`;
  const remedy = `npm install --save-dev ${name}-cli@${version}`;
  const command = packageOf(folder, 'cdktf-cli') ?? packageOf(folder, 'cdktn-cli');
  if (command === undefined) {
    return warning(`${found}, but ${name}-cli is not among the app’s dependencies.`, remedy);
  }
  return fits(library, command)
    ? ok(found)
    : warning(`${name} is ${version}, but ${command.name} is ${command.version}.`, remedy);
}

/** Yarn then keeps packages in archives, and has Node find them by a file. */
function hasPlugAndPlay(folder: string): boolean {
  return nearestFolder(folder, ['.pnp.cjs', '.pnp.js']) !== undefined;
}

/** A command deploys what a library of its own version made; that of cdktf, what cdktn made too. */
function fits(library: Package, command: Package): boolean {
  if (command.name === `${library.name}-cli`) return command.version === library.version;
  return command.name === 'cdktf-cli' && TRIED['cdktf']?.test(command.version) === true;
}

/**
 * Where Terraform gets its providers from. Only a stack on a cluster needs one.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
 */
export function checkMirror(io: Io, needsProvider: boolean): Check {
  const { ok, warning, error } = checker('provider mirror');
  const named = io.env['TF_CLI_CONFIG_FILE'] ?? '';
  const file = named === '' ? join(io.env['HOME'] ?? homedir(), '.terraformrc') : named;
  if (!existsSync(file)) {
    return named === ''
      ? ok(needsProvider ? 'none: providers come from their registry' : 'none needed')
      : warning(
          `TF_CLI_CONFIG_FILE names ${file}, which is not there.`,
          'Correct it, or unset it.',
        );
  }
  const mirrors = [...readFileSync(file, 'utf8').matchAll(/^\s*path\s*=\s*"([^"]+)"/gm)].map(
    ([, path = '']) => path,
  );
  const lost = mirrors.filter((path) => !existsSync(path));
  if (lost.length > 0)
    return error(
      `${file} names a mirror that is not there: ${lost.join(', ')}.`,
      'Correct the path.',
    );
  if (mirrors.length === 0) return ok(`none in ${file}`);
  const has = mirrors.some(
    (path) =>
      existsSync(join(path, 'registry.terraform.io/hashicorp/kubernetes')) ||
      existsSync(join(path, 'registry.opentofu.org/hashicorp/kubernetes')),
  );
  return has || !needsProvider
    ? ok(mirrors.join(', '))
    : error(
        `No mirror of ${file} has the provider hashicorp/kubernetes.`,
        `Run: terraform providers mirror ${mirrors[0]}`,
      );
}

/** A package by its own name, which is not always the one that it is installed under. */
interface Package {
  readonly name: string;
  readonly version: string;
}

/** A package as Node would find it from a folder. */
function packageOf(folder: string, installed: string): Package | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'node_modules', installed, 'package.json');
    if (existsSync(file)) {
      const { name, version } = Object(JSON.parse(readFileSync(file, 'utf8')));
      return typeof version === 'string' ? { name: String(name ?? installed), version } : undefined;
    }
    if (dirname(at) === at) return undefined;
  }
}
