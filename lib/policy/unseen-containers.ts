import type { PlannedResource } from './resource.js';
import type { Unseen } from './shape/pod-search.js';

/** Why something that may run containers was not looked into. */
export type UnseenReason = Unseen | 'rendered';

/** What may run containers that no policy has seen, by the reason. */
export class UnseenContainers {
  private readonly byReason = new Map<UnseenReason, Set<string>>();

  note(reason: UnseenReason, { address }: Pick<PlannedResource, 'address'>): void {
    const known = this.byReason.get(reason);
    if (known === undefined) this.byReason.set(reason, new Set([address]));
    else known.add(address);
  }

  /** Addresses by reason, each once. */
  get all(): ReadonlyMap<UnseenReason, ReadonlySet<string>> {
    return this.byReason;
  }
}
