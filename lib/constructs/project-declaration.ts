import { isRecord } from '../base/guards.js';
import { type Problem, Problems } from '../base/problem.js';
import { checkPeriod, stackSettings } from '../files/settings.js';
import { DEFAULT_QUOTA } from '../model/limits.js';
import { checkMetadata } from '../model/metadata.js';
import { checkNamespace, checkProjectName, namespaceFor } from '../model/names.js';
import { checkQuota } from '../model/project.js';
import type { MetadataSpec, QuotaSpec } from '../model/specification.js';
import type { StackContext } from './context.js';
import type { MetadataProps } from './item.js';
import { findTokens } from './tokens.js';
import { type Cpu, type Duration, plain, plainNumber, type Size } from './units.js';

/** What a project may hold at most. What is left out has Code Engine's limit. */
export interface QuotaProps {
  /** Job templates. @default 100 */
  readonly jobs?: number;
  /** Runs of jobs. @default 100 */
  readonly jobRuns?: number;
  /** Secrets of every kind. @default 100 */
  readonly secrets?: number;
  /** Config maps. @default 100 */
  readonly configMaps?: number;
  /** Applications. @default 40 */
  readonly apps?: number;
  /** Functions. @default 20 */
  readonly functions?: number;
  /** Instances that run at the same time. @default 250 */
  readonly instances?: number;
  /** vCPU of all instances together. @default 128 */
  readonly cpu?: number | Cpu;
  /** Memory of all instances together. @default '512G' */
  readonly memory?: string | Size;
  /** Ephemeral storage of all instances together. @default '512G' */
  readonly ephemeralStorage?: string | Size;
}

/**
 * What can be said of a project. Labels and annotations are those of its namespace, which enforces
 * Kubernetes' pod security standard `baseline` unless the label `pod-security.kubernetes.io/enforce`
 * says otherwise.
 */
export interface ProjectProps extends MetadataProps {
  /** 1 to 128 characters: letters and digits of any script, space and `-._:`. @default - the id */
  readonly name?: string;
  /** The namespace's name. @default - the project's name, or a label made from it */
  readonly namespace?: string;
  /** Whether the namespace exists already and is taken over, by import. @default false */
  readonly adoptNamespace?: boolean;
  /**
   * How long a deletion can be taken back, such as `7d` or `Duration.days(7)`.
   *
   * @default - the stack's period
   */
  readonly reclamationPeriod?: string | Duration;
  /** What the project may hold at most. @default - Code Engine's limits */
  readonly quota?: QuotaProps;
  /**
   * The construct's path before it was renamed or moved, such as `production/team/billing`: its
   * objects are kept. Can go once every stack was deployed with it.
   *
   * @default - it was not moved
   */
  readonly movedFrom?: string;
}

/** A project's properties with every default filled in; where one is wrong, its default. */
export interface ProjectDeclaration {
  readonly name: string;
  readonly namespace: string;
  readonly adoptNamespace: boolean;
  /** The period in force, in Terraform's units. */
  readonly period: string;
  /** The project's own period, where it has one. */
  readonly ownPeriod?: string;
  readonly quota: QuotaSpec;
  readonly metadata: MetadataSpec;
  readonly problems: readonly Problem[];
}

/** Checks a project's properties. */
export function resolveProject(
  stack: StackContext,
  id: string,
  props: ProjectProps,
): ProjectDeclaration {
  const problems = new Problems();
  for (const problem of findTokens(props)) problems.add(problem);
  const name = props.name ?? id;
  for (const problem of checkProjectName(name)) problems.add(problem);
  if (props.namespace !== undefined) {
    for (const problem of checkNamespace(props.namespace)) problems.add(problem);
  }
  const defaults = stackSettings(stack.settings, stack.node.id);
  const own =
    props.reclamationPeriod === undefined
      ? undefined
      : problems.take(checkPeriod(stack.settings, stack.node.id, plain(props.reclamationPeriod)));
  const quota = problems.take(checkQuota(plainQuota(props.quota))) ?? DEFAULT_QUOTA;
  const { labels, annotations } = props;
  const metadata = problems.take(
    checkMetadata({
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    }),
  );
  return {
    name,
    namespace: props.namespace ?? namespaceFor(name),
    adoptNamespace: props.adoptNamespace === true,
    period: (own ?? defaults.period).text,
    ...(own === undefined ? {} : { ownPeriod: own.text }),
    quota,
    metadata: metadata ?? {},
    problems: problems.all,
  };
}

function plainQuota(quota: QuotaProps | undefined): Partial<QuotaSpec> | undefined;
function plainQuota(quota: unknown): unknown {
  if (!isRecord(quota)) return quota;
  const entries = Object.entries(quota);
  return Object.fromEntries(entries.map(([key, value]) => [key, plainNumber(plain(value))]));
}
