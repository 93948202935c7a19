import type { ControlPlane } from './control-plane.js';
import { providerEnvironment } from './engines.js';
import { Scratch } from './scratch.js';

/** What is in the project of the tests, and never to be lost. */
export const PASSWORD = 'canary-Hb5tW1';

/** A project with an item of each kind. */
const PROJECT = `
const billing = new Project(stack, 'billing');
const token = Credential.fromVariable('token', { revision: 1 });
RegistrySecret.dockerHub(billing, 'dockerhub', { username: 'example', password: token });
billing.addSecret('db', { format: 'basic_auth', username: 'app', password: token });
billing.addConfigMap('settings', { data: { MODE: 'full' } });
billing.addJobTemplate('nightly', { image: 'example/report:2' });
`;

/** A user's stack on a cluster that enforces its periods. Terraform alone is run: it is faster. */
export class EnforcedStack extends Scratch {
  static readonly PROJECT = PROJECT;

  /** Another version of the provider than the one that `@cdktf/provider-kubernetes` asks for. */
  provider: string | undefined;

  /** What the projects are deployed with; otherwise the pipeline's own. */
  kubeconfig: string | undefined;

  /**
   * @param modules the packages to run on - by default this repository's own
   */
  constructor(
    readonly plane: ControlPlane,
    env: Readonly<Record<string, string>> = {},
    modules?: string,
  ) {
    super(
      { ...providerEnvironment(), TF_VAR_token: PASSWORD, ...env },
      undefined,
      modules === undefined ? 'JavaScript' : 'Package',
      modules,
    );
  }

  settings(period: string, planMaxAge: string): void {
    this.write(
      'reprieve.yaml',
      [
        'version: 1',
        `reclamation: { period: ${period}, floor: 10s, planMaxAge: ${planMaxAge} }`,
        'approvers: [{ id: bob@example.org, kubernetesUser: bob }]',
        'cluster: { pipelines: [deploy] }',
        '',
      ].join('\n'),
    );
  }

  /** The platform team's stack, with the policies, and what is deployed under them. */
  declareAll(body = PROJECT): void {
    this.declare(
      [
        `const platform = new ReprieveStack(app, 'platform', { target: Target.kubernetes({ configPath: '${this.plane.kubeconfig}' }) });`,
        "new AdmissionPolicies(platform, 'admission');",
        `const stack = new ReprieveStack(app, 'production', { target: Target.kubernetes({ configPath: '${this.kubeconfig ?? this.plane.kubeconfigOf('deploy')}' }) });`,
        ...(this.provider === undefined
          ? []
          : ['platform', 'stack'].map((name) => withProvider(name, this.provider ?? ''))),
        body,
      ]
        .join('\n')
        .replace(/^/gm, '  '),
    );
  }

  /** Synthesizes, and prepares a stack for Terraform. */
  prepare(stack: string): void {
    this.must(this.synth());
    this.must(this.init(stack));
  }

  override settle(stack = 'production', ...more: readonly string[]) {
    return super.settle(stack, ...more);
  }

  override apply(stack = 'production', ...more: readonly string[]) {
    return super.apply(stack, ...more);
  }

  override plan(stack = 'production', ...more: readonly string[]) {
    return super.plan(stack, ...more);
  }

  override requestDeletions(...requests: readonly Readonly<Record<string, unknown>>[]): void {
    super.requestDeletions(...requests.map((each) => ({ stack: 'production', ...each })));
  }

  restoreAll(): void {
    this.write('deletions.yaml', 'version: 1\ndeletions: []\n');
  }

  must<T extends { readonly code: number; readonly output: string }>(outcome: T): T {
    if (outcome.code !== 0) throw new Error(outcome.output);
    return outcome;
  }
}

/** Code for a main.ts: another version of the provider for a stack. */
export function withProvider(stack: string, version: string): string {
  return `${stack}.addOverride('terraform.required_providers.kubernetes.version', '${version}');`;
}
