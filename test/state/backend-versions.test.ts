import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { noneKept, removeCommand, versionsCommand } from '../../lib/state/backend-versions.js';

it.each([
  [
    's3',
    { bucket: 'b', key: 'k/s', region: 'eu-west-1', endpoints: { s3: 'https://s3.corp' } },
    'aws s3api list-object-versions --bucket b --prefix k/s --region eu-west-1 --endpoint-url https://s3.corp',
  ],
  ['gcs', { bucket: 'b', prefix: 'p' }, 'gcloud storage ls --all-versions gs://b/p'],
  [
    'azurerm',
    { storage_account_name: 'a', container_name: 'c', key: 'k' },
    'az storage blob list --account-name a --container-name c --prefix k --include vs',
  ],
  [
    'cloud',
    { organization: 'acme', workspaces: { name: 'prod' } },
    "curl --get --oauth2-bearer TOKEN https://app.terraform.io/api/v2/state-versions --data-urlencode 'filter[organization][name]=acme' --data-urlencode 'filter[workspace][name]=prod'",
  ],
  ['s3', { bucket: '${var.b}', key: 'k' }, undefined],
  ['http', {}, undefined],
  ['constructor', {}, undefined],
])('%s: how its owner lists versions', (backend, settings, command) => {
  expect(versionsCommand({ name: backend, settings })).toBe(command);
});

it('names the workspace’s own state', () => {
  expect(versionsCommand({ name: 's3', settings: { bucket: 'b', key: 'k' } }, 'blue')).toContain(
    '--prefix env:/blue/k',
  );
  const settings = { organization: 'acme', workspaces: { prefix: 'app-' }, hostname: 'tfe.corp' };
  const remote = { name: 'remote', settings };
  const command = versionsCommand(remote, 'blue');
  expect(command).toContain('https://tfe.corp/');
  expect(command).toContain('filter[workspace][name]=app-blue');
  expect(versionsCommand(remote)).toBeUndefined();
});

it.each(['pg', 'kubernetes', 'consul', 'inmem'])('%s keeps none, which is said', (backend) => {
  expect(noneKept(backend)).toContain(`\`${backend}\` keeps no older versions: `);
});

it.each(['s3', 'gcs', 'http', 'local', 'toString'])('%s may keep some', (backend) => {
  expect(noneKept(backend)).toBeUndefined();
});

it('gives a command that a shell takes as it is meant, whatever names there are', () => {
  const place = { bucket: 'states', region: 'eu-west-1', key: `-a b/$(rm -rf ~)/'x"\`;&|` };
  const id = "--profile='x;y";
  const command = removeCommand(place, id);
  const script = `aws() { printf '%s\\n' "$@"; }; ${command}`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n')).toEqual([
    ...['s3api', 'delete-object', '--bucket', 'states', `--key=${place.key}`],
    ...[`--version-id=${id}`, '--region', 'eu-west-1', ''],
  ]);
});
