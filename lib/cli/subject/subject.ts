import { type DeletionTarget, formatTarget, isItemTarget } from '../../model/deletion-target.js';
import { KINDS } from '../../model/kinds.js';
import { misuse } from '../terminal/io.js';

/** What a group of commands is about, as Code Engine calls it. */
export type Subject = 'project' | 'secret' | 'registry' | 'configmap' | 'job';

/** The same for people. */
export const NOUN: Readonly<Record<Subject, string>> = {
  project: 'project',
  secret: 'secret',
  registry: 'registry secret',
  configmap: 'config map',
  job: 'job',
};

/** How one of several is meant: by name or by id. */
export interface Selection {
  readonly name?: string;
  /** `--id` or `--guid`: the uid of its root object, or the reclamation's id. */
  readonly guid?: string;
  readonly stack?: string;
  /** The project that an item is in. */
  readonly project?: string;
}

/** The name, given as an argument or with --name; undefined where an id is given instead. */
export function nameIn(argument: string | undefined, selection: Selection): string | undefined {
  const name = argument ?? selection.name;
  const given = [argument, selection.name, selection.guid].filter((each) => each !== undefined);
  if (given.length === 1) return name;
  return misuse({
    code: 'cli/selection',
    message:
      given.length === 0 ? 'It is not said which one is meant.' : 'Several are named at once.',
    remedy: 'Say either --name NAME or --id ID.',
  });
}

/** A target, and whether what it belongs to is a project. */
export interface Meant extends DeletionTarget {
  /** @default true */
  readonly isProject?: boolean;
}

/** Whether a target is of a subject, and has a name as the command line may give it. */
export function isMeant(
  subject: Subject,
  target: Meant,
  name: string,
  project: string | undefined,
): boolean {
  if (!isOf(subject, target)) return false;
  const { item } = target;
  if (item === undefined) return target.project === name;
  if (project !== undefined && target.project !== project) return false;
  return (
    [item.name, `${target.project}/${item.name}`].includes(name) || formatTarget(target) === name
  );
}

/** Whether a target is a project, or an item of one of the subject's kinds. */
export function isOf(subject: Subject, target: Meant): boolean {
  if (target.item === undefined) return subject === 'project' && target.isProject !== false;
  if (!isItemTarget(target)) return false;
  const { kind } = target.item;
  if (subject === 'registry') return kind === 'registry-secrets';
  return KINDS[kind].commands === subject;
}
