import { NAME_COUNT, type Name, nameAt, nameIndex } from './names.js';
import { MAX_DEPTH, type ScanHandler, type ValueKind } from './scanner.js';
import {
  CHANGE_LISTS,
  type ChangeList,
  type ElementHead,
  type PlanOutcome,
  type PlanVisitor,
  SCALARS,
  type ScalarName,
} from './visitor.js';
import type { Window } from './window.js';

/** What an object or list in a plan is. */
type Role =
  | 'plan'
  | 'changes'
  | 'element'
  | 'deferred'
  | 'change'
  | 'prior'
  | 'configuration'
  | 'values'
  | 'modules'
  | 'module'
  | 'resources'
  | 'resource';

interface Frame {
  readonly role: Role;
  /** Tells frames apart that stand at the same depth one after the other. */
  readonly id: number;
}

/** A name that was met, and where its value stands. */
type Places = Partial<Record<Name, readonly [start: number, end: number]>>;

/** JSON that is no plan, or one that two readers may understand differently. */
export class PlanShapeError extends Error {
  constructor(
    readonly code: 'shape' | 'duplicate-key' | 'encoding',
    readonly what: string,
    readonly offset: number,
  ) {
    super(`${code}: ${what}`);
    this.name = 'PlanShapeError';
  }
}

/** What a member of an object leads to, where it is looked into. */
const INTO: Readonly<Partial<Record<Role, Readonly<Partial<Record<Name, Role>>>>>> = {
  plan: {
    ...Object.fromEntries(CHANGE_LISTS.map((list) => [list, 'changes' as const])),
    prior_state: 'prior',
    configuration: 'configuration',
  },
  element: { change: 'change' },
  deferred: { resource_change: 'element' },
  prior: { values: 'values' },
  values: { root_module: 'module' },
  module: { resources: 'resources', child_modules: 'modules' },
};

const KIND_OF: Readonly<Partial<Record<Role, ValueKind>>> = {
  changes: 'list',
  modules: 'list',
  resources: 'list',
};

const OF_ELEMENTS: readonly Name[] = [
  'address',
  'mode',
  'type',
  'deposed',
  'deposed_key',
  'previous_address',
];

/**
 * Members whose place is noted, so that an element can be judged before it is parsed. Anywhere else
 * in an element they are something else.
 */
const NOTED: Readonly<Partial<Record<Role, ReadonlySet<Name>>>> = {
  element: new Set(OF_ELEMENTS),
  resource: new Set(OF_ELEMENTS),
  change: new Set<Name>([
    'actions',
    'before',
    'after',
    'after_unknown',
    'after_sensitive',
    'importing',
  ]),
};

/** Finds in a plan what a visitor wants. */
export class PlanHandler implements ScanHandler {
  private readonly frames: Frame[] = [];
  private readonly lastSeen = new Float64Array((MAX_DEPTH + 1) * NAME_COUNT);
  private frameId = 0;
  private name: Name | undefined;
  private list: ChangeList = 'resource_changes';
  /** Where a value stands that is not entered. */
  private leafAt: number | undefined;
  private elementAt = 0;
  private places: Places = {};

  constructor(
    private readonly window: Window,
    private readonly visitor: PlanVisitor,
  ) {}

  key(start: number, end: number): void {
    const index = nameIndex(this.window.bytes(start, end));
    if (!this.isInElement()) this.window.release();
    this.name = index === -1 ? undefined : nameAt(index);
    const frame = this.frames.at(-1);
    if (this.name === undefined || frame === undefined) return;
    const slot = this.frames.length * NAME_COUNT + index;
    if (this.lastSeen[slot] === frame.id) {
      throw new PlanShapeError('duplicate-key', this.name, start);
    }
    this.lastSeen[slot] = frame.id;
  }

  begin(kind: ValueKind, at: number): boolean {
    const role = this.roleOf(kind, at);
    if (this.isElement()) this.beginElement(at);
    if (role === undefined) {
      this.leafAt = at;
      const role = this.frames.at(-1)?.role;
      const isKept = role === 'plan' ? kind === 'scalar' : this.isProviders(role);
      if (isKept) this.window.pin(at);
      return false;
    }
    this.frameId += 1;
    this.frames.push({ role, id: this.frameId });
    return true;
  }

  end(at: number): void {
    if (this.leafAt === undefined) this.frames.pop();
    else this.leafEnds(this.leafAt, at);
    this.leafAt = undefined;
    if (this.isElement()) this.elementEnds(at);
  }

  private leafEnds(start: number, at: number): void {
    const frame = this.frames.at(-1);
    const { name } = this;
    if (frame === undefined) return;
    if (name !== undefined && NOTED[frame.role]?.has(name)) this.places[name] = [start, at];
    if (this.isProviders(frame.role)) {
      this.visitor.providers(parse(this.window.bytes(start, at), start));
      this.window.release();
    }
    if (frame.role !== 'plan') return;
    const scalar = SCALARS.find((each) => each === name);
    if (scalar !== undefined) this.scalarEnds(scalar, start, at);
    this.window.release();
  }

