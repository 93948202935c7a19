import type { Act } from './act.js';
import { Helm, helmActs } from './helm.js';
import { SECRETS } from './secrets.js';
import { BACKUPS, DEPLOYMENTS, TOOLS } from './tools.js';
import { WORKLOADS } from './workloads.js';

/** Where one was not built, both are left out. */
const FOUND = ['4.3.1', '3.22.0'].map((version) => Helm.find(version));
export const HELMS = FOUND.flatMap((helm) => helm ?? []);
export const hasHelms = HELMS.length === FOUND.length;

/** The rotation of the root certificate restarts the controllers, so it comes last. */
const isLast = ({ act }: Act) => act.startsWith('CA rotation');

const EACH: readonly Act[] = [
  ...WORKLOADS,
  ...helmActs(HELMS),
  ...TOOLS,
  ...BACKUPS,
  ...DEPLOYMENTS,
  ...SECRETS,
];

export const ALL: readonly Act[] = [
  ...EACH.filter((act) => !isLast(act)),
  ...EACH.filter((act) => isLast(act)),
];
