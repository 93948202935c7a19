import { closeSync, openSync, writeSync } from 'node:fs';

/** How large a plan is written, and what it holds. */
export interface PlanSize {
  readonly resources: number;
  /** How many of them the plan deletes. */
  readonly deleted: number;
  /** @default cronJob */
  readonly resource?: (index: number) => PlannedObject;
}

/** A resource of a plan that is written. Sizes and contents follow from its index alone. */
export interface PlannedObject {
  readonly type: string;
  readonly name: string;
  readonly values: unknown;
  /** What isn't known of it before the apply; where there is something, the plan changes it. */
  readonly unknown?: unknown;
  readonly sensitive?: unknown;
  /** Whether the plan makes it. @default false */
  readonly isNew?: boolean;
}

/** Writes a plan as Terraform would: most of it is what does not change. Same size, same bytes. */
export function writePlan(path: string, size: PlanSize): void {
  const { resources, deleted, resource: made = cronJob } = size;
  const file = openSync(path, 'w');
  const list = (each: (resource: PlannedObject, index: number) => string) => {
    let isFirst = true;
    for (let from = 0; from < resources; from += 500) {
      const to = Math.min(resources, from + 500);
      const parts = Array.from({ length: to - from }, (_, at) => each(made(from + at), from + at));
      const part = parts.filter((text) => text !== '').join(',');
      if (part === '') continue;
      writeSync(file, `${isFirst ? '' : ','}${part}`);
      isFirst = false;
    }
  };
  const state = (each: PlannedObject) => (each.isNew === true ? '' : planned(each));
  writeSync(
    file,
    '{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":[',
  );
  list(planned);
  writeSync(file, ']}},"resource_changes":[');
  list((each, index) => change(each, index < deleted));
  writeSync(
    file,
    '],"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"resources":[',
  );
  list(state);
  writeSync(file, ']}}},"configuration":{"root_module":{"resources":[');
  list(configuration);
  writeSync(
    file,
    ']}},"timestamp":"2026-01-01T00:00:00Z","applyable":true,"complete":true,"errored":false}\n',
  );
  closeSync(file);
}

function identity({ type, name }: PlannedObject): string {
  return `"address":"${type}.${name}","mode":"managed","type":"${type}","name":"${name}","provider_name":"registry.terraform.io/hashicorp/kubernetes"`;
}

const LABELS_ONLY = { metadata: [{ labels: {} }], spec: [{}] };

function planned(resource: PlannedObject): string {
  const { values, sensitive = LABELS_ONLY } = resource;
  return `{${identity(resource)},"schema_version":0,"values":${JSON.stringify(values)},"sensitive_values":${JSON.stringify(sensitive)}}`;
}

function change(resource: PlannedObject, isDeleted: boolean): string {
  const values = JSON.stringify(resource.values);
  const sensitive = JSON.stringify(resource.sensitive ?? { metadata: [{ labels: {} }] });
  const before = resource.isNew === true ? 'null' : values;
  const unknown = JSON.stringify(resource.unknown ?? {});
  return isDeleted
    ? `{${identity(resource)},"change":{"actions":["delete"],"before":${before},"after":null,"after_unknown":{},"before_sensitive":{},"after_sensitive":false},"action_reason":"delete_because_no_resource_config"}`
    : `{${identity(resource)},"change":{"actions":["${actionOf(resource)}"],"before":${before},"after":${values},"after_unknown":${unknown},"before_sensitive":${sensitive},"after_sensitive":${sensitive}}}`;
}

function actionOf({ isNew = false, unknown }: PlannedObject): string {
  if (isNew) return 'create';
  return unknown === undefined ? 'no-op' : 'update';
}

/** A job template as the constructs have it: a CronJob that never runs by itself. */
function cronJob(index: number): PlannedObject {
  const values = {
    id: `team-${index % 97}/job-${index}`,
    metadata: [
      {
        annotations: { 'example.org/owner': `team-${index % 97}@example.org` },
        generate_name: '',
        labels: { app: `job-${index}`, team: `team-${index % 97}` },
        name: `job-${index}`,
        namespace: `team-${index % 97}`,
        resource_version: String(100_000 + index),
        uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      },
    ],
    spec: [
      {
        concurrency_policy: 'Forbid',
        failed_jobs_history_limit: 1,
        schedule: '0 3 * * *',
        suspend: true,
        job_template: [
          {
            spec: [
              {
                backoff_limit: 3,
                template: [
                  {
                    spec: [
                      {
                        container: [
                          {
                            image: `registry.example/team-${index % 97}/job:${index % 13}.2`,
                            name: 'job',
                            env: [
                              { name: 'REGION', value: 'eu-de', value_from: [] },
                              { name: 'TEAM', value: `team-${index % 97}`, value_from: [] },
                            ],
                            resources: [{ limits: { cpu: '1', memory: '4G' } }],
                            security_context: [{ run_as_non_root: true }],
                          },
                        ],
                        restart_policy: 'Never',
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
  return { type: 'kubernetes_cron_job_v1', name: `job_${index}`, values };
}

function configuration(resource: PlannedObject): string {
  return `{${identity(resource)},"expressions":{"metadata":[{"name":{"constant_value":"${resource.name}"}}],"spec":[{"schedule":{"constant_value":"0 3 * * *"}}]}}`;
}
