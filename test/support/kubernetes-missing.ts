import { controlPlaneMissing } from './control-plane.js';

/** Why nothing can be deployed to a real control plane here, or undefined if it can. */
export function kubernetesMissing(): string | undefined {
  return controlPlaneMissing() ?? providerMissing();
}

/** The provider comes from a mirror, since tests don't download. */
function providerMissing(): string | undefined {
  return process.env['TF_CLI_CONFIG_FILE'] === undefined
    ? 'no provider mirror: name a Terraform CLI configuration with one in TF_CLI_CONFIG_FILE'
    : undefined;
}
