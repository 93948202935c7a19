import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { quoteName } from '../../base/inert.js';
import {
  type Certificate,
  certificateOf,
  formatCertificate,
} from '../../certificate/certificate.js';
import { sha256, sha256Of } from '../../certificate/hash.js';
import { renderCertificate } from '../../certificate/html.js';
import { renderMarkdown } from '../../certificate/markdown.js';
import { readCertificate, readEvidence } from '../../certificate/read.js';
import { EXIT, type ExitCode, type Io, misuse, print } from '../terminal/io.js';
import { nearestFolder } from '../workspace/nearest-folder.js';
import { readVerifier } from './signature.js';

/** What `certificate verify` takes. */
export interface VerifyOptions {
  /** The public key of whoever signed. */
  readonly key?: string;
  /** The evidence, where it isn't where the certificate says. */
  readonly evidence?: string;
  /** The plan, where it is to be checked too. */
  readonly plan?: string;
}

/** What was compared, and how it came out. */
interface Compared {
  readonly what: string;
  readonly result: 'same' | 'differs' | 'not checked';
  readonly says: string;
}

/** No file of a certificate is larger. */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * `certificate verify FILE`: checks a certificate against its evidence, its plan and its signature.
 * Nothing is asked of a cluster or a registry. Exit 1 where something differs, or can't be compared
 * that has to be.
 */
export async function verifyCertificate(
  io: Io,
  file: string,
  options: VerifyOptions,
): Promise<ExitCode> {
  const path = resolve(io.cwd, file);
  const bytes = bytesOf(io, path);
  const { value, problems } = readCertificate(file, bytes);
  if (value === undefined) return misuse(...problems);
  const compared = [
    ...evidenceCompared(io, path, bytes, value, options),
    planCompared(io, path, value, options),
    signatureCompared(io, path, bytes, options),
    ...renderingsCompared(io, path, value),
  ];
  for (const { what, result, says } of compared) print(io, `${result.padEnd(12)} ${what}: ${says}`);
  const isWrong = compared.some(({ result }) => result === 'differs');
  const isOpen = compared.some(({ what, result }) => what === 'evidence' && result !== 'same');
  print(io, '');
  print(io, isWrong || isOpen ? 'Not verified.' : `Verified. What it says: ${value.verdict}.`);
  return isWrong || isOpen ? EXIT.findings : EXIT.ok;
}

/** The evidence's bytes and its records, and that evidence and facts make these very bytes. */
function evidenceCompared(
  io: Io,
  path: string,
  bytes: Buffer,
  certificate: Certificate,
  { evidence: named }: VerifyOptions,
): readonly Compared[] {
  const { file, sha256: wanted } = certificate.hashes.evidence;
  const found = named === undefined ? fileBeside(io, path, file) : resolve(io.cwd, named);
  if (found === undefined) {
    const says = `${quoteName(file)} is not here. Name it: --evidence FILE`;
    return [{ what: 'evidence', result: 'not checked', says }];
  }
  const content = bytesOf(io, found);
  if (sha256(content) !== wanted) {
    return [
      {
        what: 'evidence',
        result: 'differs',
        says: `${quoteName(file)} is not the evidence that the certificate was made from.`,
      },
    ];
  }
  const { value, problems } = readEvidence(file, content);
  if (value === undefined) return misuse(...problems);
  const altered = value.records.filter(({ input, sha256: of }) => sha256Of(input) !== of);
  const again = formatCertificate(
    certificateOf({ file, sha256: wanted, evidence: value }, certificate.facts, certificate),
  );
  const isSame = again === bytes.toString('utf8');
  return [
    {
      what: 'evidence',
      result: 'same',
      says: `${quoteName(file)} has the SHA-256 that the certificate names.`,
    },
    altered.length === 0
      ? {
          what: 'records',
          result: 'same',
          says: `All ${value.records.length} have the hashes that the evidence names.`,
        }
      : {
          what: 'records',
          result: 'differs',
          says: altered.map(({ address }) => quoteName(address)).join(', '),
        },
    isSame
      ? { what: 'certificate', result: 'same', says: 'Evidence and facts make these very bytes.' }
      : {
          what: 'certificate',
          result: 'differs',
          says: `Evidence and facts make another certificate. It was changed, or written by another version than ${certificate.tool}.`,
        },
  ];
}

