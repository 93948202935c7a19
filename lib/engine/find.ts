import { spawnSync } from 'node:child_process';
import { quote } from '../base/inert.js';
import type { Checked, Problem } from '../base/problem.js';
import { engineEnvironment } from './environment.js';

/** The program that plans and applies. */
export interface Engine {
  readonly name: 'Terraform' | 'OpenTofu';
  /** As it is called: a name on the PATH, or a path. */
  readonly program: string;
  /** Such as `1.11.4`. */
  readonly version: string;
}

/** The first version, of either, with ephemeral variables and write-only attributes. */
const MINIMUM = { major: 1, minor: 11 };

const TIMEOUT = 20_000;

const INSTALL =
  'Install Terraform 1.11 or newer (https://developer.hashicorp.com/terraform/install) or OpenTofu 1.11 or newer (https://opentofu.org/docs/intro/install/), and put it on the PATH. Another program than `terraform` is named in TERRAFORM_BINARY_NAME.';

/**
 * Finds Terraform or OpenTofu: the program that cdktf uses too, in TERRAFORM_BINARY_NAME or
 * `terraform`. It has to be 1.11 or newer.
 */
export function findEngine(env: NodeJS.ProcessEnv): Checked<Engine> {
  const program = env['TERRAFORM_BINARY_NAME'] || 'terraform';
  const asked = spawnSync(program, ['version', '-json'], {
    env: engineEnvironment(env),
    encoding: 'utf8',
    timeout: TIMEOUT,
    maxBuffer: 2 ** 20,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (asked.error !== undefined) return failure(program, reason(asked.error));
  const engine = readVersion(program, asked.stdout);
  if (engine === undefined) return failure(program, 'its `version -json` could not be read');
  return isNewEnough(engine.version)
    ? { value: engine, problems: [] }
    : { problems: [tooOld(engine)] };
}

/** Both print `terraform_version`; only OpenTofu says its own name in the plain text form. */
function readVersion(program: string, text: string): Engine | undefined {
  try {
    const json: unknown = JSON.parse(text.slice(text.indexOf('{')));
    const version = Object(json).terraform_version;
    if (typeof version !== 'string' || !/^\d+\.\d+\.\d+/.test(version)) return undefined;
    return { name: nameOf(program), program, version };
  } catch {
    return undefined;
  }
}

function nameOf(program: string): Engine['name'] {
  return /tofu(\.exe)?$/i.test(program) ? 'OpenTofu' : 'Terraform';
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MINIMUM.major || (major === MINIMUM.major && minor >= MINIMUM.minor);
}

function reason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'it is not there';
    case 'EACCES':
      return 'it may not be executed';
    case 'ETIMEDOUT':
      return `it did not answer within ${TIMEOUT / 1000} seconds`;
    default:
      return error.message;
  }
}

function failure(program: string, why: string): { readonly problems: readonly Problem[] } {
  return {
    problems: [
      {
        code: 'engine/missing',
        message: `Terraform or OpenTofu is needed, but ${quote(program)} can't be used: ${why}.`,
        remedy: INSTALL,
      },
    ],
  };
}

function tooOld(engine: Engine): Problem {
  return {
    code: 'engine/too-old',
    message: `${engine.name} ${engine.version} is too old: it can't keep a credential out of plans and states.`,
    remedy: INSTALL,
  };
}
