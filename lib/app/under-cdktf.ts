import { join } from 'node:path';
import { quoteName } from '../base/inert.js';
import { unsetVariables } from '../engine/configuration/variables.js';
import { deployCommand } from '../model/commands.js';
import { environmentVariable } from '../model/credential-variable.js';

/** A stack as far as this is about it. */
interface Synthesized {
  readonly node: { readonly id: string };
  /** The declarations of its credentials' variables, by name. */
  readonly credentialVariables: Readonly<Record<string, unknown>>;
}

/**
 * What an app says while the command of cdktf runs it, which prints it before its plan. cdktf ends with
 * `Invoking Terraform CLI failed with exit code 1` whatever was wrong, and loses Terraform's words.
 * Undefined under anything else.
 */
export function noteUnderCdktf(
  stacks: readonly Synthesized[],
  folder: string,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (env['CDKTF_CONTEXT_JSON'] === undefined) return undefined;
  const missing = stacks.flatMap(({ node: { id }, credentialVariables: variable }) => {
    const unset = unsetVariables({ variable }, { folder: join(folder, 'stacks', id), env });
    if (unset.length === 0) return [];
    const names = unset.map(({ name }) => environmentVariable(name)).join(', ');
    return [`note: A plan of ${quoteName(id)} fails: not set: ${names}.`];
  });
  const example = stacks.length === 1 ? deployCommand(stacks[0]?.node.id ?? '') : DEPLOY;
  return [
    ...missing,
    `note: Where cdktf only says “Invoking Terraform CLI failed”, ${example} prints why.`,
  ].join('\n');
}

const DEPLOY = 'npx reprieve deploy STACK';
