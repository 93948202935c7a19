/** How a credential's Terraform variable is declared, and how such a variable is recognised. */

const NEEDS = ' needs a credential: ';

/** The environment variable that Terraform takes a variable's value from. */
export function environmentVariable(variable: string): string {
  return `TF_VAR_${variable}`;
}

/** What holds where a credential is set, as an expression: an empty text is none. */
export function credentialCondition(variable: string): string {
  return `var.${variable} == null ? false : length(var.${variable}) > 0`;
}

/** What a plan says where it isn't set. `users` are the paths of what needs it, in words. */
export function credentialMessage(variable: string, users: string): string {
  return `${users}${NEEDS}set the environment variable ${environmentVariable(variable)} where the plan and the apply run.`;
}

/** Who needs a credential, by the message of its variable. */
export function usersIn(message: string): string {
  return message.split(NEEDS)[0] ?? message;
}
