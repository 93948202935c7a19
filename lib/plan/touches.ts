import { isRecord, memberOf } from '../base/guards.js';
import { objectOf } from '../state/object-reference.js';
import { hasUnknown } from './content.js';
import { manifestMarks } from './foreign-marks.js';
import { marksOf, type ReadLabels } from './marks.js';

/** A resource that writes into an object which another resource stands for. */
export interface Touch {
  /** The resource that writes. */
  readonly address: string;
  /** The one that it writes into; undefined where the plan doesn't tell. */
  readonly other: string | undefined;
  /** Whether names of ours are among what it writes. */
  readonly writesMarks: boolean;
  /** What that object says about itself. */
  readonly marks: ReadLabels | undefined;
}

/** Resources of the provider that write into the content of objects they don't own. */
const KIND_OF: Readonly<Record<string, string | undefined>> = {
  kubernetes_config_map_v1_data: 'configmap',
  kubernetes_secret_v1_data: 'secret',
};

/** Finds what a plan writes into objects that other resources of its prior state stand for. */
export class Touches {
  private readonly byObject = new Map<string, Omit<Touch, 'other' | 'marks'>[]>();
  private readonly found: Touch[] = [];

  /** Whether the prior state's objects have to be looked at. */
  isLooking(type: string | undefined): boolean {
    return this.byObject.size > 0 && type?.startsWith('kubernetes_') === true;
  }

  /** Notes an element of `resource_changes` that isn't idle. */
  note(address: string, element: unknown): void {
    const type = memberOf(element, 'type');
    const change = memberOf(element, 'change');
    const [before, after] = [memberOf(change, 'before'), memberOf(change, 'after')];
    if (typeof type !== 'string' || !writes(type, before, after)) return;
    const writer = {
      address,
      writesMarks: type === 'kubernetes_manifest' && manifestMarks({ before, after }),
    };
    const written = [before, after].filter(isRecord);
    const objects = written.map((values) => writtenBy(type, values));
    const isOpen = hasUnknown(memberOf(memberOf(change, 'after_unknown'), 'metadata'));
    const known = objects.filter((each) => each !== undefined);
    if (known.length < written.length || isOpen) {
      this.found.push({ ...writer, other: undefined, marks: undefined });
    }
    for (const object of new Set(known)) {
      this.byObject.set(object, [...(this.byObject.get(object) ?? []), writer]);
    }
  }

  /** Compares an object of the prior state. */
  compare(address: string, element: unknown): void {
    const { type, values } = isRecord(element) ? element : {};
    if (typeof type !== 'string' || isWriter(type)) return;
    const object = ownObject(type, values);
    const writers = object === undefined ? [] : (this.byObject.get(object) ?? []);
    for (const writer of writers) {
      if (writer.address === address) continue;
      this.found.push({ ...writer, other: address, marks: marksOf(values) });
    }
  }

  all(): readonly Touch[] {
    return this.found;
  }
}

function isWriter(type: string): boolean {
  return type === 'kubernetes_env' || KIND_OF[type] !== undefined;
}

/** A manifest takes fields over from others only by force. */
function writes(type: string, before: unknown, after: unknown): boolean {
  if (type !== 'kubernetes_manifest') return isWriter(type);
  return [before, after].some((values) => {
    const manager = memberOf(values, 'field_manager');
    const block = Array.isArray(manager) ? manager[0] : manager;
    return memberOf(block, 'force_conflicts') === true;
  });
}

function writtenBy(type: string, values: unknown): string | undefined {
  if (type === 'kubernetes_manifest') return ownObject(type, values);
  const kind = KIND_OF[type] ?? memberOf(values, 'kind');
  const list = memberOf(values, 'metadata');
  const metadata = Array.isArray(list) ? list[0] : list;
  return typeof kind === 'string'
    ? named(kind, memberOf(metadata, 'namespace'), memberOf(metadata, 'name'))
    : undefined;
}

function ownObject(type: string, values: unknown): string | undefined {
  const reference = objectOf(type, values);
  return reference === undefined
    ? undefined
    : named(reference.resource, reference.namespace, reference.name);
}

/** The kind without its group and version: types of the provider don't tell them. */
function named(kind: string, namespace: unknown, name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return undefined;
  const [short = ''] = kind.toLowerCase().split('.');
  const place = typeof namespace === 'string' && namespace !== '' ? namespace : 'default';
  return JSON.stringify([short, place, name]);
}
