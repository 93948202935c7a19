import { guardInput } from '../../lib/state/clock.js';
import { type PlannedObject, type PlanSize, writePlan } from './plan.js';

/** How many objects each project of such a plan has. */
const MEMBERS = 1000;

/**
 * Writes a plan that deletes protected objects and leaves their guards: every one of them is blocked,
 * and goes with a thousand others. Same size, same bytes.
 */
export function writeProtectedPlan(path: string, deletions: number): void {
  const guards = Math.ceil(deletions / MEMBERS);
  const resource = (index: number) =>
    index < deletions ? member(index) : guard(index - deletions, deletions);
  const size: PlanSize = { resources: deletions + guards, deleted: deletions, resource };
  writePlan(path, size);
}

function member(index: number): PlannedObject {
  const metadata = [{ name: `settings-${index}`, namespace: projectOf(index) }];
  return {
    type: 'kubernetes_config_map_v1',
    name: nameOf(index),
    values: { id: `${projectOf(index)}/settings-${index}`, metadata, data: {} },
  };
}

function guard(index: number, deletions: number): PlannedObject {
  const first = index * MEMBERS;
  const project = projectOf(first);
  const members = Array.from({ length: Math.min(MEMBERS, deletions - first) }, (_, at) => ({
    address: `kubernetes_config_map_v1.${nameOf(first + at)}`,
    target: project,
  }));
  const input = guardInput(project, '168h', members, { [project]: `terraform_data.${project}_t` });
  return {
    type: 'terraform_data',
    name: `${project}_guard`,
    values: { id: `guard-${index}`, input, output: input, triggers_replace: null },
    sensitive: {},
  };
}

function projectOf(index: number): string {
  return `team-${Math.floor(index / MEMBERS)}`;
}

/** As long as the constructs make them. */
function nameOf(index: number): string {
  return `${projectOf(index)}_settings-${String(index).padStart(6, '0')}_5A1B2C3D`;
}
