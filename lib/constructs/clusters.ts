import { quote, quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { stackOf } from './context.js';
import type { IProject } from './references.js';

/** Whether two projects can reach each other: a sandbox is a cluster of its own. */
export function isSameCluster(one: IProject, other: IProject): boolean {
  const [first, second] = [stackOf(one), stackOf(other)];
  if (first.node === second.node) return true;
  return first.target.cluster !== undefined && first.target.cluster === second.target.cluster;
}

/** The problem of a project that is elsewhere. */
export function otherCluster({ name, node }: IProject): Problem {
  return {
    code: 'network/other-cluster',
    message: `The project ${quote(name)} (${quoteName(node.path)}) is in another cluster, so its pods have other addresses here.`,
    remedy: 'Let its addresses in: NetworkPeer.cidr(…).',
  };
}
