import { describe, expect, it } from 'vitest';
import { kubernetesFields } from '../../../scripts/fields/kubernetes.js';
import { terraformFields } from '../../../scripts/fields/terraform.js';
import { textOf } from '../../../scripts/fields/text.js';
import { ControlPlane } from '../../support/control-plane.js';
import { controlPlaneMissing, providerMissing } from '../../support/engines.js';
import { fieldText } from '../../support/fields.js';

const missing = controlPlaneMissing() ?? providerMissing();

describe.skipIf(missing !== undefined)('the fields of targets are what', () => {
  it('the provider says', () => {
    expect(textOf(terraformFields())).toBe(fieldText('terraform'));
  });

  it('the API server says', async () => {
    const plane = await ControlPlane.start();
    try {
      expect(textOf(await kubernetesFields(plane))).toBe(fieldText('kubernetes'));
    } finally {
      plane.stop();
    }
  }, 120_000);
});
