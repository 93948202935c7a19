import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { rfc3339Seconds } from '../../base/timestamp.js';
import {
  type Certificate,
  certificateOf,
  type EvidenceFile,
  formatCertificate,
} from '../../certificate/certificate.js';
import type { Evidence } from '../../certificate/evidence.js';
import type { Facts, KeyStatement } from '../../certificate/facts.js';
import { renderCertificate } from '../../certificate/html.js';
import { renderMarkdown } from '../../certificate/markdown.js';
import { headline, RESULTS_IN_WORDS } from '../../certificate/words.js';
import { makeFolder, writeAtomically } from '../../files/disk.js';
import { parseTarget } from '../../model/deletion-target.js';
import type { ClusterOptions } from '../cluster/access.js';
import { version } from '../command/version.js';
import { fileName } from '../evidence/store.js';
import { privateRegistriesIn } from '../image/registries.js';
import { nameIn } from '../subject/subject.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { readableStacks } from '../workspace/inventory.js';
import { unwritable } from '../workspace/unwritable.js';
import { type Stack, Workspace } from '../workspace/workspace.js';
import { type Choosing, chosenEvidence } from './chosen.js';
import { clusterFacts } from './cluster-facts.js';
import { type EtcdOptions, etcdFacts, prefixOf } from './etcd-facts.js';
import { etcdFileFacts } from './etcd-file-facts.js';
import { imageFacts } from './image-facts.js';
import { readSigner } from './signature.js';
import { stateFacts, versionFacts } from './state-facts.js';
import { requireKeyOf, type Stating, statementIn } from './statement.js';

/** The folder beside main.ts that certificates are written to. */
export const CERTIFICATE_FOLDER = 'certificates';

/** What `reclamation certificate` takes. */
export interface CertificateOptions extends ClusterOptions, EtcdOptions, Choosing, Stating {
  /** @default 'certificates' */
  readonly out?: string;
  /** Whether the backend is asked for older versions of the state. */
  readonly askBackend?: boolean;
  /** @default true */
  readonly registries?: boolean;
  readonly privateRegistries?: readonly string[];
  readonly signKey?: string;
  readonly acceptUnknown?: boolean;
}

/**
 * `reclamation certificate TARGET`: states what was deleted, and what was looked at since. It writes
 * JSON, Markdown and HTML, and exits with 1 unless the objects are known to be gone.
 */
export async function certificate(
  io: Io,
  argument: string | undefined,
  options: CertificateOptions,
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const target = nameIn(argument, options) ?? '';
  const { problems } = parseTarget(target);
  const statement = statementIn(options, io.now());
  if (problems.length > 0) misuse(...problems);
  privateRegistriesIn(options);
  const sign =
    options.signKey === undefined ? undefined : readSigner(resolve(io.cwd, options.signKey));
  const stacks = readableStacks(io, workspace);
  const { stack, found } = await chosenEvidence(io, workspace, target, options, stacks);
  if (statement !== null) requireKeyOf(found.evidence, statement);
  const facts = await factsOf(io, options, stack, found.evidence, statement);
  const about = { checkedAt: rfc3339Seconds(io.now()), tool: version() };
  if (Date.parse(found.evidence.takenAt) > io.now().getTime()) misuse(takenLater(found));
  const made = certificateOf(found, facts, about);
  const files = writeCertificate(io, workspace, made, options.out, sign);
  summarise(io, made, files);
  if (made.verdict === 'deleted') return EXIT.ok;
  return made.verdict === 'unproven' && options.acceptUnknown === true ? EXIT.ok : EXIT.findings;
}

async function factsOf(
  io: Io,
  options: CertificateOptions,
  stack: Stack,
  evidence: Evidence,
  statement: KeyStatement | null,
): Promise<Facts> {
  const isCluster = stack.target === 'kubernetes';
  const state = await stateFacts(io, stack, evidence);
  const cluster = await clusterFacts(io, options, stack, evidence);
  const etcd = await etcdFacts(io, options, evidence, isCluster);
  return {
    state,
    versions: await versionFacts(io, stack, evidence, options.askBackend === true),
    cluster,
    etcd: etcd.facts,
    etcdFiles: await etcdFileFacts(
      io,
      options.etcdFiles ?? [],
      prefixOf(options),
      evidence,
      isCluster,
    ),
    encryption: { stored: etcd.stored, statement },
    images: await imageFacts(io, evidence, options),
  };
}

type Sign = (bytes: Uint8Array) => Uint8Array;

function writeCertificate(
  io: Io,
  workspace: Workspace,
  made: Certificate,
  out: string | undefined,
  sign: Sign | undefined,
): readonly string[] {
  const folder = out === undefined ? workspace.path(CERTIFICATE_FOLDER) : resolve(io.cwd, out);
  const base = newBase(folder, fileName(made.target, made.checkedAt));
  const json = formatCertificate(made);
  // The certificate comes last: where it is, the rest is.
  const parts: readonly (readonly [string, string | Uint8Array])[] = [
    ...(sign === undefined ? [] : ([[`${base}.json.sig`, sign(Buffer.from(json))]] as const)),
    [`${base}.md`, renderMarkdown(made)],
    [`${base}.html`, renderCertificate(made)],
    [`${base}.json`, json],
  ];
  try {
    makeFolder(folder);
    for (const [file, content] of parts) writeAtomically(file, content);
  } catch (error) {
    misuse(unwritable(relative(io.cwd, folder), error));
  }
  return parts.map(([file]) => relative(io.cwd, file));
}

function newBase(folder: string, name: string): string {
  for (let at = 1; ; at += 1) {
    const base = join(folder, `${name}${at === 1 ? '' : `-${at}`}`);
    if (!existsSync(`${base}.json`)) return base;
  }
}

function summarise(io: Io, made: Certificate, files: readonly string[]): void {
  for (const { title, result, says } of made.checks) {
    print(io, `${RESULTS_IN_WORDS[result].padEnd(18)} ${title}: ${says}`);
  }
  print(io, '');
  print(io, `${headline(made)}.`);
  for (const file of files) say(io, `Wrote ${file}.`);
}

function takenLater({ file, evidence }: EvidenceFile): Problem {
  return {
    code: 'certificate/clock',
    message: `${quoteName(file)} was taken at ${evidence.takenAt}, which is yet to come by the clock of this machine.`,
    remedy: 'Set the clock. A certificate says between which times the objects were deleted.',
  };
}
