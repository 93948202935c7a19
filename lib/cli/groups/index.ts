import type { Group } from './group.js';

/**
 * The top-level commands in the order of the help, each with what loads it: a command line loads
 * the one that it names.
 */
export const GROUPS: Readonly<Record<string, () => Promise<Group>>> = {
  init: async () => (await import('./init.js')).init,
  project: async () => (await import('./subjects.js')).project,
  secret: async () => (await import('./subjects.js')).secret,
  job: async () => (await import('./subjects.js')).job,
  plan: async () => (await import('./plan.js')).plan,
  deploy: async () => (await import('./deploy.js')).deploy,
  review: async () => (await import('./review.js')).review,
  github: async () => (await import('./review.js')).github,
  gitlab: async () => (await import('./review.js')).gitlab,
  validate: async () => (await import('./validate.js')).validate,
  policy: async () => (await import('./policy.js')).policy,
  reclamation: async () => (await import('./reclamation.js')).reclamation,
  cluster: async () => (await import('./cluster.js')).cluster,
  recover: async () => (await import('./recover.js')).recover,
  sandbox: async () => (await import('./sandbox.js')).sandbox,
  doctor: async () => (await import('./doctor.js')).doctor,
  completion: async () => (await import('./completion.js')).completion,
};
