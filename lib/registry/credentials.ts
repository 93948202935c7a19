import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, memberOf } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { runEngine } from '../engine/run.js';
import { RegistryError } from './http.js';

/** What a registry is logged in to with. */
export type Login =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | {
      /** Docker keeps it where a registry gave it in place of a password. */
      readonly kind: 'token';
      readonly token: string;
    };

/** Finds the login for a registry by its host; undefined where there is none. */
export type FindLogin = (registry: string) => Promise<Login | undefined>;

const MAX_CONFIG = 2 ** 20;
const HELPER_TIMEOUT = 20_000;
/** Docker Hub's own name in a config. */
const HUB = 'https://index.docker.io/v1/';

/**
 * Reads logins as Docker has them: config.json, and the credential helpers that it names, which are run
 * by their names without a shell.
 *
 * @see https://docs.docker.com/reference/cli/docker/login/
 */
export function dockerLogins(
  env: NodeJS.ProcessEnv,
  home: string,
  cwd: string,
  { helperTimeout = HELPER_TIMEOUT }: { readonly helperTimeout?: number } = {},
): FindLogin {
  const config = configIn(env['DOCKER_CONFIG'] ?? join(home, '.docker'));
  const store = nameIn(config, 'credsStore');
  const ask = async (helper: string | undefined, server: string) =>
    helper === undefined ? undefined : askHelper(helper, server, { env, cwd, helperTimeout });
  const find = async (registry: string): Promise<Login | undefined> => {
    for (const server of serversOf(registry)) {
      const helper = nameIn(memberOf(config, 'credHelpers'), server);
      const own = helper === undefined ? loginIn(config, server) : undefined;
      const found = own ?? (await ask(helper, server));
      if (found !== undefined) return found;
    }
    for (const server of serversOf(registry)) {
      const found = await ask(store, server);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  // A helper is asked about a registry once, however many images are in it.
  const asked = new Map<string, Promise<Login | undefined>>();
  return (registry) => {
    const found = asked.get(registry) ?? find(registry);
    asked.set(registry, found);
    return found;
  };
}

function nameIn(config: unknown, key: string): string | undefined {
  const name = memberOf(config, key);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** The names that a registry has in a config. */
function serversOf(registry: string): readonly string[] {
  if (registry === 'docker.io') return [HUB, 'docker.io', 'index.docker.io'];
  return [registry, `https://${registry}`, `https://${registry}/v1/`, `https://${registry}/v2/`];
}

function configIn(folder: string): unknown {
  const file = join(folder, 'config.json');
  try {
    const about = statSync(file);
    if (!about.isFile() || about.size > MAX_CONFIG) return undefined;
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // No login is no mistake: what needs one says so.
    return undefined;
  }
}

function loginIn(config: unknown, server: string): Login | undefined {
  const entry = memberOf(memberOf(config, 'auths'), server);
  if (!isRecord(entry)) return undefined;
  const { identitytoken: token, auth, username, password } = entry;
  if (typeof token === 'string' && token !== '') return { kind: 'token', token };
  if (typeof auth === 'string' && auth !== '') {
    const decoded = Buffer.from(auth, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon <= 0) return undefined;
    const [name, secret] = [decoded.slice(0, colon), decoded.slice(colon + 1)];
    return { kind: 'password', username: name, password: secret.replace(/\0+$/, '') };
  }
  return typeof username === 'string' && typeof password === 'string' && username !== ''
    ? { kind: 'password', username, password }
    : undefined;
}

interface HelperOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly helperTimeout: number;
}

/** A helper reads the server's name and prints a login; it fails where it has none. */
async function askHelper(
  name: string,
  server: string,
  { env, cwd, helperTimeout }: HelperOptions,
): Promise<Login | undefined> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw new RegistryError(`${quote(name)} in Docker’s config is no credential helper’s name.`);
  }
  const program = `docker-credential-${name}`;
  const limits = { timeout: helperTimeout, endsAtOnce: true, maxOutput: 2 ** 20, input: server };
  const run = await runEngine({ name: program, program }, ['get'], { cwd, env, ...limits }).catch(
    () => undefined,
  );
  if (run === undefined) throw new RegistryError(`${program} could not be started.`);
  if (run.code === -1) throw new RegistryError(`${program} took too long, or printed too much.`);
  if (run.code !== 0) return undefined;
  return loginFrom(run.stdout, program);
}

function loginFrom(text: string, program: string): Login | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const [username, secret] = [memberOf(json, 'Username'), memberOf(json, 'Secret')];
    if (typeof username !== 'string' || typeof secret !== 'string' || secret === '')
      return undefined;
    return username === '<token>'
      ? { kind: 'token', token: secret }
      : { kind: 'password', username, password: secret };
  } catch {
    throw new RegistryError(`What ${program} printed is no login.`);
  }
}
