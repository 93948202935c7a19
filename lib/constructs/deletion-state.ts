/** What becomes of a target. */
export interface DeletionState {
  /** Whether its deletion was requested. */
  readonly doomed: boolean;
  /** The expression of its deadline; only where it is doomed. */
  readonly deadline?: string;
}

/** One open deletion as the stack's `reclamations` output shows it. */
export interface ReclamationSummary {
  /** What is being deleted. */
  readonly target: string;
  /** The expression of its status, as Code Engine prints it. */
  readonly status: string;
  /** The expression of the time at which the deletion began. */
  readonly deletedAt: string;
  /** The expression of its deadline: recoverable until then. */
  readonly reclaimAfter: string;
  /** The addresses of what is deleted with it. */
  readonly members: readonly string[];
}
