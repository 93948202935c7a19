import { memberOf } from '../base/guards.js';
import { Evaluation } from '../policy/evaluate.js';
import type { Policy } from '../policy/policy.js';
import type { PlannedResource } from '../policy/resource.js';
import type { Verdicts } from '../policy/verdicts.js';
import { withoutIndex } from '../state/address.js';
import { readRecord } from '../state/records.js';
import { type Declarations, declaredIn } from './declared/declared.js';

/** What is declared in a stack, before a plan has been seen. */
export type StackDeclarations = Omit<Declarations, 'deadlines'>;

/**
 * Policies held against a stack: its resources as they are handed in, and what the project's own
 * files declare in it. A deletion's deadline is known once a plan has shown its clock.
 */
export class StackEvaluation extends Evaluation {
  private readonly deadlines = new Map<string, Date>();
  private readonly listed = new Set<string>();
  private isDeclared = false;
  /** Of every resource that was seen, and of all that is declared: what a waiver's path may lead to. */
  readonly addresses = new Set<string>();
  readonly paths = new Set<string>();

  /** @param declarations - undefined where nothing is known of the stack */
  constructor(
    policies: readonly Policy[],
    private readonly declarations: StackDeclarations | undefined,
    verdicts?: Verdicts,
  ) {
    super(policies, verdicts);
  }

  override add(planned: PlannedResource): void {
    this.addresses.add(planned.address);
    this.noteRecord(planned);
    super.add(planned);
  }

  override settle(): void {
    this.declareAll();
    super.settle();
  }

  protected override isGuarded(address: string): boolean {
    return this.listed.has(withoutIndex(address));
  }

  private noteRecord({ type, values }: PlannedResource): void {
    if (type !== 'terraform_data') return;
    const record = readRecord(memberOf(values, 'input'));
    if (record?.kind === 'Tombstone') this.deadlines.set(record.target, record.reclaimAfter);
    if (record?.kind === 'Guard')
      for (const member of record.members) this.listed.add(member.address);
  }

  private declareAll(): void {
    if (this.isDeclared || this.declarations === undefined) return;
    this.isDeclared = true;
    const { deadlines } = this;
    for (const declared of declaredIn({ ...this.declarations, deadlines })) {
      this.paths.add(declared.path);
      this.declare(declared);
    }
  }
}
