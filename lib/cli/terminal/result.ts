import type { AppliedRequest } from '../deploy/apply-request.js';
import type { NeededApproval } from '../reclamation/hard-deletion.js';
import type { Io } from './io.js';
import { type DisplayOptions, deletionData, printData } from './output.js';

/** What was asked for, and what became of it. */
export interface Result {
  readonly action: 'delete' | 'restore';
  readonly located: { readonly stack: string; readonly target: string };
  readonly mode: 'soft' | 'hard';
  readonly done: AppliedRequest;
  readonly approval?: NeededApproval | undefined;
}

/** Prints a result, if it was asked for as data. */
export function printResult(io: Io, options: DisplayOptions, result: Result): void {
  if (options.output === undefined) return;
  const { action, located, mode, done, approval } = result;
  const deletion = done.resident?.deletion;
  const data = {
    action,
    stack: located.stack,
    target: located.target,
    mode,
    deployment: done.deployment,
    status: done.resident?.status ?? null,
    deletion: deletion === undefined ? null : deletionData(deletion),
    approval: approval ?? null,
  };
  printData(io, options, data, () => '');
}
