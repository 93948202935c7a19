import { isRecord } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { atMost, plainText, unknownProperties } from '../base/texts.js';
import { checkCredential } from './credential.js';
import { foreignFormat } from './not-covered.js';
import { dataKeyProblem, isDataKey } from './references.js';
import type { CredentialSpec, SecretSpec } from './specification.js';

/** A secret as a user declares it; the formats are the platform's. */
export type SecretProps =
  | { readonly format: 'generic'; readonly data: Readonly<Record<string, CredentialSpec>> }
  | { readonly format: 'basic_auth'; readonly username: string; readonly password: CredentialSpec }
  | { readonly format: 'ssh_auth'; readonly sshKey: CredentialSpec; readonly knownHosts?: string }
  | { readonly format: 'tls'; readonly certificate: string; readonly key: CredentialSpec }
  | {
      readonly format: 'hmac_auth';
      readonly accessKeyId: CredentialSpec;
      readonly secretAccessKey: CredentialSpec;
    };

type Format = SecretSpec['format'];

/** What each format consists of beside `format`. */
const FIELDS: { readonly [F in Format]: readonly string[] } = {
  generic: ['data'],
  basic_auth: ['username', 'password'],
  ssh_auth: ['sshKey', 'knownHosts'],
  tls: ['certificate', 'key'],
  hmac_auth: ['accessKeyId', 'secretAccessKey'],
};

const FORMATS = Object.keys(FIELDS);
const MAX_TEXT = 2 ** 18;

/** How private keys name themselves in PEM and in PuTTY's files. */
const PRIVATE = /PRIVATE KEY|PuTTY-User-Key-File|Private-Lines/i;

/**
 * Checks a secret of any format but a registry's.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-secret
 */
export function checkSecret(props: SecretProps): Checked<SecretSpec> {
  if (!isRecord(props) || !isFormat(props.format)) {
    const format = isRecord(props) ? props['format'] : undefined;
    return { problems: [foreignFormat(format) ?? wrongFormat(props)] };
  }
  const problems = new Problems();
  for (const problem of unknownProperties(props, ['format', ...FIELDS[props.format]])) {
    problems.add(problem);
  }
  const specification = checkContent(props, problems);
  return problems.result(specification);
}

function checkContent(props: SecretProps, problems: Problems): SecretSpec | undefined {
  const credential = (field: string, value: unknown) =>
    problems.take(checkCredential(value, field));
  switch (props.format) {
    case 'generic': {
      const data = problems.take(checkData(props.data));
      return data && { format: 'generic', data };
    }
    case 'basic_auth': {
      const username = problems.take(plainText('username', props.username, 256));
      const password = credential('password', props.password);
      return username === undefined || password === undefined
        ? undefined
        : { format: 'basic_auth', username, password };
    }
    case 'ssh_auth': {
      const sshKey = credential('sshKey', props.sshKey);
      const knownHosts =
        props.knownHosts === undefined
          ? undefined
          : problems.take(checkPublic('knownHosts', props.knownHosts));
      return sshKey && { format: 'ssh_auth', sshKey, ...(knownHosts && { knownHosts }) };
    }
    case 'tls': {
      const certificate = problems.take(checkCertificate(props.certificate));
      const key = credential('key', props.key);
      return certificate === undefined || key === undefined
        ? undefined
        : { format: 'tls', certificate, key };
    }
    case 'hmac_auth': {
      const accessKeyId = credential('accessKeyId', props.accessKeyId);
      const secretAccessKey = credential('secretAccessKey', props.secretAccessKey);
      return (
        accessKeyId && secretAccessKey && { format: 'hmac_auth', accessKeyId, secretAccessKey }
      );
    }
  }
}

function checkData(data: unknown): Checked<Readonly<Record<string, CredentialSpec>>> {
  if (!isRecord(data) || Object.keys(data).length === 0) {
    return {
      problems: [
        {
          code: 'secret/data',
          message: '`data` has no entries.',
          remedy: "Write { KEY: Credential.fromVariable('NAME', { revision: 1 }) }.",
        },
      ],
    };
  }
  const found = new Problems();
  const entries = Object.entries(data).map(([key, value]) => {
    if (!isDataKey(key)) found.add(dataKeyProblem('data', key));
    const field = isDataKey(key) ? `data.${key}` : 'data';
    return [key, found.take(checkCredential(value, field))] as const;
  });
  const problems = new Problems();
  problems.take({ problems: atMost(found.all) });
  return problems.result(
    Object.fromEntries(
      entries.filter((entry): entry is [string, CredentialSpec] => entry[1] !== undefined),
    ),
  );
}

/** A certificate or its chain: whatever else is in PEM, or not in PEM at all, may be the key. */
function checkCertificate(value: unknown): Checked<string> {
  const text = checkPublic('certificate', value);
  if (text.value === undefined) return text;
  const labels = [...text.value.matchAll(/-----BEGIN ([^-\n]*)-----/g)].map(([, label]) => label);
  if (labels.length > 0 && labels.every((label) => label === 'CERTIFICATE')) return text;
  return {
    problems: [
      {
        code: 'secret/certificate',
        message: '`certificate` is not a certificate in PEM.',
        remedy:
          'Write the text that begins with -----BEGIN CERTIFICATE-----, followed by those of the chain, and nothing else.',
      },
    ],
  };
}

/** Text that is public by its nature. A private key in it is refused and not repeated. */
function checkPublic(field: string, value: unknown): Checked<string> {
  if (typeof value === 'string' && PRIVATE.test(value)) {
    return {
      problems: [
        {
          code: 'secret/private-key',
          message: `\`${field}\` holds a private key.`,
          remedy: 'Leave the key to a Credential. If it was committed, replace it.',
        },
      ],
    };
  }
  return plainText(field, value, MAX_TEXT, { lines: true });
}

function isFormat(format: unknown): format is Format {
  return typeof format === 'string' && FORMATS.includes(format);
}

function wrongFormat(props: unknown): Problem {
  const format = isRecord(props) ? props['format'] : undefined;
  const hint = typeof format === 'string' ? didYouMean(format, FORMATS) : '';
  return {
    code: 'secret/format',
    message: `\`format\` ${quote(format)} is not a format of secrets.`,
    remedy: `Use one of ${FORMATS.join(', ')}; access to a registry is a RegistrySecret.${hint}`,
  };
}
