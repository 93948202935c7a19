import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { memberOf } from '../base/guards.js';
import { BucketError } from './error.js';

/** Who asks. Never printed. */
export interface Login {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const MAX_BYTES = 2 ** 20;

/**
 * The credentials of a profile that the backend names, else those of the environment, else of a profile
 * in the shared credentials file. Roles and single sign-on are for the programs of AWS, which can put what
 * they get into the environment.
 */
export function loginOf(settings: unknown, env: Env): Login {
  const named = memberOf(settings, 'profile');
  const fromEnvironment = typeof named === 'string' ? undefined : inEnvironment(env);
  const profile = typeof named === 'string' ? named : env['AWS_PROFILE'] || 'default';
  const login = fromEnvironment ?? inFiles(credentialFiles(settings, env), profile);
  if (login !== undefined) return login;
  throw new BucketError(
    'There are no credentials for it. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile in the shared credentials file.',
  );
}

function inEnvironment(env: Env): Login | undefined {
  return loginFrom({
    aws_access_key_id: env['AWS_ACCESS_KEY_ID'],
    aws_secret_access_key: env['AWS_SECRET_ACCESS_KEY'],
    aws_session_token: env['AWS_SESSION_TOKEN'],
  });
}

function credentialFiles(settings: unknown, env: Env): readonly string[] {
  const several = memberOf(settings, 'shared_credentials_files');
  const one = memberOf(settings, 'shared_credentials_file');
  const set = [...(Array.isArray(several) ? several : []), one].filter(
    (each): each is string => typeof each === 'string',
  );
  if (set.length > 0) return set;
  return [
    env['AWS_SHARED_CREDENTIALS_FILE'] || join(env['HOME'] || homedir(), '.aws', 'credentials'),
  ];
}

function inFiles(files: readonly string[], profile: string): Login | undefined {
  for (const file of files) {
    const login = loginFrom(sectionOf(contentOf(file), profile));
    if (login !== undefined) return login;
  }
  return undefined;
}

function contentOf(file: string): string {
  try {
    const about = statSync(file);
    return about.isFile() && about.size <= MAX_BYTES ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}

function sectionOf(text: string, profile: string): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  let isInside = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\[([^\]]*)\]/.exec(line)?.[1];
    if (section !== undefined) isInside = section.trim() === profile;
    const [, name, value] = /^([a-z_]+)\s*=(.*)$/i.exec(line) ?? [];
    if (isInside && name !== undefined) found.set(name.toLowerCase(), (value ?? '').trim());
  }
  return Object.fromEntries(found);
}

/** What could break out of a header, or be no key at all, is none. */
const KEY = /^[\x21-\x7e]{1,8192}$/;

function loginFrom(values: Readonly<Record<string, string | undefined>>): Login | undefined {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    values['aws_access_key_id'],
    values['aws_secret_access_key'],
    values['aws_session_token'],
  ].map((each) => (each !== undefined && KEY.test(each) ? each : undefined));
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
