import { isRecord } from '../base/guards.js';
import { countUnless, either, keyText } from '../state/clock.js';
import { template } from '../state/expression.js';
import {
  asExpression,
  indexIn,
  rewriteExpression,
  rewriteTemplate,
  UNKNOWN,
} from '../state/references.js';
import type { TerraformJson } from './targets/index.js';

/** A protected resource, as Terraform's JSON has to have it. */
export interface MemberBlock {
  /** Without an index; a data source's begins with `data.`. */
  readonly address: string;
  /** What it goes with. */
  readonly target: string;
  /** Expressions, any of which ends it; none where it is not being deleted. */
  readonly gone: readonly string[];
  /** Its instances that are being deleted by themselves. */
  readonly instances?: readonly InstanceBlock[];
}

/** One instance that is being deleted by itself. */
export interface InstanceBlock extends MemberBlock {
  readonly key: string | number;
}

/** A stack, and what is protected in it. */
export interface ProtectedStack {
  readonly members: readonly MemberBlock[];
  /** Data sources that are read for members alone: they go with them, if they refer to them. */
  readonly followers: readonly MemberBlock[];
  /** Addresses of the records, which refer to members on purpose. */
  readonly records: ReadonlySet<string>;
}

/** Something that stays, and refers to something that is being deleted. */
export interface Referrer {
  /** `aws_instance.web`, `data.aws_ami.x`, `module.net`, `local.x`, `provider.postgresql`. */
  readonly from: string;
  /** The address that it refers to. */
  readonly to: string;
  /** What is being deleted. */
  readonly target: string;
}

/** A stack's JSON with the protection in it. */
export interface ProtectedJson {
  readonly json: TerraformJson;
  readonly referrers: readonly Referrer[];
  /** Doomed members that a `moved` block names. */
  readonly moved: readonly MemberBlock[];
  /** Doomed members that say themselves when they are there: `lifecycle.enabled`. */
  readonly enabled: readonly MemberBlock[];
}

/** Strings that are no templates, wherever they stand in a block. */
const NO_TEMPLATES: ReadonlySet<string> = new Set([
  '//',
  'provider',
  'providers',
  'ignore_changes',
]);

/** Lists of bare references. */
const BARE: ReadonlySet<string> = new Set(['depends_on', 'replace_triggered_by']);

/** What a module's or an output's name in a message begins with, by the section of the JSON. */
const SECTIONS: Readonly<Record<string, string>> = {
  module: 'module.',
  output: 'output.',
  locals: 'local.',
  provider: 'provider.',
  check: 'check.',
};

/**
 * Puts the protection of its members into a stack's JSON: live ones can't be destroyed, doomed ones
 * are there until their deletion is over, and what goes with them refers to them by index. It works on
 * the JSON, so that it sees what overrides and aspects have left.
 */
export function protectJson(json: TerraformJson, stack: ProtectedStack): ProtectedJson {
  return new Protection(json, stack).result();
}

class Protection {
  private readonly members: ReadonlyMap<string, MemberBlock>;
  private readonly doomed = new Map<string, MemberBlock>();
  /** Members of which an instance is being deleted, and that stay themselves. */
  private readonly partly = new Map<string, MemberBlock>();
  private readonly referrers = new Map<string, Referrer>();
  private readonly moved: MemberBlock[] = [];
  private readonly enabled: MemberBlock[] = [];

  constructor(
    private readonly json: TerraformJson,
    private readonly stack: ProtectedStack,
  ) {
    this.members = new Map(stack.members.map((each) => [each.address, each]));
    for (const each of stack.members) {
      if (each.gone.length > 0) this.doomed.set(each.address, each);
      else if ((each.instances ?? []).length > 0) this.partly.set(each.address, each);
    }
    if (this.doomed.size > 0) this.addFollowers();
  }

  /** Whether nothing is being deleted. */
  private get isIdle(): boolean {
    return this.doomed.size + this.partly.size === 0;
  }

  result(): ProtectedJson {
    const sections = Object.entries(this.json).map(([name, value]) => [
      name,
      this.section(name, value),
    ]);
    return {
      json: Object.fromEntries(sections.filter(([, value]) => value !== undefined)),
      referrers: [...this.referrers.values()],
      moved: this.moved,
      enabled: this.enabled,
    };
  }

  private section(name: string, value: unknown): unknown {
    if (name === 'resource') return this.blocks(value, '', (...block) => this.resource(...block));
    if (this.isIdle) return value;
    if (name === 'data') return this.blocks(value, 'data.', (...block) => this.counted(...block));
    if (name === 'ephemeral') return this.blocks(value, 'ephemeral.', (...it) => this.plain(...it));
    if (name === 'moved') return this.noteMoves(value);
    if (name === 'import') return this.imports(value);
    const prefix = SECTIONS[name];
    if (prefix === undefined || !isRecord(value)) return value;
    return mapRecord(value, (body, key) =>
      name === 'output' ? this.output(`output.${key}`, body) : this.plain(`${prefix}${key}`, body),
    );
  }

