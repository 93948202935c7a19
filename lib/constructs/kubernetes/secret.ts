import type { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import type { SecretV1 } from '@cdktf/provider-kubernetes/lib/secret-v1/index.js';
import type { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { REVISION_ANNOTATION } from '../../model/marks.js';
import type {
  ConfigMapSpec,
  CredentialSpec,
  RegistrySecretSpec,
  SecretSpec,
} from '../../model/specification.js';
import { literal, template } from '../../state/expression.js';
import { credentialExpression, dockerConfigJson } from '../credential.js';
import { namespacedMetadata, type ObjectLabels } from './metadata.js';
import { CONFIG_MAP, SECRET } from './types.js';

/** What a secret consists of, by Kubernetes' names. Values are expressions or public text. */
interface Content {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
  readonly credentials: readonly CredentialSpec[];
}

/** A registry secret, readable by an image pull. */
export function renderRegistrySecret(
  scope: Construct,
  name: string,
  spec: RegistrySecretSpec,
  marks: ObjectLabels,
  namespace: TerraformResource,
): SecretV1 {
  const content = {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': dockerConfigJson(spec) },
    credentials: [spec.password],
  };
  return writeOnlySecret(scope, name, content, marks, namespace);
}

/** A secret of one of the other formats. */
export function renderSecret(
  scope: Construct,
  name: string,
  spec: SecretSpec,
  marks: ObjectLabels,
  namespace: TerraformResource,
): SecretV1 {
  return writeOnlySecret(scope, name, secretContent(spec), marks, namespace);
}

/** A config map; its data is not secret. */
export function renderConfigMap(
  scope: Construct,
  name: string,
  spec: ConfigMapSpec,
  marks: ObjectLabels,
  namespace: TerraformResource,
): ConfigMapV1 {
  return CONFIG_MAP.create(scope, 'config-map', {
    metadata: namespacedMetadata(name, marks),
    data: literal({ ...spec.data }),
    dependsOn: [namespace],
  });
}

/** The credentials that a secret is made of. */
export function credentialsOf(spec: SecretSpec): readonly CredentialSpec[] {
  return secretContent(spec).credentials;
}

/** @see https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
function secretContent(spec: SecretSpec): Content {
  switch (spec.format) {
    case 'basic_auth':
      return content(
        'kubernetes.io/basic-auth',
        { username: spec.username },
        { password: spec.password },
      );
    case 'ssh_auth':
      return content(
        'kubernetes.io/ssh-auth',
        spec.knownHosts === undefined ? {} : { known_hosts: spec.knownHosts },
        { 'ssh-privatekey': spec.sshKey },
      );
    case 'tls':
      return content('kubernetes.io/tls', { 'tls.crt': spec.certificate }, { 'tls.key': spec.key });
    case 'hmac_auth':
      return content(
        'Opaque',
        {},
        { access_key_id: spec.accessKeyId, secret_access_key: spec.secretAccessKey },
      );
    case 'generic':
      return content('Opaque', {}, spec.data);
  }
}

function content(
  type: string,
  open: Readonly<Record<string, string>>,
  secret: Readonly<Record<string, CredentialSpec>>,
): Content {
  const values = Object.entries(secret).map(([key, credential]) => [
    key,
    template(credentialExpression(credential)),
  ]);
  return {
    type,
    data: { ...literal(open), ...Object.fromEntries(values) },
    credentials: Object.values(secret),
  };
}

/** Only a deployment of what lives writes content: while it can be restored, both stay as they are. */
const KEPT_WHILE_DOOMED = [
  'data_wo_revision',
  `metadata[0].annotations["${REVISION_ANNOTATION}"]`,
] as const;

/**
 * The content is write-only: it is in no plan and no state. The provider writes it when the
 * revision changes, so that is the sum of the credentials' revisions, each of which only rises.
 * The object carries the revision too: a provider keeps the new one in state even where the write
 * was refused.
 */
function writeOnlySecret(
  scope: Construct,
  name: string,
  { type, data, credentials }: Content,
  marks: ObjectLabels,
  namespace: TerraformResource,
): SecretV1 {
  const revision = credentials.reduce((sum, credential) => sum + credential.revision, 0);
  return SECRET.create(scope, 'secret', {
    metadata: namespacedMetadata(name, marks, { [REVISION_ANNOTATION]: String(revision) }),
    type,
    dataWo: data,
    dataWoRevision: revision,
    dependsOn: [namespace],
    ...(marks.fate.doomed ? { lifecycle: { ignoreChanges: [...KEPT_WHILE_DOOMED] } } : {}),
  });
}
