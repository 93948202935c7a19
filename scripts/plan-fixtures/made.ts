import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, keep } from './story.js';

type Json = Record<string, unknown>;

/**
 * Plans that Terraform 1.11 and OpenTofu 1.12 can't write, edited from real ones after the
 * documentation of the format.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export function madePlans(): void {
  edited('made/deferred', 'block-removed', 'edited: the deletion was put off', (plan) => {
    const deletion = changesOf(plan).filter((each) => actionsOf(each).includes('delete'));
    plan['resource_changes'] = changesOf(plan).filter(
      (each) => !actionsOf(each).includes('delete'),
    );
    plan['deferred_changes'] = deletion.map((each) => ({
      reason: 'deferred_prereq',
      resource_change: each,
    }));
    plan['complete'] = false;
  });
  edited(
    'made/action',
    'block-removed',
    'edited: an action that a destruction sets off (Terraform 1.14)',
    (plan) => {
      plan['action_invocations'] = [
        {
          address: 'action.example_purge.all',
          type: 'example_purge',
          name: 'all',
          provider_name: 'registry.terraform.io/example/example',
          lifecycle_action_trigger: {
            triggering_resource_address: 'terraform_data.b',
            action_trigger_event: 'BeforeDestroy',
            action_trigger_block_index: 0,
            actions_list_index: 0,
          },
        },
      ];
    },
  );
  edited('made/deferred-action', 'made/action', 'edited: the same, put off', (plan) => {
    const invoked = plan['action_invocations'] as Json[];
    delete plan['action_invocations'];
    plan['deferred_action_invocations'] = invoked.map((each) => ({
      reason: 'instance_count_unknown',
      action_invocation: each,
    }));
  });
  edited(
    'made/create-then-forget',
    'replace',
    'edited: Terraform’s order of a replacement that lets go',
    (plan) => {
      for (const each of changesOf(plan)) {
        if (actionsOf(each).includes('delete'))
          (each['change'] as Json)['actions'] = ['create', 'forget'];
      }
    },
  );
  edited(
    'made/drift-lost',
    'live-no-change',
    'edited: an object of ours deleted outside of Terraform',
    (plan) => {
      const lost = changesOf(plan).find((each) => String(each['address']).includes('nightly'));
      if (lost === undefined) return;
      const change = lost['change'] as Json;
      plan['resource_drift'] = [
        { ...lost, change: { ...change, actions: ['delete'], after: null } },
      ];
      lost['change'] = { ...change, actions: ['create'], before: null };
      dropPrior(plan, String(lost['address']));
    },
  );
  edited('made/format-0.1', 'key-removed', 'edited: format 0.1, without newer fields', (plan) => {
    plan['format_version'] = '0.1';
    for (const field of ['timestamp', 'applyable', 'complete', 'errored']) delete plan[field];
  });
  edited('made/format-1.99', 'key-removed', 'edited: a minor version that nobody knows', (plan) => {
    plan['format_version'] = '1.99';
    plan['something_new'] = { of: ['no', 'interest'] };
  });
  edited('made/format-2.0', 'key-removed', 'edited: a major version that nobody knows', (plan) => {
    plan['format_version'] = '2.0';
  });
  edited('made/unknown-action', 'block-removed', 'edited: an action that nobody knows', (plan) => {
    for (const each of changesOf(plan)) {
      if (actionsOf(each).includes('delete')) (each['change'] as Json)['actions'] = ['evaporate'];
    }
  });
  edited(
    'made/unmarked',
    'reclaim-project',
    'edited: a reclaim of objects that no soft delete marked',
    (plan) => {
      const text = JSON.stringify(plan).replaceAll('"soft-deleted"', '"active"');
      Object.assign(plan, JSON.parse(text));
    },
  );
}

function edited(name: string, from: string, shows: string, edit: (plan: Json) => void): void {
  const plan: Json = JSON.parse(readFileSync(join(FOLDER, `${from}.json`), 'utf8'));
  edit(plan);
  keep(name, 'Terraform', shows, JSON.stringify(plan));
}

function changesOf(plan: Json): Json[] {
  return (plan['resource_changes'] as Json[] | undefined) ?? [];
}

function actionsOf(change: Json): readonly string[] {
  return (change['change'] as { actions: string[] }).actions;
}

function dropPrior(plan: Json, address: string): void {
  const state = plan['prior_state'] as { values: { root_module: { resources: Json[] } } };
  const root = state.values.root_module;
  root.resources = root.resources.filter((each) => each['address'] !== address);
}