function planCompared(
  io: Io,
  path: string,
  { hashes: { plan } }: Certificate,
  { plan: named }: VerifyOptions,
): Compared {
  const what = 'plan';
  if (plan === null) {
    return named === undefined
      ? { what, result: 'not checked', says: 'The evidence has no plan.' }
      : { what, result: 'differs', says: 'The evidence has no plan, and one was given.' };
  }
  const found = named === undefined ? undefined : resolve(io.cwd, named);
  if (found === undefined) {
    const says = `Give the plan that was kept to check it: --plan FILE. Its SHA-256 is ${plan.sha256}.`;
    return { what, result: 'not checked', says };
  }
  return sha256(bytesOf(io, found)) === plan.sha256
    ? { what, result: 'same', says: `${quoteName(relative(dirname(path), found))} is the plan.` }
    : {
        what,
        result: 'differs',
        says: `${quoteName(relative(dirname(path), found))} is another plan.`,
      };
}

function signatureCompared(io: Io, path: string, bytes: Buffer, { key }: VerifyOptions): Compared {
  const what = 'signature';
  const file = `${path}.sig`;
  const isThere = existsSync(file);
  if (key === undefined) {
    const says = isThere ? 'Give the public key to check it: --key FILE' : 'It has none.';
    return { what, result: 'not checked', says };
  }
  const verify = readVerifier(resolve(io.cwd, key));
  if (!isThere) return { what, result: 'differs', says: 'It has none, and a key was given.' };
  return verify(bytes, bytesOf(io, file))
    ? { what, result: 'same', says: 'Signed by the owner of this key.' }
    : {
        what,
        result: 'differs',
        says: 'It is not a signature of these bytes by the owner of this key.',
      };
}

/** Markdown and HTML beside the JSON say nothing of their own. */
function renderingsCompared(io: Io, path: string, certificate: Certificate): readonly Compared[] {
  const base = path.replace(/\.json$/, '');
  const renderings = { '.md': renderMarkdown, '.html': renderCertificate };
  return Object.entries(renderings).flatMap(([ending, render]): readonly Compared[] => {
    const file = `${base}${ending}`;
    if (base === path || !existsSync(file)) return [];
    const isSame = bytesOf(io, file).toString('utf8') === render(certificate);
    const result = isSame ? 'same' : 'differs';
    return [
      {
        what: ending.slice(1),
        result,
        says: isSame ? 'It says what the JSON says.' : 'It is not what the JSON says.',
      },
    ];
  });
}

/** Where the certificate says, from its own folder's app or from here. */
function fileBeside(io: Io, path: string, file: string): string | undefined {
  const folders = [nearestFolder(dirname(path), ['cdktf.json']), io.cwd, dirname(path)];
  return folders
    .flatMap((folder) => (folder === undefined ? [] : [join(folder, file)]))
    .find((each) => existsSync(each));
}

function bytesOf(io: Io, path: string): Buffer {
  try {
    const about = statSync(path);
    if (!about.isFile()) throw new Error('it is not a file');
    if (about.size > MAX_BYTES) throw new Error('it is larger than 256 MiB');
    return readFileSync(path);
  } catch (error) {
    const name = relative(io.cwd, path);
    return misuse({
      code: 'certificate/unreadable',
      message: `${quoteName(name)} can't be read: ${error instanceof Error ? error.message : String(error)}.`,
      remedy: 'Check the path, and that you may read it.',
      source: { file: name },
    });
  }
}
