import type { Verdict } from './verdict.js';

/** A policy's worst verdict about a resource. */
export interface Said {
  readonly policy: string;
  readonly address: string;
  readonly verdict: Verdict;
}

/** Two sure verdicts about the same resource that contradict each other. */
export interface Disagreement extends Said {
  readonly other: Verdict;
}

/** What policies said of every resource, kept where it is going to be compared. */
export class Verdicts {
  private readonly said = new Map<string, Said>();

  /** @param baseOf - an address without what a plan adds to it */
  constructor(private readonly baseOf: (address: string) => string) {}

  add(policy: string, address: string, verdict: Verdict): void {
    const key = `${policy} ${address}`;
    const worst = worse(this.said.get(key)?.verdict ?? 'pass', verdict);
    this.said.set(key, { policy, address, verdict: worst });
  }

  /** Where something sure is said here, and the opposite there; an index makes no difference. */
  against(others: Verdicts): readonly Disagreement[] {
    const known = others.sure();
    return [...this.sure()].flatMap(([key, said]) => {
      const other = known.get(key)?.verdict;
      return other === undefined || other === said.verdict ? [] : [{ ...said, other }];
    });
  }

  private sure(): ReadonlyMap<string, Said> {
    return new Map(
      [...this.said.values()]
        .filter(({ verdict }) => verdict !== 'undecided')
        .map((each) => [`${each.policy} ${this.baseOf(each.address)}`, each]),
    );
  }
}

function worse(a: Verdict, b: Verdict): Verdict {
  if (a === 'fail' || b === 'fail') return 'fail';
  return a === 'undecided' || b === 'undecided' ? 'undecided' : 'pass';
}
