import { isRecord, memberOf } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { parseTimestamp } from '../base/timestamp.js';
import { RESERVED_DOMAIN } from '../model/metadata.js';
import { PURGES } from '../model/purges.js';
import { safeguardsOf } from '../model/safeguards.js';
import { moduleOf, placesOf, withoutIndex } from '../state/address.js';
import {
  baseOf,
  creates,
  ends,
  type ResourceChange,
  readChange,
  recordIn,
  withAddress,
} from './change.js';
import { DoubleImports } from './doubles.js';
import { readPlan } from './json/plan-reader.js';
import type { ChangeList, ElementHead, PlanOutcome, PlanVisitor, Wanted } from './json/visitor.js';
import type { ActionInvocation, Plan, Planned, PlanOrigin, PriorRecord } from './plan.js';
import { type HidingSetting, hidingSettings } from './provider-settings.js';
import { AddressTally } from './tally.js';
import { Touches } from './touches.js';

/** Is shown a `Planned` in JSON: whoever parses it may do so elsewhere. */
export type Inspect = (planned: string) => void;

/**
 * Reads the JSON of a plan of any Terraform or OpenTofu, from 0.12 on. `inspect` is shown every
 * managed resource that will be there, one at a time, so that none has to be kept.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export async function loadPlan(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  origin: PlanOrigin,
  inspect?: Inspect,
): Promise<Checked<Plan>> {
  const builder = new PlanBuilder(inspect);
  const problems = await readPlan(chunks, builder);
  return problems.length > 0 ? { problems } : builder.finish(origin);
}

/** As it stands in an object that is marked as soft-deleted. */
const SOFT_DELETED = Buffer.from('"soft-deleted"');
/** How all names of our labels and annotations begin. */
const MARK = Buffer.from(`"${RESERVED_DOMAIN}/`);

class PlanBuilder implements PlanVisitor {
  private readonly problems = new Problems();
  private readonly scalars = new Map<string, string | number | boolean | null>();
  private readonly lists: Record<'changes' | 'drift' | 'deferred', ResourceChange[]> = {
    changes: [],
    drift: [],
    deferred: [],
  };
  private readonly actions: ActionInvocation[] = [];
  private readonly priorRecords: PriorRecord[] = [];
  private readonly priorPlaces = new Map<string, number>();
  private readonly doubles = new DoubleImports();
  private readonly touches = new Touches();
  /** Objects whose marks may have changed outside, however idle the plan is about them. */
  private readonly drifted = new Set<string>();
  private hiding: readonly HidingSetting[] = [];
  private readonly tally = new AddressTally();
  private readonly counts = { create: 0, update: 0, delete: 0, forget: 0, unchanged: 0 };
  private readonly livingModules = new Set<string>();
  private hasBefore = false;
  private hasMarks = false;
  private hasPlannedValues = false;

  constructor(private readonly inspect?: Inspect) {}

  scalar(name: string, value: string | number | boolean | null): void {
    this.scalars.set(name, value);
  }

  providers(value: unknown): void {
    this.hiding = hidingSettings(value);
  }

  plannedValues(): void {
    this.hasPlannedValues = true;
  }

  wants(list: ChangeList, head: ElementHead, mentions: (bytes: Buffer) => boolean): Wanted {
    if (list !== 'resource_changes') return 'all';
    const { actions, address, mode, type } = head;
    const isIdle = actions?.length === 1 && (actions[0] === 'no-op' || actions[0] === 'read');
    const isElsewhere = head.previousAddress || head.deposed || head.importing;
    if (!isIdle || isElsewhere || type === 'terraform_data') return 'all';
    if (address !== undefined && this.drifted.has(address)) return 'all';
    if (mode === 'managed' && mentions(SOFT_DELETED)) return 'all';
    if (mode === 'managed') this.noteIdle(head, mentions);
    this.counts.unchanged += 1;
    if (address !== undefined) this.stays(address);
    return this.inspect === undefined || mode === 'data' ? 'nothing' : 'outcome';
  }

  private noteIdle({ address, isNew }: ElementHead, mentions: (bytes: Buffer) => boolean): void {
    this.hasMarks ||= mentions(MARK);
    // What was lost outside is nothing before and after, and in no prior state.
    if (address !== undefined && !isNew) this.tally.planned(address);
  }

  outcome({ address, type }: ElementHead, outcome: PlanOutcome): void {
    if (address !== undefined) this.show({ address, type: type ?? '' }, () => outcome);
  }

  element(list: ChangeList, value: unknown, outcome: () => PlanOutcome): void {
    switch (list) {
      case 'resource_changes':
        this.addChange(this.problems.take(readChange(value)), value, outcome);
        break;
      case 'resource_drift':
        this.addDrift(this.problems.take(readChange(withAddress(value))));
        break;
      case 'deferred_changes':
        this.addDeferred(value);
        break;
      default:
        this.actions.push(invocationIn(value));
    }
  }

