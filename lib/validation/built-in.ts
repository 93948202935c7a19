import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, Problems } from '../base/problem.js';
import { parseYamlFile } from '../files/yaml-file.js';
import { POD_SECURITY_VERSIONS } from '../model/pod-security.js';
import type { PolicyDocument } from '../model/policy-document.js';
import { impossibleIn } from '../policy/impossible.js';
import { compilePolicy } from '../policy/policy.js';
import { hasVersions } from '../policy/since.js';
import { targetFields } from './target-fields.js';

/** Policies by the SHA-256 of the files that they come from. */
export type BuiltIn = Readonly<Record<string, PolicyDocument>>;

/** What the build has written; where lib is run as it is, nothing. */
const FILE = new URL('./built-in.json', import.meta.url);

let read: BuiltIn | undefined;

/**
 * The policy in a file that comes with this package, byte for byte, wherever a copy of it lies. It was
 * parsed and checked by the build, which takes most of the time until a policy can be used.
 */
export function builtIn(text: string): PolicyDocument | undefined {
  read ??= existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  const hash = hashOf(text);
  return read !== undefined && Object.hasOwn(read, hash) ? read[hash] : undefined;
}

/** Parses and checks every policy in a folder. Throws where one has a problem. */
export function checkBuiltIn(folder: string): BuiltIn {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const texts = names
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  return Object.fromEntries(texts.map(([name, text]) => [hashOf(text), checked(name, text)]));
}

function checked(name: string, text: string): PolicyDocument {
  const problems = new Problems();
  const document = problems.take(parseYamlFile(name, text, 'policy'))?.value;
  const versions = document !== undefined && hasVersions(document) ? POD_SECURITY_VERSIONS : [];
  for (const version of versions) {
    const { problems: faults } = compilePolicy(Object(document), {}, undefined, false, version);
    for (const each of faults) problems.add(each);
  }
  const policy = document && problems.take(compilePolicy(document));
  if (document === undefined || policy === undefined) throw new Error(told(name, problems.all));
  const impossible = impossibleIn(policy, targetFields());
  if (impossible.length > 0) throw new Error(told(name, impossible));
  return document;
}

function told(name: string, problems: readonly Pick<Problem, 'message'>[]): string {
  return [name, ...problems.map(({ message }) => message)].join('\n  ');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
