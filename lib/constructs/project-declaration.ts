import { DEFAULT_QUOTA } from '../model/limits.js';
import { checkNamespace, checkProjectName, namespaceFor } from '../model/names.js';
import { type Problem, Problems } from '../model/problem.js';
import { checkQuota } from '../model/project.js';
import type { QuotaSpec } from '../model/specification.js';
import { checkPeriod, stackSettings } from '../reclamation/settings.js';
import type { StackContext } from './context.js';
import { findTokens } from './tokens.js';

/** What can be said of a project. */
export interface ProjectProps {
  /** 1 to 128 characters: letters and digits of any script, space and `-._:`. @default - the id */
  readonly name?: string;
  /** The namespace's name. @default - the project's name, or a label made from it */
  readonly namespace?: string;
  /** Whether the namespace exists already and is taken over, by import. @default false */
  readonly adoptNamespace?: boolean;
  /** How long a deletion can be taken back, such as `7d`. @default - the stack's period */
  readonly reclamationPeriod?: string;
  /** @default - Code Engine's limits */
  readonly quota?: Partial<QuotaSpec>;
  /**
   * The construct's path before it was renamed or moved, such as `production/team/billing`: its
   * objects are kept. Can go once every stack was deployed with it.
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
  readonly planMaxAge: string;
  readonly quota: QuotaSpec;
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
      : problems.take(checkPeriod(stack.settings, stack.node.id, props.reclamationPeriod));
  const quota = problems.take(checkQuota(props.quota)) ?? DEFAULT_QUOTA;
  return {
    name,
    namespace: props.namespace ?? namespaceFor(name),
    adoptNamespace: props.adoptNamespace === true,
    period: (own ?? defaults.period).text,
    ...(own === undefined ? {} : { ownPeriod: own.text }),
    planMaxAge: defaults.planMaxAge.text,
    quota,
    problems: problems.all,
  };
}
