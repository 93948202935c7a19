import type { SchemaVerdict } from './json-schema/verdict.js';

/** Two sure verdicts of a policy about the same resource that contradict each other. */
export interface Disagreement {
  readonly policy: string;
  readonly address: string;
  readonly verdict: SchemaVerdict;
  readonly other: SchemaVerdict;
}

/** What policies said of every resource, kept where it is going to be compared. */
export class Verdicts {
  /** By policy, then by address. */
  private readonly said = new Map<string, Map<string, SchemaVerdict>>();

  /** @param baseOf - an address without what a plan adds to it */
  constructor(private readonly baseOf: (address: string) => string) {}

  add(policy: string, address: string, verdict: SchemaVerdict): void {
    const known = this.said.get(policy) ?? new Map<string, SchemaVerdict>();
    this.said.set(policy, known.set(address, worse(known.get(address) ?? 'pass', verdict)));
  }

  /** Where something sure is said here, and the opposite there; an index makes no difference. */
  against(others: Verdicts): readonly Disagreement[] {
    const bases = others.sure();
    return [...this.said].flatMap(([policy, said]) => {
      const known = bases.get(policy);
      if (known === undefined) return [];
      return [...said].flatMap(([address, verdict]) => {
        const other = known.get(this.baseOf(address));
        const isSure = verdict !== 'undecided' && other !== undefined;
        return isSure && other !== verdict ? [{ policy, address, verdict, other }] : [];
      });
    });
  }

  /** By policy, then by address without its index. */
  private sure(): ReadonlyMap<string, ReadonlyMap<string, SchemaVerdict>> {
    return new Map(
      [...this.said].map(([policy, said]) => {
        const sure = [...said].filter(([, verdict]) => verdict !== 'undecided');
        return [policy, new Map(sure.map(([address, verdict]) => [this.baseOf(address), verdict]))];
      }),
    );
  }
}

function worse(a: SchemaVerdict, b: SchemaVerdict): SchemaVerdict {
  if (a === 'fail' || b === 'fail') return 'fail';
  return a === 'undecided' || b === 'undecided' ? 'undecided' : 'pass';
}
