import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { isMap, isSeq, LineCounter, type ParsedNode } from 'yaml';
import { isRecord, memberOf } from '../../base/guards.js';
import { quote } from '../../base/inert.js';
import { type Checked, type Problem, Problems, type Source } from '../../base/problem.js';
import type { PlannedResource } from '../../policy/resource.js';
import { documentsIn, MAX_ALIASES } from '../../policy/shape/carried.js';
import { keysIn } from '../../policy/shape/part.js';
import type { PolicyFinding } from '../../review/review.js';
import type { Origin, PolicyReview } from '../../validation/policy-review.js';
import { bytesOf } from '../plan/chunks.js';
import type { Io } from '../terminal/io.js';

/** A larger file of manifests is taken for none. */
const MAX_BYTES = 16 * 2 ** 20;

/** An object of Kubernetes in a file, as the resource that would make it. */
export interface FoundManifest {
  readonly resource: PlannedResource;
  /** The line of what a JSON pointer into the object leads to, as far as it leads. */
  readonly lineOf: (pointer: string) => number;
}

/** A file of manifests that policies were held against. */
export interface ManifestFile {
  readonly stack: string;
  readonly file: string;
  readonly origin: Origin;
  readonly found: readonly FoundManifest[];
}

/** Whether a file is called like one with manifests. */
export function isManifestFile(file: string): boolean {
  return /\.ya?ml$/.test(file);
}

/** Reads the objects of Kubernetes in a file, or in standard input (`-`): YAML, or JSON. */
export async function readManifests(
  io: Io,
  file: string,
): Promise<Checked<readonly FoundManifest[]>> {
  try {
    const stream = file === '-' ? io.stdin : createReadStream(resolve(io.cwd, file));
    return manifestsIn(file, await textOf(bytesOf(stream)));
  } catch (error) {
    return {
      problems: [unreadable({ file }, error instanceof Error ? error.message : 'it failed')],
    };
  }
}

/** What was found in a file of manifests, at the lines that it is about. */
export function placedFindings(
  policies: PolicyReview,
  { stack, file, found, origin }: ManifestFile,
): readonly PolicyFinding[] {
  const lines = new Map(found.map(({ resource, lineOf }) => [resource.address, lineOf]));
  const sources = new Map(
    [...lines].map(([address, lineOf]) => [
      address,
      { path: `${stack}/${address}`, file, line: lineOf('') },
    ]),
  );
  return policies.findings(stack, sources, origin).map((finding) => {
    const { address, source } = finding;
    const pointer = finding.pointer.replace(/^\/manifest/, '');
    const line = lines.get(address)?.(pointer);
    if (source === undefined || line === undefined) return finding;
    return { ...finding, pointer, source: { ...source, line } };
  });
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error('it is larger than 16 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function manifestsIn(file: string, text: string): Checked<readonly FoundManifest[]> {
  const lines = new LineCounter();
  const problems = new Problems();
  const names = new Map<string, number>();
  const lineAt = (node: unknown) => lines.linePos(startOf(node)).line;
  const found = documentsIn(text, lines).flatMap((document) => {
    const { contents, errors } = document;
    const [fault] = errors;
    if (fault !== undefined) {
      problems.add(unreadable({ file, ...placeOf(fault.pos[0], lines) }, 'it is no YAML'));
      return [];
    }
    return objectsIn(contents, document.toJS({ maxAliasCount: MAX_ALIASES })).flatMap(
      ([node, value]) => {
        const address = addressOf(value);
        if (address === undefined) {
          problems.add(unreadable({ file, line: lineAt(node) }, NO_OBJECT));
          return [];
        }
        const count = (names.get(address) ?? 0) + 1;
        names.set(address, count);
        const name = count === 1 ? address : `${address} (${count})`;
        return [
          {
            resource: resourceOf(name, value),
            lineOf: (pointer: string) => lineAt(nodeAt(node, pointer)),
          },
        ];
      },
    );
  });
  if (found.length === 0 && problems.all.length === 0)
    problems.add(unreadable({ file }, 'it has no object of Kubernetes'));
  return problems.result(problems.all.length > 0 ? undefined : found);
}

/** A list of objects is each of them. */
function objectsIn(
  node: ParsedNode | null,
  value: unknown,
): readonly (readonly [unknown, unknown])[] {
  const kind = memberOf(value, 'kind');
  const items = memberOf(value, 'items');
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items))
    return [[node, value]];
  const list = isMap(node) ? node.get('items') : undefined;
  return items.map((item, index) => [isSeq(list) ? list.items[index] : node, item]);
}

/** `Deployment/shop/web`; undefined for what is no object of Kubernetes. */
function addressOf(value: unknown): string | undefined {
  const { kind, apiVersion, metadata } = isRecord(value) ? value : {};
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') return undefined;
  const { namespace, name, generateName } = isRecord(metadata) ? metadata : {};
  return [kind, namespace, name ?? generateName]
    .filter((each) => typeof each === 'string' && each !== '')
    .join('/');
}

function resourceOf(address: string, manifest: unknown): PlannedResource {
  const values = { manifest };
  return { address, type: 'kubernetes_manifest', values, unknown: undefined, sensitive: {} };
}

function nodeAt(root: unknown, pointer: string): unknown {
  let node = root;
  for (const key of keysIn(pointer)) {
    const inner: unknown = isMap(node)
      ? node.get(key, true)
      : isSeq(node)
        ? node.get(Number(key), true)
        : undefined;
    if (inner === undefined) return node;
    node = inner;
  }
  return node;
}

function startOf(node: unknown): number {
  const range = memberOf(node, 'range');
  return Array.isArray(range) ? Number(range[0]) : 0;
}

function placeOf(offset: number, lines: LineCounter): Omit<Source, 'file'> {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

const NO_OBJECT = 'there is no object of Kubernetes: it takes `apiVersion` and `kind`';

function unreadable(source: Source, why: string): Problem {
  return {
    code: 'cli/manifests-unreadable',
    message: `The manifests ${quote(source.file)} can't be read: ${why}.`,
    remedy: 'Give objects of Kubernetes as YAML or JSON, such as the output of `helm template`.',
    source,
  };
}
