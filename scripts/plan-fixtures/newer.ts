import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../test/support/scratch.js';
import { Story } from './story.js';

const PROVIDER = 'registry.terraform.io/example/example/1.0.0/linux_amd64';

const data = (name: string, body: string) => `resource "terraform_data" "${name}" {\n${body}\n}\n`;
const triggered = (input: string) =>
  data(
    'a',
    `input = "${input}"\nlifecycle {\n action_trigger {\n events = [before_update]\n actions = [action.example_purge.all]\n }\n}`,
  );
const ACTION = [
  'terraform {\n required_providers {\n example = {\n source = "example/example"\n }\n }\n}',
  'action "example_purge" "all" {\n config {\n what = "everything"\n }\n}\n',
].join('\n');

/**
 * Plans that only Terraform 1.14 writes. No provider at hand has an action, so one is built here;
 * and changes are put off only by a build with experiments, which is built here, too.
 */
export function newerPlans(program: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'plan-newer-'));
  try {
    const plugin = join(folder, PROVIDER);
    mkdirSync(plugin, { recursive: true });
    const provider = join(plugin, 'terraform-provider-example_v1.0.0');
    go(join(ROOT, 'scripts/plan-fixtures/actions-provider'), '-o', provider, '.');
    actions(program, { TF_CLI_ARGS_init: `-plugin-dir=${folder}` });
    const experimental = join(folder, 'terraform');
    const flags = [
      '-X github.com/hashicorp/terraform/version.dev=no',
      '-X main.experimentsAllowed=yes',
    ].join(' ');
    const source = join(ROOT, 'test/engines/terraform-1.14.3');
    go(source, '-ldflags', `-s -w ${flags}`, '-o', experimental, 'github.com/hashicorp/terraform');
    deferred(experimental);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function actions(program: string, env: Readonly<Record<string, string>>): void {
  new Story(program, env)
    .write(triggered('1') + ACTION)
    .apply()
    .write(triggered('2') + ACTION)
    .plan('action-before-update', 'an action that an update sets off')
    .plan('action-invoked', 'an action asked for by -invoke', '-invoke=action.example_purge.all')
    .remove();
}

function deferred(program: string): void {
  const counted = (count: string) => data('b', `count = ${count}\ninput = "x"`);
  new Story(program)
    .write(data('a', 'triggers_replace = "1"') + counted('2'))
    .apply()
    .write(data('a', 'triggers_replace = "2"') + counted('terraform_data.a.id == "x" ? 2 : 1'))
    .plan('deferred-count', 'a count that is not known yet (-allow-deferral)', '-allow-deferral')
    .remove();
}

function go(folder: string, ...args: readonly string[]): void {
  execFileSync('go', ['build', '-trimpath', ...args], { cwd: folder, stdio: 'inherit' });
}