  wantsPrior({ address, mode, type, deposed }: ElementHead): boolean {
    if (mode !== 'managed' || address === undefined) return mode !== 'data';
    this.doubles.begin();
    const isCompared = this.doubles.isLooking || this.touches.isLooking(type);
    if (type === 'terraform_data' || isCompared) return true;
    this.notePrior(address, withoutIndex(address), deposed);
    return false;
  }

  prior(value: unknown): void {
    if (!isRecord(value) || typeof value['address'] !== 'string') return;
    const { address, type, values, mode } = value;
    if (mode !== 'managed') return;
    this.notePrior(address, baseOf(value, address), value['deposed_key'] !== undefined);
    if (value['deposed_key'] === undefined) {
      this.doubles.compare(address, value);
      this.touches.compare(address, value);
    }
    const record = type === 'terraform_data' ? recordIn(values) : undefined;
    if (record !== undefined) this.priorRecords.push({ address, record });
  }

  private notePrior(address: string, base: string, deposed: boolean): void {
    if (!deposed) this.tally.prior(address);
    for (const place of placesOf(address, base)) {
      this.priorPlaces.set(place, (this.priorPlaces.get(place) ?? 0) + (deposed ? 0 : 1));
    }
  }

  finish(origin: PlanOrigin): Checked<Plan> {
    this.checkVersion();
    const { create, update, unchanged } = this.counts;
    const ended = this.counts.delete + this.counts.forget;
    return this.problems.result<Plan>({
      stack: origin.stack,
      formatVersion: String(this.scalars.get('format_version')),
      terraformVersion: textOf(this.scalars.get('terraform_version')),
      plannedAt: this.plannedAt(),
      complete: this.flag('complete'),
      errored: this.flag('errored'),
      ...this.lists,
      actions: this.actions,
      prior: this.records(),
      priorPlaces: this.priorPlaces,
      doubles: this.doubles.all(),
      touches: this.touches.all(),
      hiding: this.hiding,
      hasIdleMarks: this.hasMarks,
      livingModules: this.livingModules,
      isPartial: this.tally.isPartial || (this.hasBefore && this.priorPlaces.size === 0),
      isDestroyPlan: ended > 0 && create + update + unchanged === 0,
      counts: this.counts,
      sources: origin.sources ?? new Map(),
    });
  }

  private addChange(
    change: ResourceChange | undefined,
    element: unknown,
    outcome: () => PlanOutcome,
  ): void {
    if (change === undefined) return;
    if (isRecord(element) && element['mode'] === 'data') return;
    if (change.deposed === undefined) this.show(change, outcome, doneWith(change, element));
    if (ends(change)) this.showRemoval(change, element);
    this.hasBefore ||= change.hasBefore;
    this.doubles.note(change.address, element);
    if (!change.actions.includes('no-op')) this.touches.note(change.address, element);
    const wasThere = change.hasBefore && change.deposed === undefined;
    if (!ends(change) || creates(change)) this.stays(change.address);
    if (wasThere) this.tally.planned(change.address);
    this.count(change);
    if (!isIdle(change) || this.drifted.has(change.address)) this.keep('changes', change);
  }

  /** With a module, those around it stay, too. */
  private stays(address: string): void {
    let module = moduleOf(address);
    while (module !== '' && !this.livingModules.has(module)) {
      this.livingModules.add(module);
      module = module.slice(0, Math.max(0, module.lastIndexOf('.module.')));
    }
  }

  private show(
    { address, type }: Pick<ResourceChange, 'address' | 'type'>,
    outcome: () => PlanOutcome,
    done: () => Done = () => ({}),
  ): void {
    if (this.inspect === undefined) return;
    const { after, unknown, sensitive } = outcome();
    const isThere = (after !== undefined && after !== 'null') || unknown === 'true';
    if (!isThere) return;
    const written: Partial<Record<keyof Planned, string | undefined>> = {
      address: JSON.stringify(address),
      type: JSON.stringify(type),
      values: after,
      unknown,
      sensitive,
      ...done(),
    };
    const members = Object.entries(written).filter(([, json]) => json !== undefined);
    this.inspect(`{${members.map(([name, json]) => `"${name}":${json}`).join(',')}}`);
  }

  /**
   * What a provider may refuse to delete, and objects of Kubernetes; with a deposed object, it is deleted
   * as well. What a plan only lets go of stays.
   */
  private showRemoval({ address, type, actions }: ResourceChange, element: unknown): void {
    if (this.inspect === undefined || actions.includes('forget')) return;
    const change = memberOf(element, 'change');
    const values = memberOf(change, 'before') ?? null;
    const isRefusable = safeguardsOf(type).some(({ refuses }) => refuses);
    // On the sandbox, what a resource is stands in it.
    const standsFor = String(memberOf(memberOf(values, 'input'), 'resource') ?? type);
    if (!isRefusable && !OF_KUBERNETES.test(standsFor)) return;
    const sensitive = memberOf(change, 'before_sensitive') ?? {};
    this.inspect(JSON.stringify({ address, type, values, unknown: {}, sensitive, removed: true }));
  }

