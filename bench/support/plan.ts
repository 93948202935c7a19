import { closeSync, openSync, writeSync } from 'node:fs';

/** How large a plan is written. */
export interface PlanSize {
  /** CronJobs in the plan, each about 4.3 kB of it in all. */
  readonly resources: number;
  /** How many of them the plan deletes. */
  readonly deleted: number;
}

/** Writes a plan as Terraform would: most of it is what does not change. Same size, same bytes. */
export function writePlan(path: string, { resources, deleted }: PlanSize): void {
  const file = openSync(path, 'w');
  const list = (each: (index: number) => string) => {
    for (let from = 0; from < resources; from += 500) {
      const to = Math.min(resources, from + 500);
      const part = Array.from({ length: to - from }, (_, at) => each(from + at)).join(',');
      writeSync(file, `${from === 0 ? '' : ','}${part}`);
    }
  };
  writeSync(
    file,
    '{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":[',
  );
  list(resource);
  writeSync(file, ']}},"resource_changes":[');
  list((index) => change(index, index < deleted));
  writeSync(
    file,
    '],"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"resources":[',
  );
  list(resource);
  writeSync(file, ']}}},"configuration":{"root_module":{"resources":[');
  list(configuration);
  writeSync(
    file,
    ']}},"timestamp":"2026-01-01T00:00:00Z","applyable":true,"complete":true,"errored":false}\n',
  );
  closeSync(file);
}

function identity(index: number): string {
  return `"address":"kubernetes_cron_job_v1.job_${index}","mode":"managed","type":"kubernetes_cron_job_v1","name":"job_${index}","provider_name":"registry.terraform.io/hashicorp/kubernetes"`;
}

function resource(index: number): string {
  return `{${identity(index)},"schema_version":0,"values":${values(index)},"sensitive_values":{"metadata":[{"labels":{}}],"spec":[{}]}}`;
}

function change(index: number, isDeleted: boolean): string {
  const before = values(index);
  return isDeleted
    ? `{${identity(index)},"change":{"actions":["delete"],"before":${before},"after":null,"after_unknown":{},"before_sensitive":{},"after_sensitive":false},"action_reason":"delete_because_no_resource_config"}`
    : `{${identity(index)},"change":{"actions":["no-op"],"before":${before},"after":${before},"after_unknown":{},"before_sensitive":{"metadata":[{"labels":{}}]},"after_sensitive":{"metadata":[{"labels":{}}]}}}`;
}

function values(index: number): string {
  return JSON.stringify({
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
  });
}

function configuration(index: number): string {
  return `{${identity(index)},"expressions":{"metadata":[{"name":{"constant_value":"job-${index}"}}],"spec":[{"schedule":{"constant_value":"0 3 * * *"}}]}}`;
}
