import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loginOf } from '../../lib/bucket/login.js';
import { bucketPlace } from '../../lib/bucket/place.js';

const SETTINGS = { bucket: 'states', key: 'app/prod.tfstate', region: 'eu-central-1' };
const place = (more: object = {}, env = {}, workspace = 'default') =>
  bucketPlace({ ...SETTINGS, ...more }, env, workspace);

it.each([
  [{}, {}, 'https://states.s3.eu-central-1.amazonaws.com/'],
  [{ use_path_style: true }, {}, 'https://s3.eu-central-1.amazonaws.com/states/'],
  [{ bucket: 'team.states' }, {}, 'https://s3.eu-central-1.amazonaws.com/team.states/'],
  [{ region: 'cn-north-1' }, {}, 'https://states.s3.cn-north-1.amazonaws.com.cn/'],
  [{ use_fips_endpoint: true }, {}, 'https://states.s3-fips.eu-central-1.amazonaws.com/'],
  [
    { use_dualstack_endpoint: true },
    { AWS_USE_FIPS_ENDPOINT: 'true' },
    'https://states.s3-fips.dualstack.eu-central-1.amazonaws.com/',
  ],
  [{ endpoints: { s3: 'https://minio.corp:9000/x/' } }, {}, 'https://states.minio.corp:9000/x/'],
  [
    { endpoint: 'minio.corp', force_path_style: true },
    { AWS_ENDPOINT_URL_S3: 'https://other' },
    'https://minio.corp/states/',
  ],
  [{ use_path_style: true }, { AWS_ENDPOINT_URL_S3: 'https://other' }, 'https://other/states/'],
  [{ endpoint: 'http://127.0.0.1:9000' }, {}, 'http://127.0.0.1:9000/states/'],
  [{ endpoint: 'http://[::1]:9000' }, {}, 'http://[::1]:9000/states/'],
  [{ endpoint: 'http://localhost:9000' }, {}, 'http://states.localhost:9000/'],
])('%o %o is asked at %s', (more, env, base) => {
  expect(place(more, env).base.href).toBe(base);
});

it('knows the object of a workspace', () => {
  expect(place({}, {}, 'blue').key).toBe('env:/blue/app/prod.tfstate');
  expect(place({ workspace_key_prefix: 'ws' }, {}, 'blue').key).toBe('ws/blue/app/prod.tfstate');
  expect(place({ workspace_key_prefix: 'ws' }).key).toBe('app/prod.tfstate');
});

it('takes the region of the environment where the backend has none', () => {
  expect(place({ region: undefined }, { AWS_DEFAULT_REGION: 'us-east-2' }).region).toBe(
    'us-east-2',
  );
});

it.each([
  [{ endpoint: 'http://minio.corp:9000' }, /only go over https/],
  [{ endpoint: 'http://169.254.169.254' }, /only go over https/],
  [{ endpoint: 'http://localhost.evil.org' }, /only go over https/],
  [{ endpoint: 'file:///etc/passwd' }, /only go over https/],
  [{ endpoint: 'https://u:p@minio.corp' }, /more than a host/],
  [{ endpoint: 'https://minio.corp?x=y' }, /more than a host/],
  [{ endpoint: 'https://[' }, /no address/],
  [{ key: 'a/../../other/key' }, /can’t ask/],
  [{ key: './a' }, /can’t ask/],
  [{ key: undefined }, /no `key`/],
  [{ bucket: '${var.bucket}' }, /no `bucket`/],
  [{ bucket: 'evil.org/x' }, /no name of a bucket/],
  [{ region: 'eu.evil.org/' }, /region/],
  [{ region: undefined }, /region/],
  [{ region: 'us-iso-east-1' }, /endpoints\.s3/],
])('%o is not asked', (more, why) => {
  expect(() => place(more)).toThrow(why);
});

const folder = mkdtempSync(join(tmpdir(), 'reprieve-login-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'credentials');
writeFileSync(
  file,
  `# mine
[default]
aws_access_key_id = D
aws_secret_access_key=canary-d
[ team ]
aws_access_key_id = T
aws_secret_access_key = canary-t
aws_session_token = token=with=signs
[role]
role_arn = arn:aws:iam::1:role/x
[broken]
aws_access_key_id = B
aws_secret_access_key = two words
`,
);
const KEYS = { AWS_ACCESS_KEY_ID: 'E', AWS_SECRET_ACCESS_KEY: 'canary-e' };
const FILE = { AWS_SHARED_CREDENTIALS_FILE: file };

it.each([
  ['the environment', {}, { ...KEYS, ...FILE, AWS_PROFILE: 'team' }, 'E'],
  ['a profile that the backend names', { profile: 'team' }, { ...KEYS, ...FILE }, 'T'],
  ['a profile of the environment', {}, { ...FILE, AWS_PROFILE: 'team' }, 'T'],
  ['the default profile', {}, FILE, 'D'],
  ['a file that the backend names', { shared_credentials_files: [file] }, {}, 'D'],
])('has the credentials of %s', (_, settings, env, id) => {
  expect(loginOf(settings, env).accessKeyId).toBe(id);
});

it('has a session’s token as it is', () => {
  expect(loginOf({ profile: 'team' }, FILE).sessionToken).toBe('token=with=signs');
  expect(loginOf({}, { ...KEYS, AWS_SESSION_TOKEN: 'st' }).sessionToken).toBe('st');
});

it.each([
  ['a role', { profile: 'role' }],
  ['no secret that fits in a header', { profile: 'broken' }],
  ['no such profile', { profile: 'other' }],
  ['no file', { shared_credentials_file: folder }],
])('has none of %s, and doesn’t say what it read', (_, settings) => {
  expect(() => loginOf(settings, FILE)).toThrow(
    /^There are no credentials for it\. Set [\w ,.-]+$/,
  );
});