  private addDrift(change: ResourceChange | undefined): void {
    this.keep('drift', change);
    if (change?.marks.isProtected === true) this.drifted.add(change.address);
  }

  private addDeferred(value: unknown): void {
    const entry = isRecord(value) ? value : {};
    const reason = typeof entry['reason'] === 'string' ? entry['reason'] : 'unknown';
    this.keep('deferred', this.problems.take(readChange(entry['resource_change'], reason)));
  }

  private keep(list: 'changes' | 'drift' | 'deferred', change: ResourceChange | undefined): void {
    if (change !== undefined) this.lists[list].push(change);
  }

  private count(change: ResourceChange): void {
    const { actions } = change;
    if (actions.includes('forget')) this.counts.forget += 1;
    else if (ends(change)) this.counts.delete += 1;
    if (actions.includes('create')) this.counts.create += 1;
    else if (actions.includes('update')) this.counts.update += 1;
    else if (!ends(change)) this.counts.unchanged += 1;
  }

  /** Records may be in the list of changes alone, where an engine wrote no prior state of them. */
  private records(): readonly PriorRecord[] {
    const known = new Set(this.priorRecords.map(({ address }) => address));
    const others = this.lists.changes.flatMap((change) => {
      const { address } = change;
      return change.before === undefined || known.has(address)
        ? []
        : [{ address, record: change.before }];
    });
    return [...this.priorRecords, ...others];
  }

  private flag(name: string): boolean | undefined {
    const value = this.scalars.get(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  private plannedAt(): Date | undefined {
    const text = this.scalars.get('timestamp');
    if (text === undefined) return undefined;
    const instant = parseTimestamp(textOf(text)).value;
    if (instant !== undefined) return new Date(instant);
    this.problems.add(notAPlan(`its timestamp ${quote(text)} is not a point in time`));
    return undefined;
  }

  private checkVersion(): void {
    const version = this.scalars.get('format_version');
    // A state has a format version, too, and no deletion would be found in it.
    if (typeof version === 'string' && !this.hasPlannedValues) {
      this.problems.add(notAPlan('it has no planned_values, as a state has none'));
    }
    if (typeof version === 'string' && /^[01]\.\d{1,6}$/.test(version)) return;
    const isOther = typeof version === 'string' && /^\d+\.\d+$/.test(version);
    this.problems.add(
      isOther
        ? notAPlan(`its format ${quote(version)} is newer than this version of Reprieve knows`)
        : notAPlan(
            version === undefined
              ? 'it has no format_version'
              : `its format_version is ${quote(version)}`,
          ),
    );
  }
}

/** Types that are objects of Kubernetes, or hold such. */
const OF_KUBERNETES = /^(?:kubernetes_|kubectl_manifest$|k8s_manifest$|kustomization_resource$)/;

/** What a plan does with a resource, in JSON, as far as some policy could ask for it. */
type Done = Partial<Record<'before' | 'actions', string>>;

function doneWith({ type, actions }: ResourceChange, element: unknown): () => Done {
  return () => {
    if (actions.includes('update') && safeguardsOf(type).length > 0) {
      return { before: JSON.stringify(memberOf(memberOf(element, 'change'), 'before') ?? null) };
    }
    return PURGES.has(type) ? { actions: JSON.stringify(actions) } : {};
  };
}

/** What stays as it is, and is neither a record of ours nor marked as soft-deleted. */
function isIdle({ actions, previous, deposed, before, marks, importing }: ResourceChange): boolean {
  const isNothing = actions.length === 1 && actions[0] === 'no-op';
  const isPlain = previous === undefined && deposed === undefined && before === undefined;
  if (importing) return false;
  return isNothing && isPlain && !marks.isSoftDeleted;
}

/** One that was put off stands in an entry with the reason. */
function invocationIn(value: unknown): ActionInvocation {
  const outer = isRecord(value) ? value : {};
  const inner = outer['action_invocation'];
  const entry = isRecord(inner) ? inner : outer;
  const trigger = entry['lifecycle_action_trigger'];
  const { triggering_resource_address: resource, action_trigger_event: event } = isRecord(trigger)
    ? trigger
    : {};
  return {
    address: textOf(entry['address']),
    event: textOf(event),
    resource: typeof resource === 'string' ? resource : undefined,
    deferred: isRecord(inner) ? textOf(outer['reason']) || 'unknown' : undefined,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function notAPlan(why: string): Problem {
  return {
    code: 'plan/version',
    message: `This is not a plan that can be reviewed: ${why}.`,
    remedy: 'Give the output of `terraform show -json PLAN`, of format 0.1 to 1.x.',
  };
}
