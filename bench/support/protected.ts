import { guardInput } from '../../lib/state/clock.js';
import { type PlannedObject, type PlanSize, writePlan } from './plan.js';

/**
 * Writes a plan that deletes protected objects and leaves their guards: every one of them is blocked,
 * and belongs together with many others. Same size, same bytes.
 */
export function writeProtectedPlan(path: string, deletions: number, members = 1000): void {
  const guards = Math.ceil(deletions / members);
  const resource = (index: number) =>
    index < deletions
      ? member(index, members)
      : guard((index - deletions) * members, deletions, members);
  const size: PlanSize = { resources: deletions + guards, deleted: deletions, resource };
  writePlan(path, size);
}

function member(index: number, members: number): PlannedObject {
  const project = projectOf(index, members);
  const metadata = [{ name: `settings-${index}`, namespace: project }];
  return {
    type: 'kubernetes_config_map_v1',
    name: nameOf(index, project),
    values: { id: `${project}/settings-${index}`, metadata, data: {} },
  };
}

function guard(first: number, deletions: number, most: number): PlannedObject {
  const project = projectOf(first, most);
  const members = Array.from({ length: Math.min(most, deletions - first) }, (_, at) => ({
    address: `kubernetes_config_map_v1.${nameOf(first + at, project)}`,
    target: project,
  }));
  const input = guardInput(project, '168h', members, { [project]: `terraform_data.${project}_t` });
  return {
    type: 'terraform_data',
    name: `${project}_guard`,
    values: { id: `guard-${first}`, input, output: input, triggers_replace: null },
    sensitive: {},
  };
}

function projectOf(index: number, members: number): string {
  return `team-${Math.floor(index / members)}`;
}

/** As long as the constructs make them. */
function nameOf(index: number, project: string): string {
  return `${project}_settings-${String(index).padStart(6, '0')}_5A1B2C3D`;
}
