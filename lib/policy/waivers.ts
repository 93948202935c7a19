/** Further ahead than a year and a day, nobody would remember why. */
const LONGEST = 366 * 24 * 3600 * 1000;

/** An exception from a policy, for everything at a path and below. */
export interface Waiver {
  readonly policy: string;
  /** A construct's path, or a stack and an address in it: `production/module.net`. */
  readonly path: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  /** When it ends, in milliseconds since 1970; undefined where that can't be read. */
  readonly until: number | undefined;
}

/** Where something is that may be waived. */
export interface WaivedPlace {
  readonly stack: string;
  /** Its address in Terraform. */
  readonly address: string;
  /** The path of the construct that made it. */
  readonly path?: string | undefined;
}

/** The one place that says whether something is waived. */
export class Waivers {
  private readonly used = new Set<Waiver>();

  constructor(
    private readonly waivers: readonly Waiver[],
    private readonly now: number,
  ) {}

  /** The waiver that holds for a policy at a place, if one does. */
  find(policy: string, place: WaivedPlace): Waiver | undefined {
    const fitting = this.waivers.filter(
      (waiver) => waiver.policy === policy && covers(waiver, place),
    );
    for (const waiver of fitting) this.used.add(waiver);
    return fitting.find((waiver) => this.holds(waiver));
  }

  /** Waivers that no longer hold: past their expiry, or with one that can't be read. */
  get over(): readonly Waiver[] {
    return this.waivers.filter((waiver) => this.isOver(waiver));
  }

  /** Waivers that don't hold, since they would for more than a year. */
  get tooLong(): readonly Waiver[] {
    return this.waivers.filter((waiver) => this.isTooLong(waiver));
  }

  /** Waivers that still hold, and that nothing was found for. */
  get unused(): readonly Waiver[] {
    return this.waivers.filter((waiver) => !this.used.has(waiver) && this.holds(waiver));
  }

  /** Waivers that still hold, and that something was found for. */
  get needed(): readonly Waiver[] {
    return this.waivers.filter((waiver) => this.used.has(waiver) && this.holds(waiver));
  }

  private holds(waiver: Waiver): boolean {
    return !this.isOver(waiver) && !this.isTooLong(waiver);
  }

  private isOver({ until }: Waiver): boolean {
    return until === undefined || until <= this.now;
  }

  private isTooLong({ until }: Waiver): boolean {
    return until !== undefined && until > this.now + LONGEST;
  }
}

function covers({ path: waived }: Waiver, { stack, address, path }: WaivedPlace): boolean {
  if (path !== undefined && isWithin(path, waived, '/')) return true;
  const whole = `${stack}/${address}`;
  if (waived === stack || waived === whole) return true;
  // A key may hold anything: what breaks off in one is no prefix.
  if (waived.replaceAll(KEYS, '').includes('"')) return false;
  // A prefix of an address means something where an index follows, or where it is a module's.
  return isWithin(whole, waived, '[') || (MODULE.test(waived) && isWithin(whole, waived, '.'));
}

/** The keys of instances in an address. */
const KEYS = /"(?:[^"\\]|\\.)*"/g;

/** The last part of an address, as that of a module: `module.net`, `module.net["a"]`. */
const MODULE = /[/.]module\.[^.[\]]+(?:\[(?:\d+|"[^"]*")\])?$/;

function isWithin(place: string, around: string, separator: string): boolean {
  return place === around || place.startsWith(`${around}${separator}`);
}