  /** Visits blocks that have a type and a name. */
  private blocks(
    section: unknown,
    prefix: string,
    change: (address: string, body: unknown) => unknown,
  ): unknown {
    if (!isRecord(section)) return section;
    return mapRecord(section, (named, type) =>
      isRecord(named)
        ? mapRecord(named, (body, name) => change(`${prefix}${type}.${name}`, body))
        : named,
    );
  }

  private resource(address: string, body: unknown): unknown {
    if (this.stack.records.has(address) || !isRecord(body)) return body;
    const member = this.members.get(address);
    if (member === undefined) return this.plain(address, body);
    return member.gone.length === 0 && !this.partly.has(address)
      ? withLifecycle(this.plain(address, body), (known) => ({ ...known, prevent_destroy: true }))
      : this.counted(address, body);
  }

  /** A doomed block, or one of which an instance is: there until its deletion is over. */
  private counted(address: string, body: unknown): unknown {
    const doomed = this.doomed.get(address) ?? this.partly.get(address);
    if (doomed === undefined || !isRecord(body)) return this.plain(address, body);
    // What is about to be deleted must not be replaced: its trigger would say so at the reclaim.
    const { prevent_destroy: _wish, replace_triggered_by: _triggers, ...kept } = lifecycleOf(body);
    if ('enabled' in kept) this.enabled.push(doomed);
    const { lifecycle: _lifecycle, ...rest } = body;
    const changed = this.plain(address, {
      ...rest,
      ...(Object.keys(kept).length === 0 ? {} : { lifecycle: kept }),
    });
    return isRecord(changed) ? { ...changed, ...repetition(changed, doomed) } : changed;
  }

  /** Every string in a block, with the references of which it is made. */
  private plain(address: string, body: unknown): unknown {
    if (this.isIdle) return body;
    const own = this.doomed.get(address)?.gone ?? [];
    return this.walk(body, (names, rest) => {
      const found = this.referredTo(names, rest);
      if (found === undefined) return undefined;
      const { doomed } = found;
      if (!doomed.gone.every((each) => own.includes(each))) this.note(address, doomed);
      return found.replacement;
    });
  }

  /** An output degrades to null, and says so. */
  private output(address: string, body: unknown): unknown {
    if (!isRecord(body)) return body;
    const { value, ...rest } = body;
    const named = new Map<string, MemberBlock>();
    const gone = new Set<string>();
    const isCrossStack = address.startsWith('output.cross-stack-output-');
    const walked = this.walkText(value, (text) => {
      const found: MemberBlock[] = [];
      const changed = rewriteTemplate(text, (names, rest) => {
        const reference = this.referredTo(names, rest);
        if (reference !== undefined) found.push(reference.doomed);
        return reference?.replacement;
      });
      if (found.length === 0) return text;
      for (const each of found) {
        named.set(each.target, each);
        if (isCrossStack) this.note(address, each);
      }
      const conditions = [...new Set(found.flatMap((each) => each.gone))];
      for (const each of conditions) gone.add(each);
      const over = conditions.map((each) => `(${each})`).join(' || ');
      return template(`${over} ? null : ${asExpression(changed)}`);
    });
    if (named.size === 0) return this.plain(address, body);
    const note = `Null once ${[...named.keys()].sort().join(', ')} is reclaimed.`;
    const { description } = rest;
    const described = typeof description === 'string' ? `${description} ${note}` : note;
    return { ...rest, value: walked, description: described };
  }

  /** A resource that isn't there yet is not imported to be deleted. */
  private imports(value: unknown): unknown {
    if (!Array.isArray(value)) return value;
    const left = value.filter((each) => !this.doomed.has(bareAddress(Object(each).to)));
    return left.length === 0 ? undefined : left;
  }

  /** Terraform makes no implied move where an explicit one names the resource. */
  private noteMoves(value: unknown): unknown {
    for (const each of Array.isArray(value) ? value : []) {
      const member = this.doomed.get(bareAddress(Object(each).to));
      if (member !== undefined) this.moved.push(member);
    }
    return value;
  }

