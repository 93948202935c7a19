import type { ControlPlane } from './control-plane.js';
import { eventually } from './enforced.js';

/** What somebody else's policy says where it denies. */
export const DENIED = 'frozen for a test';

const apiVersion = 'admissionregistration.k8s.io/v1';
const metadata = { name: 'test-freeze' };

/** A policy that isn't ours and denies updates by the pipeline, of one kind in the core group. */
export class ForeignPolicy {
  /**
   * @param resource such as `secrets`
   * @param probe the path of an object of that kind
   */
  constructor(
    private readonly plane: ControlPlane,
    private readonly resource: string,
    private readonly probe: string,
  ) {}

  async deny(): Promise<void> {
    const rule = {
      apiGroups: [''],
      apiVersions: ['*'],
      operations: ['UPDATE'],
      resources: [this.resource],
    };
    const validation = { expression: "request.userInfo.username != 'deploy'", message: DENIED };
    const spec = { matchConstraints: { resourceRules: [rule] }, validations: [validation] };
    const binding = { policyName: metadata.name, validationActions: ['Deny'] };
    this.plane.apply([
      { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec },
      { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata, spec: binding },
    ]);
    await eventually(() => this.denies());
  }

  async remove(): Promise<void> {
    this.plane.kubectl('delete', 'validatingadmissionpolicybinding', metadata.name);
    await eventually(async () => !(await this.denies()));
  }

  private async denies(): Promise<boolean> {
    const body = { metadata: { annotations: {} } };
    const path = `${this.probe}?dryRun=All`;
    const { message } = await this.plane.ask(path, { method: 'PATCH', body, as: 'deploy' });
    return message.includes(DENIED);
  }
}
