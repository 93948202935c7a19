import { describe, expect, it } from 'vitest';
import { softDeletions, synthesizeApp } from '../support/app.js';
import { cluster, full, sandbox, TF } from '../support/declaring.js';

describe('the targets', () => {
  it('declare a credential on a cluster as ephemeral, checked, and without asking', () => {
    const { variable, resource } = synthesizeApp((app) => full(cluster(app))).json(TF);
    expect(variable).toMatchObject({
      token: { default: null, ephemeral: true, sensitive: true, validation: [{}] },
    });
    expect(JSON.stringify(resource)).toContain('"data_wo_revision":1');
  });

  it('leave the check out while the secret is soft-deleted', () => {
    const deletions = softDeletions('billing');
    const { variable } = synthesizeApp((app) => full(cluster(app)), { deletions }).json(TF);
    expect(variable?.['token']).not.toHaveProperty('validation');
  });

  it('know no credential on the sandbox', () => {
    const json = synthesizeApp((app) => full(sandbox(app))).json(TF);
    expect(json).not.toHaveProperty('variable');
    expect(json).not.toHaveProperty('provider');
    expect(JSON.stringify(json)).not.toMatch(/var\.|data_wo|docker\.io\/v1/);
  });
});
