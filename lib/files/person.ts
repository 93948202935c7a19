/** Someone who may approve a hard deletion. */
export interface Approver {
  /** As `by` in an approval names them, usually an e-mail address. */
  readonly id: string;
  /** The name under which the cluster's API server knows them. */
  readonly kubernetesUser?: string;
  /** Their account at the forge where changes are reviewed. */
  readonly github?: string;
}

/**
 * Two spellings of the same person have the same key: upper and lower case, spaces around, and
 * the several ways in which Unicode can write a letter make no difference.
 *
 * @see https://www.unicode.org/reports/tr15/
 */
export function personKey(name: string): string {
  const folded = name.normalize('NFKC').toUpperCase().toLowerCase();
  return folded.normalize('NFKC').trim();
}

/** Whether two names are the same person's. */
export function isSamePerson(a: string, b: string): boolean {
  return personKey(a) === personKey(b);
}

/** The names that an approver goes by. */
export function namesOf(approver: Approver): readonly string[] {
  return [approver.id, approver.kubernetesUser, approver.github].filter(
    (name) => name !== undefined,
  );
}

/** The approver with this id. Other names than the id don't count in an approval. */
export function findApprover(approvers: readonly Approver[], name: string): Approver | undefined {
  return approvers.find((approver) => isSamePerson(approver.id, name));
}

/** Whether an account at the forge is an approver's. Without an account in reprieve.yaml none is. */
export function hasAccount({ github }: Approver, account: string): boolean {
  return github !== undefined && isSamePerson(github, account);
}

/** Whether an approver is the person of that name, by any of the names known of them. */
export function goesBy(approver: Approver, name: string): boolean {
  return namesOf(approver).some((own) => isSamePerson(own, name));
}

/** Whether somebody approves what they asked for themselves, under whatever name of theirs. */
export function isSelfApproval(
  by: string,
  requestedBy: string,
  approvers: readonly Approver[],
): boolean {
  const own = approvers.filter(({ id }) => isSamePerson(id, by));
  return isSamePerson(by, requestedBy) || own.some((each) => goesBy(each, requestedBy));
}

/** Those who can approve what this person asked for: every approver but themselves. */
export function approversOf(
  requestedBy: string,
  approvers: readonly Approver[],
): readonly Approver[] {
  return approvers.filter((approver) => !goesBy(approver, requestedBy));
}
