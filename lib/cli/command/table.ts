import type { Group } from './group.js';

/**
 * The top-level commands in the order of the help, each with what loads it: a command line loads
 * the one that it names.
 */
export const GROUPS: Readonly<Record<string, () => Promise<Group>>> = {
  init: async () => (await import('../init/group.js')).init,
  list: async () => (await import('../list/group.js')).list,
  project: async () => (await import('../subject/group.js')).project,
  secret: async () => (await import('../subject/group.js')).secret,
  registry: async () => (await import('../subject/group.js')).registry,
  configmap: async () => (await import('../subject/group.js')).configmap,
  job: async () => (await import('../subject/group.js')).job,
  jobrun: async () => (await import('../jobrun/group.js')).jobrun,
  image: async () => (await import('../image/group.js')).image,
  plan: async () => (await import('../plan/group.js')).plan,
  deploy: async () => (await import('../deploy/group.js')).deploy,
  review: async () => (await import('../review/group.js')).review,
  github: async () => (await import('../review/group.js')).github,
  gitlab: async () => (await import('../review/group.js')).gitlab,
  change: async () => (await import('../review/group.js')).change,
  validate: async () => (await import('../validate/group.js')).validate,
  policy: async () => (await import('../policy/group.js')).policy,
  reclamation: async () => (await import('../reclamation/group.js')).reclamation,
  resource: async () => (await import('../resource/group.js')).resource,
  lock: async () => (await import('../lock/group.js')).lock,
  cluster: async () => (await import('../cluster/group.js')).cluster,
  encryption: async () => (await import('../encryption/group.js')).encryption,
  data: async () => (await import('../data/group.js')).data,
  recover: async () => (await import('../recover/group.js')).recover,
  sandbox: async () => (await import('../sandbox/group.js')).sandbox,
  doctor: async () => (await import('../doctor/group.js')).doctor,
  completion: async () => (await import('../completion/group.js')).completion,
  version: async () => (await import('../version/group.js')).version,
};
