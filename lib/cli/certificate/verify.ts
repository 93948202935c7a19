import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
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
import { bytesOf } from './named-file.js';
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
  const bytes = bytesOf(io, file);
  const { value, problems } = readCertificate(file, bytes);
  if (value === undefined) return misuse(...problems);
  const signature = signatureCompared(io, path, bytes, options);
  const compared = [
    ...evidenceCompared(io, path, bytes, value, options),
    planCompared(io, value, options),
    signature,
    ...renderingsCompared(io, path, value),
  ];
  for (const { what, result, says } of compared) print(io, `${result.padEnd(12)} ${what}: ${says}`);
  const isWrong = compared.some(({ result }) => result === 'differs');
  const isOpen = compared.some(({ what, result }) => what === 'evidence' && result !== 'same');
  const isUnchecked = signature.result === 'not checked' && existsSync(`${path}.sig`);
  print(io, '');
  print(io, isWrong || isOpen ? 'Not verified.' : conclusion(value, signature, isUnchecked));
  return isWrong || isOpen || isUnchecked ? EXIT.findings : EXIT.ok;
}

/** Hashes fit whoever wrote them: only a signature says who did. */
function conclusion({ verdict }: Certificate, { result }: Compared, isUnchecked: boolean): string {
  const says = `What it says: ${verdict}.`;
  if (result === 'same') return `Verified, and signed by the owner of this key. ${says}`;
  return isUnchecked
    ? 'Not verified: the signature was not checked, so anybody can have written it. Give the public key of whoever signed: --key FILE'
    : `Its parts fit together. ${says} Nobody signed it: whoever has the files can have changed them.`;
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
  const found = named ?? fileBeside(io, path, file, wanted);
  if (found === undefined) {
    const says = `${quoteName(file)} is not here. Name it: --evidence FILE`;
    return [{ what: 'evidence', result: 'not checked', says }];
  }
  const content = bytesOf(io, found);
  const { value, problems } = readEvidence(found, content);
  if (value === undefined) return misuse(...problems);
  if (sha256(content) !== wanted) {
    const says = `${quoteName(found)} is not the evidence that the certificate was made from.`;
    return [{ what: 'evidence', result: 'differs', says }];
  }
  const altered = value.records.filter(({ input, sha256: of }) => sha256Of(input) !== of);
  const again = formatCertificate(
    certificateOf({ file, sha256: wanted, evidence: value }, certificate.facts, certificate),
  );
  const isSame = again === bytes.toString('utf8');
  return [
    {
      what: 'evidence',
      result: 'same',
      says: `${quoteName(found)} has the SHA-256 that the certificate names.`,
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
  { hashes: { plan } }: Certificate,
  { plan: named }: VerifyOptions,
): Compared {
  const what = 'plan';
  if (plan === null) {
    return named === undefined
      ? { what, result: 'not checked', says: 'The evidence has no plan.' }
      : { what, result: 'differs', says: 'The evidence has no plan, and one was given.' };
  }
  if (named === undefined) {
    const says = `Give the plan that was kept to check it: --plan FILE. Its SHA-256 is ${plan.sha256}.`;
    return { what, result: 'not checked', says };
  }
  return sha256(bytesOf(io, named)) === plan.sha256
    ? { what, result: 'same', says: `${quoteName(named)} is the plan.` }
    : { what, result: 'differs', says: `${quoteName(named)} is another plan.` };
}

function signatureCompared(io: Io, path: string, bytes: Buffer, { key }: VerifyOptions): Compared {
  const what = 'signature';
  const file = `${path}.sig`;
  const isThere = existsSync(file);
  if (key === undefined) {
    const says = isThere ? 'Give the public key to check it: --key FILE' : 'It has none.';
    return { what, result: 'not checked', says };
  }
  const verify = readVerifier(io, key);
  if (!isThere) return { what, result: 'differs', says: 'It has none, and a key was given.' };
  return verify(bytes, bytesOf(io, relative(io.cwd, file)))
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
    const text = bytesOf(io, relative(io.cwd, file)).toString('utf8');
    const isSame = text === render(certificate);
    const says = isSame ? 'It says what the JSON says.' : 'It is not what the JSON says.';
    return [{ what: ending.slice(1), result: isSame ? 'same' : 'differs', says }];
  });
}

/** Where the certificate says, from its own folder's app or from here; or handed over beside it. */
function fileBeside(io: Io, path: string, file: string, wanted: string): string | undefined {
  const folder = dirname(path);
  const places = [nearestFolder(folder, ['cdktf.json']), io.cwd, folder];
  const found = [
    ...places.flatMap((place) => (place === undefined ? [] : [join(place, file)])),
    join(folder, basename(file)),
  ]
    .filter((each) => existsSync(each) && statSync(each).isFile())
    .map((each) => relative(io.cwd, each));
  return found.find((each) => sha256(bytesOf(io, each)) === wanted) ?? found[0];
}
