import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { loggingVariables } from '../../engine/environment.js';
import { type Engine, findEngine } from '../../engine/find.js';
import { isRecord } from '../../model/record.js';
import type { Io } from '../io.js';
import { type Check, checker } from './check.js';

/** The oldest Node that everything here runs on. */
const OLDEST_NODE = [20, 9] as const;
/** The versions of cdktf that plans were tried with. */
const CDKTF = /^0\.21\./;

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
  const library = versionOf(folder, 'cdktf');
  const command = versionOf(folder, 'cdktf-cli');
  if (library === undefined) return error('The library cdktf is not installed.', 'npm install');
  if (!CDKTF.test(library)) {
    return warning(
      `cdktf ${library} was not tried with this version of Reprieve.`,
      'npm install cdktf@0.21',
    );
  }
  if (command === undefined) {
    return warning(
      `${library}, but cdktf-cli is not among the app’s dependencies.`,
      `npm install --save-dev cdktf-cli@${library}`,
    );
  }
  return command === library
    ? ok(library)
    : warning(
        `cdktf is ${library}, but cdktf-cli is ${command}.`,
        `npm install --save-dev cdktf-cli@${library}`,
      );
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

/** The version of a package as Node would find it from a folder. */
function versionOf(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'node_modules', name, 'package.json');
    if (existsSync(file)) {
      const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
      return isRecord(json) && typeof json['version'] === 'string' ? json['version'] : undefined;
    }
    if (dirname(at) === at) return undefined;
  }
}
