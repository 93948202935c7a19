import { DataKubernetesServerVersion } from '@cdktf/provider-kubernetes/lib/data-kubernetes-server-version/index.js';
import { Manifest } from '@cdktf/provider-kubernetes/lib/manifest/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { APPLIED_FIRST, admissionPolicies } from '../cluster/admission-policies.js';
import { anchorManifests } from '../cluster/anchor.js';
import type { Manifest as ClusterManifest } from '../cluster/manifest.js';
import { clusterRules } from '../cluster/rules.js';
import { OLDEST_MINOR } from '../cluster/version.js';
import { literal, template } from '../state/expression.js';
import { rememberSource } from './call-site.js';
import { isStackContext } from './context.js';
import { projectFilesOf } from './project-files.js';
import { report } from './report.js';

/** For which stacks a cluster enforces the period. */
export interface AdmissionPoliciesProps {
  /**
   * The stacks that are deployed to this cluster: the shortest floor and the oldest plan among them
   * count. @default - the periods in reprieve.yaml that hold for every stack without its own
   */
  readonly stacks?: readonly string[];
}

/**
 * The admission policies that keep deletions from coming early in the cluster itself, made from
 * reprieve.yaml. They belong into a stack of the platform team's own: who deploys a project should
 * not be able to change what protects it. Any stack with a Kubernetes provider will do.
 *
 * The anchor of their clock comes with them. Don't take this construct out of the code as long as the
 * cluster is to be protected: a stack that is destroyed is refused, code that is gone is not, and
 * what Terraform then destroys stops the policies' clock until the API servers are restarted.
 *
 * The provider looks at the API server while it plans, so that has to be there; below Kubernetes
 * 1.30 the plan fails and says so.
 *
 * @example
 * const platform = new ReprieveStack(app, 'platform', {
 *   target: Target.kubernetes({ configPath: '~/.kube/config' }),
 * });
 * new AdmissionPolicies(platform, 'admission', { stacks: ['production'] });
 */
export class AdmissionPolicies extends Construct {
  constructor(scope: Construct, id: string, { stacks = [] }: AdmissionPoliciesProps = {}) {
    super(scope, id);
    rememberSource(this);
    if (this.node.scopes.some((each) => isStackContext(each) && each.target.name === 'sandbox')) {
      report(this, SANDBOX);
      return;
    }
    const { value: rules, problems } = clusterRules(projectFilesOf(this).settings, stacks);
    report(this, ...problems);
    if (rules === undefined) return;
    const before: ITerraformDependable[] = [serverVersion(this)];
    // First, and so the last to go: what is destroyed takes the clock along only after the policies.
    before.push(...anchorManifests(rules).map((each) => this.declare(each, before)));
    const manifests = admissionPolicies(rules);
    const isFirst = ({ metadata }: ClusterManifest) => APPLIED_FIRST.includes(metadata.name);
    before.push(...manifests.filter(isFirst).map((each) => this.declare(each, before)));
    for (const each of manifests.filter((it) => !isFirst(it))) this.declare(each, before);
  }

  private declare(manifest: ClusterManifest, before: readonly ITerraformDependable[]): Manifest {
    const resource = new Manifest(this, `${manifest.kind}-${manifest.metadata.name}`, {
      manifest: literal({ ...manifest }),
      dependsOn: [...before],
    });
    resource.addOverride('lifecycle.prevent_destroy', true);
    return resource;
  }
}

const SANDBOX = {
  code: 'admission/sandbox',
  message: 'A sandbox has no API server that could enforce admission policies.',
  remedy: 'Declare them in a stack of their own, with the Kubernetes provider.',
} as const;

/** Read while planning, before the policies' own kinds are looked up. */
function serverVersion(scope: Construct): DataKubernetesServerVersion {
  const server = new DataKubernetesServerVersion(scope, 'server-version', {});
  server.addOverride('lifecycle.postcondition', [
    {
      condition: template(
        `tonumber(self.major) > 1 || tonumber(regex("^[0-9]+", self.minor)) >= ${OLDEST_MINOR}`,
      ),
      error_message: `Kubernetes \${self.version} can't enforce these policies: that takes 1.${OLDEST_MINOR} or newer. Upgrade the cluster; until then the period is enforced in Terraform's plans only.`,
    },
  ]);
  return server;
}
