import { existsSync, mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { parseTimestamp, rfc3339, rfc3339Seconds } from '../../base/timestamp.js';
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
import { evidenceFor, LOST_WITHOUT_EVIDENCE } from '../../certificate/match.js';
import { RESULTS_IN_WORDS, VERDICTS } from '../../certificate/words.js';
import { writeAtomically } from '../../files/disk.js';
import { evidenceCommand } from '../../model/commands.js';
import { parseTarget } from '../../model/deletion-target.js';
import type { ClusterOptions } from '../cluster/access.js';
import { version } from '../command/version.js';
import { fileName, readStore } from '../evidence/store.js';
import { nameIn, type Selection } from '../subject/subject.js';
import {
  CommandFailure,
  EXIT,
  type ExitCode,
  type Io,
  misuse,
  print,
  say,
} from '../terminal/io.js';
import { readableStacks } from '../workspace/inventory.js';
import { unwritable } from '../workspace/unwritable.js';
import { pickStack, type Stack, Workspace } from '../workspace/workspace.js';
import { clusterFacts } from './cluster-facts.js';
import { type EtcdOptions, etcdFacts, etcdFileFacts } from './etcd-facts.js';
import { imageFacts } from './image-facts.js';
import { readSigner } from './signature.js';
import { stateFacts, versionFacts } from './state-facts.js';

/** The folder beside main.ts that certificates are written to. */
export const CERTIFICATE_FOLDER = 'certificates';

/** What `reclamation certificate` takes. */
export interface CertificateOptions extends ClusterOptions, EtcdOptions, Selection {
  /** Which evidence, where not the one that knows most. */
  readonly evidence?: string;
  /** @default 'certificates' */
  readonly out?: string;
  readonly oldKey?: string;
  readonly keyDestroyedBy?: string;
  readonly keyDestroyedAt?: string;
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
  const statement = statementIn(options);
  if (problems.length > 0) misuse(...problems);
  const sign =
    options.signKey === undefined ? undefined : readSigner(resolve(io.cwd, options.signKey));
  const stacks = readableStacks(io, workspace);
  const found = evidenceOf(workspace, target, options, stacks);
  const stack = pickStack(stacks, found.evidence.stack);
  const facts = await factsOf(io, options, stack, found.evidence, statement);
  const about = { checkedAt: rfc3339Seconds(io.now()), tool: version() };
  const made = certificateOf(found, facts, about);
  const files = writeCertificate(io, workspace, made, options.out, sign);
  summarise(io, made, files);
  if (made.verdict === 'deleted') return EXIT.ok;
  return made.verdict === 'unproven' && options.acceptUnknown === true ? EXIT.ok : EXIT.findings;
}

function evidenceOf(
  workspace: Workspace,
  target: string,
  options: CertificateOptions,
  stacks: readonly Stack[],
): EvidenceFile {
  const { found, problems } = readStore(workspace);
  const named = options.evidence;
  if (named !== undefined) {
    const file = relative(workspace.folder, resolve(workspace.folder, named));
    const same = found.find((each) => each.file === file);
    if (same?.evidence.target === target) return same;
    return misuse(
      ...problems.filter(({ source }) => source?.file === file),
      notThatEvidence(named, target),
    );
  }
  const names = stacks.map(({ name }) => name);
  const stack = options.stack ?? onlyStack(found, target, names);
  const [first] = evidenceFor(found, { stack, target });
  if (first !== undefined) return first;
  throw new CommandFailure(EXIT.findings, [noEvidence(target, stack), ...problems]);
}

/** The stack that evidence of the target names; the user has to say which where several do. */
function onlyStack(
  found: readonly EvidenceFile[],
  target: string,
  names: readonly string[],
): string {
  const about = found.filter(({ evidence }) => evidence.target === target);
  const stacks = [...new Set(about.map(({ evidence }) => evidence.stack))];
  const [first, ...more] = stacks.length === 0 ? names : stacks;
  if (first !== undefined && (more.length === 0 || stacks.length === 0)) return first;
  return misuse({
    code: 'cli/stack',
    message: `Several stacks have evidence of ${quoteName(target)}: ${stacks.map(quoteName).join(', ')}.`,
    remedy: 'Say --stack.',
  });
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
    versions: versionFacts(stack, evidence),
    cluster,
    etcd: etcd.facts,
    etcdFiles: await etcdFileFacts(io, options, evidence, isCluster),
    encryption: { stored: etcd.stored, statement },
    images: await imageFacts(io, evidence, options),
  };
}

/** A person's word that the old key is destroyed: all three parts, or none. */
function statementIn({
  oldKey,
  keyDestroyedBy,
  keyDestroyedAt,
}: CertificateOptions): KeyStatement | null {
  const given = [oldKey, keyDestroyedBy, keyDestroyedAt].filter((each) => each !== undefined);
  if (given.length === 0) return null;
  const at = parseTimestamp(keyDestroyedAt ?? '').value;
  if (oldKey !== undefined && keyDestroyedBy !== undefined && at !== undefined) {
    return { key: oldKey, by: keyDestroyedBy, destroyedAt: rfc3339(new Date(at)) };
  }
  return misuse({
    code: 'certificate/statement',
    message:
      'A statement that a key was destroyed names the key, the person who answers for it, and when.',
    remedy:
      'Give --old-key KEY --key-destroyed-by NAME --key-destroyed-at 2026-01-31T12:00:00Z together.',
  });
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
  const parts: readonly (readonly [string, string | Uint8Array])[] = [
    [`${base}.json`, json],
    ...(sign === undefined ? [] : ([[`${base}.json.sig`, sign(Buffer.from(json))]] as const)),
    [`${base}.md`, renderMarkdown(made)],
    [`${base}.html`, renderCertificate(made)],
  ];
  try {
    mkdirSync(folder, { recursive: true });
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
  print(io, `${VERDICTS[made.verdict]}.`);
  for (const file of files) say(io, `Wrote ${file}.`);
}

function noEvidence(target: string, stack: string): Problem {
  return {
    code: 'certificate/no-evidence',
    message: `There is no evidence of the deletion of ${quoteName(target)}. Without it nobody knows:\n${LOST_WITHOUT_EVIDENCE.map((each) => `  - ${each}`).join('\n')}`,
    remedy: `Where the deletion isn't closed yet, gather what is left: ${evidenceCommand(target, stack)}`,
  };
}

function notThatEvidence(file: string, target: string): Problem {
  return {
    code: 'certificate/other-evidence',
    message: `${quoteName(file)} is no evidence of the deletion of ${quoteName(target)}.`,
    remedy: 'Name a file in evidence/ that is about this target, or leave --evidence out.',
  };
}