  private addFollowers(): void {
    const blocks = new Map<string, unknown>();
    this.blocks(this.json['data'], 'data.', (address, body) => blocks.set(address, body));
    for (let isNew = true; isNew; ) {
      isNew = false;
      for (const follower of this.stack.followers) {
        const { address } = follower;
        if (this.doomed.has(address) || follower.gone.length === 0) continue;
        if (!this.refersToDoomed(blocks.get(address))) continue;
        this.doomed.set(address, follower);
        isNew = true;
      }
    }
  }

  private refersToDoomed(body: unknown): boolean {
    let found = false;
    this.walk(body, (names, rest) => {
      found ||= this.referredTo(names, rest) !== undefined;
      return undefined;
    });
    return found;
  }

  private referredTo(names: readonly string[], rest: string) {
    const length = names[0] === 'data' ? 3 : 2;
    const address = names.slice(0, length).join('.');
    const partly = this.partly.get(address);
    if (partly !== undefined) return instanceReferredTo(partly, names.slice(length), rest);
    const doomed = names.length < length ? undefined : this.doomed.get(address);
    if (doomed === undefined) return undefined;
    const isList = this.isRepeated(address);
    return {
      doomed,
      replacement: isList ? undefined : { names: length, by: `${address}[0]` },
    };
  }

  /** Whether the user's own code makes several of it, so that references have an index already. */
  private isRepeated(address: string): boolean {
    const [section, type = '', name = ''] = address.startsWith('data.')
      ? address.split('.')
      : ['resource', ...address.split('.')];
    const types = this.json[section ?? ''];
    const named = isRecord(types) ? types[type] : undefined;
    const body = isRecord(named) ? named[name] : undefined;
    return isRecord(body) && ['count', 'for_each'].some((key) => isSet(body[key]));
  }

  private note(from: string, { address: to, target }: MemberBlock): void {
    this.referrers.set(JSON.stringify([from, to]), { from, to, target });
  }

  private walk(value: unknown, rewrite: Parameters<typeof rewriteTemplate>[1], key = ''): unknown {
    if (NO_TEMPLATES.has(key)) return value;
    if (typeof value === 'string') {
      if (!BARE.has(key)) return rewriteTemplate(value, rewrite);
      // Whole resources, with whatever count.
      rewriteExpression(value, rewrite);
      return value;
    }
    if (Array.isArray(value)) return value.map((each) => this.walk(each, rewrite, key));
    if (!isRecord(value)) return value;
    return mapRecord(value, (each, name) => this.walk(each, rewrite, name));
  }

  private walkText(value: unknown, change: (text: string) => string): unknown {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return value.map((each) => this.walkText(each, change));
    return isRecord(value) ? mapRecord(value, (each) => this.walkText(each, change)) : value;
  }
}

/** The doomed instance that a reference is about, or may be about. */
function instanceReferredTo(
  { instances = [] }: MemberBlock,
  names: readonly string[],
  rest: string,
) {
  const index = indexIn(names, rest);
  const doomed = instances.find(({ key }) => index === UNKNOWN || key === index);
  return doomed === undefined ? undefined : { doomed, replacement: undefined };
}

/** How often a doomed block is there: as often as the code says, until it is over. */
function repetition(
  body: Readonly<Record<string, unknown>>,
  { gone, instances = [] }: Pick<MemberBlock, 'gone' | 'instances'>,
) {
  const { count, for_each: each } = body;
  if (isSet(each)) {
    const values = typeof each === 'string' ? asExpression(each) : JSON.stringify(each);
    const map = Array.isArray(each) ? `toset(${values})` : values;
    const conditions = [
      ...(gone.length === 0 ? [] : [`!(${either(gone)})`]),
      ...instances.map((it) => `!(k == ${keyText(it.key)} && (${either(it.gone)}))`),
    ];
    return { for_each: template(`{for k, v in ${map} : k => v if ${conditions.join(' && ')}}`) };
  }
  if (!isSet(count)) return { count: countUnless(gone) };
  const number = typeof count === 'string' ? asExpression(count) : String(count);
  // Only the last one can go alone: then there are as many as its index says.
  const left = instances.map((it) => `${either(it.gone)} ? ${it.key} : `).join('');
  const all = gone.length === 0 ? '' : `${either(gone)} ? 0 : `;
  return { count: template(`${all}${left}${number}`) };
}

function withLifecycle(
  body: unknown,
  change: (lifecycle: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): unknown {
  return isRecord(body) ? { ...body, lifecycle: change(lifecycleOf(body)) } : body;
}

function lifecycleOf(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { lifecycle } = body;
  const first: unknown = Array.isArray(lifecycle) ? lifecycle[0] : lifecycle;
  return isRecord(first) ? first : {};
}

function bareAddress(address: unknown): string {
  return String(address).replace(/\[[^\]]*\]$/, '');
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function mapRecord(
  record: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value, key)]),
  );
}
