import { quoteName } from '../base/inert.js';
import { type Approver, hasAccount, namesOf } from '../files/person.js';
import type { ForgeAnswer } from '../gate/context.js';

/** The approver to whom an account at the forge belongs. */
export function approverWithAccount(
  approvers: readonly Approver[],
  account: string,
): Approver | undefined {
  return approvers.find((approver) => hasAccount(approver, account));
}

/** Every name by which whoever has an account is known. */
export function namesFor(account: string, approvers: readonly Approver[]): readonly string[] {
  const own = approvers.filter((approver) => hasAccount(approver, account));
  return [account, ...own.flatMap(namesOf)];
}

/** Says why an approval does not count. */
export function discounted(by: string, why: string): string {
  return `The approval of ${quoteName(by)} does not count: ${why}.`;
}

/** All answers as one. */
export function together(answers: readonly ForgeAnswer[]): ForgeAnswer {
  return {
    approvals: answers.flatMap(({ approvals }) => approvals),
    notes: [...new Set(answers.flatMap(({ notes }) => notes))],
  };
}
