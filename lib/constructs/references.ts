import type { IConstruct } from 'constructs';
import { isRecord } from '../base/guards.js';
import { quote, quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import type { ItemKind, ServiceAccount } from '../model/specification.js';

/** A project, as others refer to it. */
export interface IProject extends IConstruct {
  /** The project's name. */
  readonly name: string;
  /** The namespace's name in the cluster. */
  readonly namespaceName: string;
}

/** An item of a project: the construct that declares it, or what `fromName` returns. */
export interface IItem<K extends ItemKind = ItemKind> {
  /** What it is, as in a deletion's target. Tells one kind of reference from another. */
  readonly kind: K;
  /** The item's name in its project. */
  readonly name: string;
  /** The project that it is in. */
  readonly project: IProject;
}

/** A secret that job templates read. See `Secret` and `Secret.fromName`. */
export type ISecret = IItem<'secrets'>;

/** Access to an image registry. See `RegistrySecret` and `RegistrySecret.fromName`. */
export type IRegistrySecret = IItem<'registry-secrets'>;

/** Settings that are not secret. See `ConfigMap` and `ConfigMap.fromName`. */
export type IConfigMap = IItem<'config-maps'>;

/** A job template. See `JobTemplate` and `JobTemplate.fromName`. */
export type IJobTemplate = IItem<'job-templates'>;

/** One of a project's service accounts: see `Project.serviceAccount`. */
export interface IServiceAccount extends IGrantable {
  /** Code Engine's name of it. */
  readonly name: ServiceAccount;
  /** The project that it is in. */
  readonly project: IProject;
}

/** What can be granted something: a service account, or a job template that runs as one. */
export interface IGrantable {
  /** The account that gets the permission. */
  readonly grantee: IServiceAccount;
}

/** A reference to one of a project's service accounts. */
export function accountReference(name: ServiceAccount, project: IProject): IServiceAccount {
  return new AccountReference(name, project);
}

class AccountReference implements IServiceAccount {
  constructor(
    readonly name: ServiceAccount,
    readonly project: IProject,
  ) {}

  get grantee(): IServiceAccount {
    return this;
  }
}

const ELSEWHERE = Symbol.for('reprieve/elsewhere');

/** An item that something other than this app declares. */
export function elsewhere<K extends ItemKind>(kind: K, name: string, project: IProject): IItem<K> {
  const reference = { kind, name, project };
  Object.defineProperty(reference, ELSEWHERE, { value: true });
  return reference;
}

/** How people call the kinds. */
const NOUNS: Readonly<Record<ItemKind, string>> = {
  'registry-secrets': 'registry secret',
  secrets: 'secret',
  'config-maps': 'config map',
  'job-templates': 'job template',
};

/** An item that a template names, though its project need not have it. */
export interface Foreign {
  readonly kind: ItemKind;
  readonly name: string;
}

/** Turns references into names, and keeps what is wrong with them. */
export class References {
  readonly problems: Problem[] = [];
  /** Those that `fromName` made, and those that were reported. */
  readonly elsewhere: Foreign[] = [];

  constructor(private readonly project: IProject) {}

  /** The name of what is referred to; texts, and what has no shape at all, are left to the checks. */
  nameOf(field: string, reference: unknown, ...kinds: readonly ItemKind[]): unknown {
    if (!isRecord(reference)) return reference;
    const { kind, name } = reference;
    const known = kinds.find((each) => each === kind);
    const problem = this.faultOf(field, reference, kinds);
    if (problem !== undefined) this.problems.push(problem);
    // What was reported already isn't missing besides.
    const foreign = problem === undefined ? [] : kinds;
    const all = ELSEWHERE in reference && known !== undefined ? [known] : foreign;
    this.elsewhere.push(...all.map((each) => ({ kind: each, name: String(name) })));
    return name;
  }

  private faultOf(
    field: string,
    reference: Readonly<Record<string, unknown>>,
    kinds: readonly ItemKind[],
  ): Problem | undefined {
    const { kind, name, project } = reference;
    const isKnown = kinds.some((each) => each === kind);
    if (!isKnown || !isProject(project)) return wrongKind(field, reference, kinds);
    return project.node === this.project.node
      ? undefined
      : otherProject(field, String(name), project, this.project);
  }

  /** The name of a service account, which has to be one of the same project. */
  accountOf(account: IServiceAccount | ServiceAccount): ServiceAccount {
    if (typeof account !== 'object' || account === null) return account;
    const { name, project } = account;
    if (isProject(project) && project.node !== this.project.node) {
      this.problems.push(otherProject('serviceAccount', name, project, this.project));
    }
    return name;
  }
}

/** Whether a value is a project, of whatever copy of the library. */
export function isProject(value: unknown): value is IProject {
  return isRecord(value) && typeof value['namespaceName'] === 'string' && isRecord(value['node']);
}

function wrongKind(
  field: string,
  reference: Readonly<Record<string, unknown>>,
  kinds: readonly ItemKind[],
): Problem {
  const { kind, name } = reference;
  const noun = Object.entries(NOUNS).find(([each]) => each === kind)?.[1] ?? 'no item';
  const wanted = kinds.map((each) => NOUNS[each]).join(' or ');
  return {
    code: 'reference/kind',
    message: `\`${field}\` is ${noun === 'no item' ? 'no item of a project' : `the ${noun} ${quote(name)}`}, where a ${wanted} is needed.`,
    remedy: `Pass the construct of a ${wanted}, or its name.`,
  };
}

function otherProject(field: string, name: string, other: IProject, own: IProject): Problem {
  return {
    code: 'reference/other-project',
    message: `\`${field}\` is ${quote(name)} of the project ${quote(other.name)} (${quoteName(other.node.path)}), which ${quote(own.name)} can't see: a run would read a namesake of its own project, or fail.`,
    remedy: `Declare it in ${quote(own.name)} too, or move the job template to ${quote(other.name)}.`,
  };
}
