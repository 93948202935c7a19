import { type Duration, durationOf } from '../base/duration.js';
import { type Checked, Problems } from '../base/problem.js';
import type { ClusterClock } from '../files/documents.js';
import type { StackPeriods } from '../files/periods.js';
import { type Settings, stackSettings } from '../files/settings.js';

/** What the admission policies of one cluster are made from. */
export interface ClusterRules {
  readonly clock: ClusterClock;
  /** The shortest period that an object may carry. */
  readonly floor: Duration;
  /**
   * By how much a deadline may lie nearer than its period: it counts from the plan, which may be
   * applied `planMaxAge` later, and as long again is left to retry an apply that failed.
   */
  readonly slack: Duration;
  /** The users that deploy. */
  readonly pipelines: readonly string[];
  /** The users that may approve a hard deletion. */
  readonly approvers: readonly string[];
  /** The users that may carry out a hard deletion. @default - whoever has the right to delete */
  readonly deleters?: readonly string[];
  /** The users that may put up what changes requests before the policies see them. @default - none */
  readonly admins?: readonly string[];
  /** The definitions of custom kinds that only admins may change. @default - none */
  readonly definitions?: readonly string[];
}

/**
 * The rules for a cluster that these stacks are deployed to; without any, those of the stacks that
 * have no periods of their own. Where stacks differ, the shortest floor and the oldest plan count.
 */
export function clusterRules(
  settings: Settings,
  stacks: readonly string[] = [],
): Checked<ClusterRules> {
  const problems = new Problems();
  const { clock, pipelines, deleters, admins, definitions } = settings.cluster;
  if (pipelines.length === 0) problems.add(NO_PIPELINE);
  const periods = stacks.map((stack) => stackSettings(settings, stack));
  const all: readonly StackPeriods[] = periods.length === 0 ? [settings.periods] : periods;
  const slack = 2 * Math.max(...all.map(({ planMaxAge }) => planMaxAge.seconds));
  return problems.result({
    clock,
    floor: durationOf(Math.min(...all.map(({ floor }) => floor.seconds))),
    slack: durationOf(slack),
    pipelines,
    deleters,
    admins,
    definitions,
    approvers: settings.approvers.flatMap(({ kubernetesUser }) => kubernetesUser ?? []),
  });
}

const NO_PIPELINE = {
  code: 'cluster/no-pipeline',
  message:
    'reprieve.yaml names nobody who deploys, so the cluster could not tell a new revision from tampering.',
  remedy:
    'Add the name under which the API server knows your pipeline (`kubectl auth whoami` prints it): cluster: { pipelines: ["system:serviceaccount:ci:deploy"] }',
} as const;
