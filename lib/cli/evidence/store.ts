import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import { compareTexts } from '../../base/order.js';
import type { Problem } from '../../base/problem.js';
import type { EvidenceFile } from '../../certificate/certificate.js';
import type { Evidence } from '../../certificate/evidence.js';
import { sha256 } from '../../certificate/hash.js';
import { readEvidence } from '../../certificate/read.js';
import { createAtomically, makeFolder } from '../../files/disk.js';
import { misuse } from '../terminal/io.js';
import { unwritable } from '../workspace/unwritable.js';
import type { Workspace } from '../workspace/workspace.js';

/** The folder beside main.ts that has evidence of deletions. */
export const EVIDENCE_FOLDER = 'evidence';

const MAX_BYTES = 64 * 2 ** 20;
const MAX_FILES = 10_000;

/** Evidence that can be read, and what is wrong with the rest. */
export interface Store {
  readonly found: readonly EvidenceFile[];
  readonly problems: readonly Problem[];
}

/** Writes evidence as a new file, whole or not at all; an earlier one is never replaced. */
export function writeEvidence(workspace: Workspace, evidence: Evidence): string {
  const base = join(EVIDENCE_FOLDER, fileName(evidence.target, evidence.takenAt));
  try {
    makeFolder(workspace.path(EVIDENCE_FOLDER));
  } catch (error) {
    misuse(unwritable(EVIDENCE_FOLDER, error));
  }
  for (let at = 1; ; at += 1) {
    const name = `${base}${at === 1 ? '' : `-${at}`}.json`;
    try {
      createAtomically(workspace.path(name), `${JSON.stringify(evidence, null, 2)}\n`);
      return name;
    } catch (error) {
      const isTaken = isRecord(error) && error['code'] === 'EEXIST';
      if (!isTaken || at === MAX_FILES) misuse(unwritable(name, error));
    }
  }
}

/** All evidence of a folder, by file name. */
export function readStore(workspace: Workspace): Store {
  const folder = workspace.path(EVIDENCE_FOLDER);
  if (!existsSync(folder)) return { found: [], problems: [] };
  let names: readonly string[];
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort(compareTexts);
  } catch (error) {
    return { found: [], problems: [unreadable(EVIDENCE_FOLDER, whyOf(error))] };
  }
  if (names.length > MAX_FILES) return { found: [], problems: [tooMany(names.length)] };
  const read = names.map((name) => readFile(workspace, name));
  return {
    found: read.flatMap(({ found }) => found ?? []),
    problems: read.flatMap(({ problems }) => problems),
  };
}

/** A target as a file name has it: `billing.job-templates.nightly`. */
export function fileName(target: string, time: string): string {
  const plain = target.replaceAll('/', '.').replaceAll(/[^\p{L}\p{N}._-]/gu, '_');
  return `${plain.slice(0, 120)}-${time.replaceAll(/[-:]|\.\d+/g, '')}`;
}

function readFile(workspace: Workspace, name: string) {
  const file = join(EVIDENCE_FOLDER, name);
  try {
    const about = statSync(workspace.path(file));
    if (!about.isFile() || about.size > MAX_BYTES) throw new Error('it is no file, or too large');
    const bytes = readFileSync(workspace.path(file));
    const { value, problems } = readEvidence(file, bytes);
    return value === undefined
      ? { problems }
      : { found: { file, sha256: sha256(bytes), evidence: value }, problems };
  } catch (error) {
    return { problems: [unreadable(file, whyOf(error))] };
  }
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** To leave some out could leave out the one that counts. */
function tooMany(count: number): Problem {
  return {
    code: 'evidence/too-many',
    message: `There are ${count} files of evidence, more than ${MAX_FILES}. None of them was read.`,
    remedy: 'Move evidence of closed deletions to an archive.',
  };
}

function unreadable(file: string, why: string): Problem {
  return {
    code: 'evidence/unreadable',
    message: `The evidence in ${quoteName(file)} can't be read: ${why}.`,
    remedy: 'Check the file’s permissions, or move it elsewhere.',
    source: { file },
  };
}
