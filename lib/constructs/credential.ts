import {
  credentialCondition,
  credentialMessage,
  environmentVariable,
} from '../model/credential-variable.js';
import type { CredentialSpec } from '../model/specification.js';
import { literalText, quoteHcl, template } from '../state/expression.js';

/** How a credential's variable is described to Terraform. */
export interface CredentialOptions {
  /**
   * Counts the credential's changes, from 1. The cluster's copy is only written when this rises,
   * since nothing in a plan or state could tell that the value itself has changed.
   */
  readonly revision: number;
  /**
   * The day since when this value has been in use, such as `2026-01-31`, for policies on its age.
   * Change it together with `revision`. @default - not known
   */
  readonly rotated?: string;
}

/**
 * A password, API key or private key. It can only come in as an ephemeral Terraform variable, so
 * it is in no file, plan or state; it reaches the cluster through a write-only attribute.
 *
 * @see https://developer.hashicorp.com/terraform/language/manage-sensitive-data/ephemeral
 * @example
 * // TF_VAR_dockerhub_token holds the token where the plan and the apply run.
 * Credential.fromVariable('dockerhub_token', { revision: 1 });
 */
export class Credential {
  /** Refuses look-alikes at compile time: a plain string or object is no credential. */
  declare private readonly brand: 'credential';

  /** Counts the changes of the value, from 1. */
  readonly revision: number;
  /** The day since when the value has been in use. */
  readonly rotated?: string;

  private constructor(
    /** The Terraform variable's name. */
    readonly variable: string,
    { revision, rotated }: CredentialOptions,
  ) {
    this.revision = revision;
    if (rotated !== undefined) this.rotated = rotated;
  }

  /**
   * The credential in the Terraform variable `variable`: set `TF_VAR_<variable>` where the plan
   * and the apply run.
   *
   * @example
   * Credential.fromVariable('icr_api_key', { revision: 2, rotated: '2026-01-31' });
   */
  static fromVariable(variable: string, options: CredentialOptions): Credential {
    return new Credential(variable, options);
  }
}

/**
 * The credential's value as an expression. A variable that is not set is null; the empty text
 * then keeps functions from failing before the variable's own validation can say what is missing.
 */
export function credentialExpression(credential: CredentialSpec): string {
  return `(var.${credential.variable} == null ? "" : var.${credential.variable})`;
}

/** The declaration of a credential's variable. */
export function credentialVariable(variable: string, neededBy: readonly string[]) {
  const declaration = {
    type: 'string',
    description: `A credential: set ${environmentVariable(variable)}. It is never stored.`,
    // Without a default, Terraform would ask for the value and a pipeline would hang.
    default: null,
    ephemeral: true,
    sensitive: true,
  };
  if (neededBy.length === 0) return declaration;
  const [first = '', ...others] = neededBy;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return {
    ...declaration,
    validation: [
      {
        condition: template(credentialCondition(variable)),
        error_message: credentialMessage(variable, `${literalText(first)}${more}`),
      },
    ],
  };
}

/** The text of a `.dockerconfigjson`, put together by Terraform at apply time. */
export function dockerConfigJson(registry: {
  readonly server: string;
  readonly username: string;
  readonly email?: string;
  readonly password: CredentialSpec;
}): string {
  const username = quoteHcl(registry.username);
  const password = credentialExpression(registry.password);
  const fields = [
    `username = ${username}`,
    `password = ${password}`,
    ...(registry.email === undefined ? [] : [`email = ${quoteHcl(registry.email)}`]),
    `auth = base64encode(format("%s:%s", ${username}, ${password}))`,
  ];
  return template(
    `jsonencode({ auths = { ${quoteHcl(registry.server)} = { ${fields.join(', ')} } } })`,
  );
}
