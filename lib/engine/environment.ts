/**
 * What makes Terraform, OpenTofu or a provider log, and where to. The Kubernetes provider writes
 * whole secrets into its log at INFO.
 *
 * @see https://developer.hashicorp.com/terraform/internals/debugging
 */
const LOGGING = /^TF_LOG(_|$)/i;

/** The variables of an environment that would make the engine log. */
export function loggingVariables(env: NodeJS.ProcessEnv): readonly string[] {
  return Object.keys(env)
    .filter((name) => LOGGING.test(name) && env[name] !== '')
    .sort();
}

/** The levels at which providers keep secrets out of their logs. */
const HARMLESS: ReadonlySet<string> = new Set(['', 'WARN', 'ERROR', 'OFF']);

/**
 * The variable that makes providers log what they send, undefined if none does. TF_LOG_PROVIDER
 * goes before TF_LOG; the engine takes a level that it does not know for TRACE.
 */
export function providerLogging(env: NodeJS.ProcessEnv): string | undefined {
  const name = env['TF_LOG_PROVIDER'] ? 'TF_LOG_PROVIDER' : 'TF_LOG';
  return HARMLESS.has((env[name] ?? '').toUpperCase()) ? undefined : name;
}

/** An environment under which nothing logs: for every program that runs on our behalf. */
export function withoutLogging(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !LOGGING.test(name)));
}

/** What the engine is started with: it asks nothing, calls nobody, and logs nothing. */
export function engineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...withoutLogging(env), CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' };
}

/**
 * Takes the values of TF_VAR_* and TF_TOKEN_* out of a text, should the engine have repeated one:
 * as they are, escaped as in JSON, in Base64, and line by line.
 */
export function withoutSecrets(text: string, env: NodeJS.ProcessEnv): string {
  return Object.entries(env)
    .filter(([name, value]) => /^TF_(VAR|TOKEN)_/.test(name) && value !== undefined)
    .flatMap(([name, value = '']) => formsOf(value).map((form) => ({ name, form })))
    .sort((a, b) => b.form.length - a.form.length)
    .reduce((shown, { name, form }) => shown.replaceAll(form, `<${name}>`), text);
}

/** The shortest value that is looked for: less would hit by chance. */
const SHORTEST = 4;
/** The shortest line of a longer value, such as of a private key. */
const SHORTEST_LINE = 12;

function formsOf(value: string): readonly string[] {
  const whole = [value, JSON.stringify(value).slice(1, -1), Buffer.from(value).toString('base64')];
  const lines = value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE);
  return [...whole, ...lines].filter((_, index) => index > 2 || value.length >= SHORTEST);
}