  private isProviders(role: Role | undefined): boolean {
    return role === 'configuration' && this.name === 'provider_config';
  }

  private scalarEnds(name: ScalarName, start: number, at: number): void {
    this.visitor.scalar(name, scalarOf(parse(this.window.bytes(start, at), start)));
  }

  /** What a value that begins is; undefined where it is not looked into. */
  private roleOf(kind: ValueKind, at: number): Role | undefined {
    const frame = this.frames.at(-1);
    if (frame === undefined) {
      if (kind !== 'object') throw new PlanShapeError('shape', 'plan', at);
      return 'plan';
    }
    const role = this.elementRole(frame.role) ?? this.memberRole(frame.role);
    if (role === undefined) {
      if (frame.role === 'plan' && this.name === 'planned_values') this.visitor.plannedValues();
      this.refuseContainer(frame.role, kind, at);
      return undefined;
    }
    if (role === 'changes')
      this.list = CHANGE_LISTS.find((each) => each === this.name) ?? this.list;
    if (kind === (KIND_OF[role] ?? 'object')) return role;
    // Not even null: a list of changes that is none would be read as no change.
    if (kind !== 'scalar' || role === 'changes' || this.isElement()) this.refuse(at);
    return undefined;
  }

  private elementRole(role: Role): Role | undefined {
    if (role === 'modules') return 'module';
    if (role === 'resources') return 'resource';
    if (role !== 'changes') return undefined;
    if (this.list === 'deferred_changes') return 'deferred';
    return 'element';
  }

  private memberRole(role: Role): Role | undefined {
    return this.name === undefined ? undefined : INTO[role]?.[this.name];
  }

  /** A version or a time that is a list would be no version and no time. */
  private refuseContainer(role: Role, kind: ValueKind, at: number): void {
    const isScalar = SCALARS.some((each) => each === this.name);
    if (role === 'plan' && isScalar && kind !== 'scalar') this.refuse(at);
  }

  private refuse(at: number): never {
    throw new PlanShapeError('shape', this.name ?? this.list, at);
  }

  /** Whether what begins or has ended stands directly in a list that is visited. */
  private isElement(): boolean {
    const role = this.frames.at(-1)?.role;
    return role === 'changes' || role === 'resources';
  }

  private isInElement(): boolean {
    const role = this.frames.at(-1)?.role;
    return role === 'element' || role === 'change' || role === 'deferred' || role === 'resource';
  }

  private beginElement(at: number): void {
    this.elementAt = at;
    this.places = {};
    this.window.pin(at);
  }

  private elementEnds(at: number): void {
    const head = this.head();
    if (this.frames.at(-1)?.role === 'resources') this.priorEnds(head, at);
    else this.changeEnds(head, at);
    this.window.release();
  }

  private priorEnds(head: ElementHead, at: number): void {
    if (this.visitor.wantsPrior(head)) this.visitor.prior(this.whole(at));
  }

  private changeEnds(head: ElementHead, at: number): void {
    const wanted = this.visitor.wants(this.list, head, (bytes) =>
      this.window.has(bytes, this.elementAt, at),
    );
    if (wanted === 'all') this.visitor.element(this.list, this.whole(at), () => this.outcome());
    if (wanted === 'outcome') this.visitor.outcome(head, this.outcome());
  }

  private outcome(): PlanOutcome {
    return {
      after: this.written('after'),
      unknown: this.written('after_unknown'),
      sensitive: this.written('after_sensitive'),
    };
  }

  private whole(at: number): unknown {
    return parse(this.window.bytes(this.elementAt, at), this.elementAt);
  }

  private head(): ElementHead {
    return {
      address: this.text('address'),
      mode: this.text('mode'),
      type: this.text('type'),
      actions: this.actions(),
      deposed: this.places.deposed !== undefined || this.places.deposed_key !== undefined,
      previousAddress: this.places.previous_address !== undefined,
      importing: this.places.importing !== undefined,
      isNew: this.isNull('before'),
    };
  }

  private text(name: Name): string | undefined {
    const value = this.value(name);
    return typeof value === 'string' ? value : undefined;
  }

  private isNull(name: Name): boolean {
    const [start, end] = this.places[name] ?? [0, 0];
    return end - start === 'null'.length && this.written(name) === 'null';
  }

  private actions(): readonly string[] | undefined {
    const value = this.value('actions');
    const isTexts = Array.isArray(value) && value.every((each) => typeof each === 'string');
    return isTexts ? value : undefined;
  }

  private value(name: Name): unknown {
    const text = this.written(name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  private written(name: Name): string | undefined {
    const place = this.places[name];
    return place === undefined ? undefined : decode(this.window.bytes(...place), place[0]);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses what the scanner has found sound, unless it is not UTF-8. */
function parse(bytes: Uint8Array, offset: number): unknown {
  return JSON.parse(decode(bytes, offset));
}

function decode(bytes: Uint8Array, offset: number): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new PlanShapeError('encoding', 'plan', offset);
  }
}

function scalarOf(value: unknown): string | number | boolean | null {
  const isScalar =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? value : null;
}
