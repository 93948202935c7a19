import { ControlPlane } from '../../test/support/control-plane.js';
import { Story } from './story.js';

const PROVIDER = `terraform {
  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "2.38.0"
    }
  }
}
`;

const LABELS = (state: string) => `labels = {
      "reprieve.dev/protected" = "true"
      "reprieve.dev/state" = "${state}"
    }`;
const UNTIL = '2099-01-01T00:00:00Z';

/** A protected object, with the marks that it has live or soft-deleted. */
function metadata(name: string, isDeleted: boolean, namespace?: string): string {
  const deadline = isDeleted ? `"reprieve.dev/reclaim-after" = "${UNTIL}"` : '';
  return `metadata {
    name = "${name}"
    ${namespace === undefined ? '' : `namespace = "${namespace}"`}
    ${LABELS(isDeleted ? 'soft-deleted' : 'active')}
    annotations = {
      "reprieve.dev/period" = "168h"
      "reprieve.dev/project-name" = "billing"
      ${deadline}
    }
  }`;
}

const MEMBERS = ['namespace_v1', 'config_map_v1', 'secret_v1', 'cron_job_v1'].map(
  (type) => `kubernetes_${type}.billing`,
);

const record = (name: string, kind: string, rest: string) => `resource "terraform_data" "${name}" {
  input = { api_version = "reprieve/v1", kind = "${kind}", target = "billing", period = "168h", ${rest} }
  lifecycle { ignore_changes = [input] }
}
`;

function project(isDeleted: boolean): string {
  const members = MEMBERS.map((each) => `{ address = "${each}", target = "billing" }`).join(', ');
  return [
    record(
      'guard',
      'Guard',
      `members = [${members}], clocks = { billing = "terraform_data.tombstone" }`,
    ),
    isDeleted ? record('tombstone', 'Tombstone', 'deleted_at = plantimestamp()') : '',
    `resource "kubernetes_namespace_v1" "billing" {\n ${metadata('billing', isDeleted)}\n}\n`,
    `resource "kubernetes_config_map_v1" "billing" {\n ${metadata('limits', isDeleted, 'billing')}\n data = { rows = "10" }\n lifecycle { ignore_changes = [data] }\n}\n`,
    `resource "kubernetes_secret_v1" "billing" {\n ${metadata('login', isDeleted, 'billing')}\n data = { user = "a" }\n lifecycle { ignore_changes = [data] }\n}\n`,
    `resource "kubernetes_cron_job_v1" "billing" {
  ${metadata('nightly', isDeleted, 'billing')}
  spec {
    schedule = "0 0 * * *"
    suspend = true
    job_template {
      metadata {}
      spec {
        template {
          metadata {}
          spec {
            restart_policy = "Never"
            container {
              name = "main"
              image = "registry.example/team/report:1"
            }
          }
        }
      }
    }
  }
}
`,
  ].join('');
}

/** What writes into objects that it doesn't own. */
const WRITERS = `resource "kubernetes_config_map_v1_data" "x" {
  metadata {
    name = "limits"
    namespace = "billing"
  }
  data = { rows = "" }
  force = true
}
resource "kubernetes_secret_v1_data" "x" {
  metadata {
    name = "login"
    namespace = "billing"
  }
  data = { user = "" }
  force = true
}
resource "kubernetes_env" "x" {
  api_version = "batch/v1"
  kind = "CronJob"
  metadata {
    name = "nightly"
    namespace = "billing"
  }
  container = "main"
  env {
    name = "A"
    value = "b"
  }
  force = true
}
resource "kubernetes_manifest" "x" {
  manifest = {
    apiVersion = "v1"
    kind = "ConfigMap"
    metadata = { name = "limits", namespace = "billing" }
    data = { rows = "" }
  }
  field_manager { force_conflicts = true }
}
`;

const importing = (to: string, id: string) => `import {\n to = ${to}\n id = "${id}"\n}\n`;
const namespace = (name: string) =>
  `resource "kubernetes_namespace_v1" "${name}" {\n ${metadata('billing', false)}\n}\n`;
const bare = `resource "kubernetes_namespace_v1" "mine" {\n metadata {\n name = "billing"\n }\n lifecycle { ignore_changes = [metadata] }\n}\n`;
const hiding = `provider "kubernetes" {\n ignore_labels = ["^reprieve\\\\.dev/.*"]\n ignore_annotations = ["dev/project"]\n}\n`;

/** Plans of the Kubernetes provider, on a control plane of their own. */
export async function kubernetesPlans(newer: string | undefined): Promise<void> {
  const plane = await ControlPlane.start();
  try {
    const env = { KUBE_CONFIG_PATH: plane.kubeconfig };
    const home = new Story('terraform', env).write(PROVIDER + project(false)).apply();
    home
      .write(PROVIDER + project(false) + WRITERS)
      .plan('writes-into-live', 'resources that write into protected objects');
    const twice = importing('kubernetes_namespace_v1.again', 'billing') + namespace('again');
    home
      .write(PROVIDER + project(false) + twice)
      .plan('imported-twice', 'a protected namespace imported at a second address');
    elsewhere(env);
    if (newer !== undefined) identities(newer, env);
    home.write(PROVIDER + project(true)).apply();
    home
      .write(PROVIDER + project(true) + WRITERS)
      .plan('writes-into-deleted', 'resources that write into soft-deleted objects')
      .remove();
  } finally {
    plane.stop();
  }
}

function elsewhere(env: Readonly<Record<string, string>>): void {
  const take = importing('kubernetes_namespace_v1.mine', 'billing') + bare;
  new Story('terraform', env)
    .write(PROVIDER + take)
    .plan('imported-elsewhere', 'a protected namespace imported into another stack')
    .apply()
    .write(PROVIDER)
    .plan('imported-and-dropped', 'that namespace dropped there')
    .remove();
  new Story('terraform', env)
    .write(PROVIDER + hiding + take)
    .apply()
    .write(PROVIDER + hiding)
    .plan('marks-hidden', 'the same, with settings that hide our labels')
    .remove();
}

/** Terraform 1.12 and later tell objects by the provider's identity, too. */
function identities(program: string, env: Readonly<Record<string, string>>): void {
  const take = (name: string) => importing(`kubernetes_namespace_v1.${name}`, 'billing');
  new Story(program, env)
    .write(PROVIDER + take('one') + namespace('one'))
    .apply()
    .write(PROVIDER + namespace('one') + take('two') + namespace('two'))
    .plan('imported-twice-newer', 'a namespace imported twice, with identities')
    .remove();
}
