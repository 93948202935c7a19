/**
 * What an object of a project says about itself in the cluster. Constructs write it, admission
 * policies and reviews read it.
 */
export const PROTECTED_LABEL = 'reprieve.dev/protected';
export const PROJECT_LABEL = 'reprieve.dev/project';
export const STATE_LABEL = 'reprieve.dev/state';
export const PERIOD_ANNOTATION = 'reprieve.dev/period';
export const DEADLINE_ANNOTATION = 'reprieve.dev/reclaim-after';
/** The project's own name, which need not be a label's value. */
export const PROJECT_NAME_ANNOTATION = 'reprieve.dev/project-name';
/** The job template's own name, where the CronJob's had to be shortened. */
export const TEMPLATE_NAME_ANNOTATION = 'reprieve.dev/job-template';
/** On a namespace: the stack that made it, so that no other takes it over. */
export const STACK_ANNOTATION = 'reprieve.dev/stack';
/**
 * On a secret: the revision of the content that it holds, written in one request with that content. It
 * is what the object has; a state can say more after a write that was refused.
 */
export const REVISION_ANNOTATION = 'reprieve.dev/data-revision';
/**
 * A second person's consent to a hard deletion, set with kubectl: `USER UID EXPIRES DEADLINE`, as in
 * `bob 5e7efd48-4f0c-4b8a-9a3f-3c1d0f4f9d11 2026-01-03T00:00:00Z live`. DEADLINE is the one that the
 * object carries, or `live`: where that has changed, the approval is void.
 */
export const APPROVAL_ANNOTATION = 'reprieve.dev/hard-delete-approved';
/**
 * An approver's consent to a shorter period, set with kubectl: `USER UID FROM TO`, as in
 * `bob 5e7efd48-4f0c-4b8a-9a3f-3c1d0f4f9d11 720h 168h`.
 */
export const SHORTER_PERIOD_ANNOTATION = 'reprieve.dev/shorter-period-approved';

/** What approvers write on an object in the cluster. The provider has to leave these alone. */
export const WRITTEN_BY_APPROVERS: readonly string[] = [
  APPROVAL_ANNOTATION,
  SHORTER_PERIOD_ANNOTATION,
];

/** The pattern by which the provider leaves them alone. */
export const WRITTEN_BY_APPROVERS_PATTERN = '^reprieve\\.dev/(hard-delete|shorter-period)-';
