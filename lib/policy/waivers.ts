/** An exception from a policy, for everything at a path and below. */
export interface Waiver {
  readonly policy: string;
  /** A construct's path. */
  readonly path: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  /** When it ends, in milliseconds since 1970; undefined where that can't be read. */
  readonly until: number | undefined;
}

/** The one place that says whether something is waived. */
export class Waivers {
  private readonly used = new Set<Waiver>();

  constructor(
    private readonly waivers: readonly Waiver[],
    private readonly now: number,
  ) {}

  /** The waiver that holds for a policy at a path, if one does. */
  find(policy: string, path: string): Waiver | undefined {
    const fitting = this.waivers.filter(
      (waiver) => waiver.policy === policy && covers(waiver, path),
    );
    for (const waiver of fitting) this.used.add(waiver);
    return fitting.find((waiver) => !this.isOver(waiver));
  }

  /** Waivers that no longer hold: past their expiry, or with one that can't be read. */
  get over(): readonly Waiver[] {
    return this.waivers.filter((waiver) => this.isOver(waiver));
  }

  /** Waivers that still hold, and that nothing was found for. */
  get unused(): readonly Waiver[] {
    return this.waivers.filter((waiver) => !this.used.has(waiver) && !this.isOver(waiver));
  }

  /** Waivers that still hold, and that something was found for. */
  get needed(): readonly Waiver[] {
    return this.waivers.filter((waiver) => this.used.has(waiver) && !this.isOver(waiver));
  }

  private isOver({ until }: Waiver): boolean {
    return until === undefined || until <= this.now;
  }
}

function covers({ path }: Waiver, at: string): boolean {
  return at === path || at.startsWith(`${path}/`);
}
