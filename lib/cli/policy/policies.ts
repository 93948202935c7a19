import { loadPolicies, type PolicyProject } from '../../validation/load-policies.js';
import { type Io, sayProblems } from '../terminal/io.js';

/** The policies that reprieve.yaml names. One that can't be used is told, and the others stay. */
export function usablePolicies(io: Io, project: PolicyProject): ReturnType<typeof loadPolicies> {
  const loaded = loadPolicies(project);
  if (loaded.problems.length > 0) sayProblems(io, loaded.problems);
  return loaded;
}
