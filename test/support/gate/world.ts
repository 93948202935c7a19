import type { GateContext } from '../../../lib/gate/context.js';
import { reviewPlans } from '../../../lib/gate/review-plans.js';
import type { Reason, Review } from '../../../lib/review/review.js';
import { contextAt, planOf } from '../plans.js';
import { FLOOR, Ledger } from './ledger.js';
import {
  apply,
  at,
  type Config,
  type ModelPlan,
  NOTHING,
  NOW,
  plan,
  planJson,
  type State,
} from './terraform.js';

/** When every model begins, in seconds. */
export const START = Date.parse('2026-03-01T00:00:00Z') / 1000;

/** What a step came to. */
export interface Outcome {
  readonly passed: boolean;
  readonly review: Review;
  /** What has stopped it. */
  readonly stops: Review['why'];
  readonly plan: ModelPlan;
}

/** Plans that were judged, and states that plans which passed have led to. */
export interface Tally {
  plans: number;
  states: number;
}

/** Which reasons a gate is made not to know. */
export type Deaf = (reason: Pick<Reason, 'code' | 'message'>) => boolean;

const HEARS: Deaf = () => false;

/** A change as its author hands it in. */
export interface Proposal {
  readonly config: Config;
  /** Whether an approver has reviewed it. Nobody reviews what is hostile. */
  readonly isReviewed?: boolean;
  /** What an approver has truly approved to be deleted at once: a target and its root's id. */
  readonly approved?: { readonly target: string; readonly uid: string };
}

/** A repository under review, its state, and a ledger of what was promised to each object. */
export class World {
  state: State = new Map();
  config: Config = NOTHING;
  time = START;
  readonly ledger = new Ledger();
  /** How much this world, and those that were copied from it, have gone through. */
  tally: Tally = { plans: 0, states: 0 };
  private made = 0;

  /** @param rules - what the gate is told otherwise than in every world */
  constructor(
    public rules: Partial<GateContext> = {},
    private readonly deaf: Deaf = HEARS,
  ) {}

  /** Another world that has come to the same point. */
  copy(deaf = this.deaf): World {
    const other = new World(this.rules, deaf);
    other.state = this.state;
    other.config = this.config;
    other.time = this.time;
    other.made = this.made;
    other.tally = this.tally;
    other.ledger.take(this.ledger);
    return other;
  }

  /** Whether something was promised to what is at an address. */
  isPromised(address: string): boolean {
    const { id } = this.state.get(address) ?? this.state.get(`${address}[0]`) ?? { id: '' };
    return this.ledger.hasPromised(id);
  }

  /** Takes over a real state, whose ids are an engine's. */
  adopt(state: State): void {
    const ids = new Map([...this.state].map(([address, { id }]) => [id, state.get(address)?.id]));
    this.ledger.rename((id) => ids.get(id) ?? id);
    this.state = state;
  }

  /** Its records leave the state, as when it was lost and objects were found again. */
  loseRecords(): void {
    const objects = [...this.state].filter(([, { input }]) => input?.['kind'] === undefined);
    this.state = new Map(objects);
    this.ledger.hasLost = true;
  }

  /** Plans a change, has the gate review it, and applies it if it passes. */
  async propose(proposal: Proposal): Promise<Outcome> {
    const proposed = plan(this.state, proposal.config, this.time);
    const review = await this.review(proposed, proposal.isReviewed === true);
    this.tally.plans += 1;
    const stops = review.why.filter((reason) => !this.deaf(reason));
    if (stops.length > 0) return { passed: false, review, stops, plan: proposed };
    this.settle(proposal, proposed);
    return { passed: true, review, stops, plan: proposed };
  }

  /** Applies what passed. */
  settle(proposal: Proposal, proposed: ModelPlan, state?: State): void {
    const before = this.state;
    this.tally.states += 1;
    this.state = state ?? apply(proposed, () => this.id());
    this.ledger.note(before, this.state, proposed, proposal);
    this.config = settled(proposal.config, proposed.time);
  }

  private async review(proposed: ModelPlan, isReviewed: boolean): Promise<Review> {
    const now = new Date(proposed.time * 1000);
    const context = contextAt(now, {
      approvals: isReviewed ? [{ by: 'bob' }] : [],
      floor: () => ({ seconds: FLOOR, text: `${FLOOR}s` }),
      ...this.rules,
    });
    return reviewPlans([await planOf(planJson(proposed))], context);
  }

  private id(): string {
    this.made += 1;
    return `id-${this.made}`;
  }
}

/** The configuration as it is afterwards: frozen records keep their time, moves are done. */
function settled({ blocks }: Config, time: number): Config {
  const kept = [...blocks].map(([base, block]) => {
    const isTimed = JSON.stringify(block.input).includes(NOW);
    const { unknown: _once, ...rest } = block;
    return [base, isTimed ? { ...rest, input: at(block, time) } : rest] as const;
  });
  return { ...NOTHING, blocks: new Map(kept) };
}
