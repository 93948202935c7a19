import { formatLock } from '../../lib/files/projects-lock.js';
import type { FileTexts } from '../../lib/files/user-files.js';
import {
  Credential,
  Project,
  type ProjectProps,
  RegistrySecret,
  type ReprieveApp,
  ReprieveStack,
  Target,
} from '../../lib/index.js';
import { type Json, type Result, synthesizeApp } from './app.js';

/** A credential for whatever needs one. */
export const TOKEN = Credential.fromVariable('token', { revision: 1 });

/** A stack on a cluster: it has everything that a sandbox leaves out. */
export function cluster(app: ReprieveApp, name = 'prod'): ReprieveStack {
  return new ReprieveStack(app, name, { target: Target.kubernetes() });
}

/** What became of one project's declaration. */
export interface Declared extends Result {
  /** The resources of a type, by id: `secret_v1` stands for `kubernetes_secret_v1`. */
  resources(type: string): { readonly [id: string]: Json };
  /** The only resource of a type whose id ends like this. */
  resource(type: string, ending?: string): Json;
}

/** Synthesizes an app with one project on a cluster. */
export function declaring(
  declare: (project: Project, stack: ReprieveStack) => void,
  texts: FileTexts = {},
  props: ProjectProps = {},
): Declared {
  const result = synthesizeApp((app) => {
    const stack = cluster(app);
    declare(new Project(stack, 'billing', props), stack);
  }, texts);
  return withResources(result);
}

/** The same for any app with the stack `prod`. */
export function withResources(result: Result): Declared {
  const resources = (type: string): { readonly [id: string]: Json } =>
    result.json('stacks/prod/cdk.tf.json')['resource']?.[`kubernetes_${type}`] ?? {};
  return {
    ...result,
    resources,
    resource: (type, ending = '') => {
      const found = Object.entries(resources(type)).filter(([id]) => id.includes(ending));
      const [entry, ...more] = found;
      if (entry !== undefined && more.length === 0) return entry[1];
      throw new Error(`${found.length} ${type} like ${ending}`);
    },
  };
}

/** The synthesized stack of these helpers. */
export const TF = 'stacks/prod/cdk.tf.json';

/** The same stack without a cluster. */
export function sandbox(app: ReprieveApp): ReprieveStack {
  return new ReprieveStack(app, 'prod', { target: Target.sandbox() });
}

/** A project with a registry secret and a job template. */
export function full(stack: ReprieveStack): Project {
  const billing = new Project(stack, 'billing');
  RegistrySecret.dockerHub(billing, 'hub', { username: 'x', password: TOKEN });
  billing.addJobTemplate('nightly', { image: 'example/x:1', imageSecret: 'hub' });
  return billing;
}

/** A stack's synthesis after an earlier one, whose lock it finds. */
export function afterwards(
  before: (stack: ReprieveStack) => void,
  after: (stack: ReprieveStack) => void,
  texts: FileTexts = {},
): Result {
  const { lock, problems } = synthesizeApp((app) => before(sandbox(app)));
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return synthesizeApp((app) => after(sandbox(app)), { lock: formatLock(lock), ...texts });
}
