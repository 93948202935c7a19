import { type Command, InvalidArgumentError, Option } from 'commander';
import { JOB_DEFAULTS } from '../../model/limits.js';
import { foreignFormat } from '../../model/not-covered.js';
import { several, showing } from '../command/flags.js';
import { type Cli, stackOption, withExamples } from '../command/group.js';
import { misuse } from '../terminal/io.js';

export function addProjectCreate(group: Command, { io, done }: Cli): void {
  const create = creating(group, 'project').action(async (name, options) => {
    const { createProject } = await import('../project/create.js');
    done(await createProject(io, name, options));
  });
  withExamples(
    create,
    'project create --name billing',
    'project create --name invoices --copy-of billing --stack production',
  );
}

export function addSecretCreate(group: Command, { io, done }: Cli): void {
  const create = creating(group, 'secret')
    .option('-p, --project <name>', 'the project that it goes into')
    .addOption(
      new Option('--fo, --format <format>', 'what it holds')
        .choices(SECRET_FORMATS)
        .argParser(secretFormat)
        .default('generic'),
    )
    .option('--server <host>', 'of a registry (default: us.icr.io)')
    .option('-u, --username <name>', 'of a registry or basic_auth')
    .option('--em, --email <address>', 'of a registry')
    .option('--variable <name>', 'the Terraform variable of its value; repeatable', several)
    .option('--from-variable <pair>', 'KEY=VARIABLE of a generic secret; repeatable', several)
    .option('--ccf, --cert-chain-file <file>', 'the certificates of a tls secret')
    .option('--khp, --known-hosts-path <file>', 'the known hosts of an ssh secret')
    .action(async (name, options) => {
      refuseValues(options);
      const { createSecret } = await import('../secret/create.js');
      done(await createSecret(io, name, options));
    });
  hideValues(create);
  withExamples(
    create,
    'secret create --name icr --format registry --server de.icr.io',
    'secret create --name keys --from-variable API=api_token',
  );
}

export function addRegistryCreate(group: Command, { io, done }: Cli): void {
  const create = creating(group, 'registry secret')
    .option('-p, --project <name>', 'the project that it goes into')
    .option('--server <host>', 'of the registry (default: us.icr.io)')
    .option('-u, --username <name>', 'for IBM’s registry left out')
    .option('--em, --email <address>', 'of the registry’s user')
    .option('--variable <name>', 'the Terraform variable of its password', several)
    .action(async (name, options) => {
      refuseValues(options);
      const { createSecret } = await import('../secret/create.js');
      done(await createSecret(io, name, { ...options, format: 'registry' }));
    });
  hideValues(create);
  withExamples(create, 'registry create --name icr --server de.icr.io');
}

export function addConfigMapCreate(group: Command, { io, done }: Cli): void {
  const create = creating(group, 'config map')
    .option('-p, --project <name>', 'the project that it goes into')
    .option('-l, --from-literal <pair>', 'KEY=VALUE, nothing secret; repeatable', several)
    .option('-f, --from-file <file>', 'KEY=FILE, or FILE for its own name; repeatable', several)
    .option('-e, --from-env-file <file>', 'a file of lines KEY=VALUE; repeatable', several)
    .action(async (name, options) => {
      const { createConfigMap } = await import('../configmap/create.js');
      done(await createConfigMap(io, name, options));
    });
  withExamples(
    create,
    'configmap create --name settings --from-literal CURRENCY=EUR',
    'configmap create --name settings --from-file settings.json',
  );
}

export function addJobCreate(group: Command, { io, done }: Cli): void {
  const create = describingJob(creating(group, 'job'))
    .option('-p, --project <name>', 'the project that it goes into')
    .option('-f, --force', 'name secrets and config maps that the project lacks')
    .action(async (name, options) => {
      const { createJob } = await import('../job/create.js');
      done(await createJob(io, name, options));
    });
  withExamples(
    create,
    'job create --name nightly --image de.icr.io/team/report:1.4 --cpu 2 --memory 8G',
    'job create --name weekly --copy-of nightly',
  );
}

/** Code Engine's flags that say what a job is. */
export function describingJob(command: Command): Command {
  return command
    .option('-i, --image <reference>', 'such as de.icr.io/team/app:1.4')
    .option('--rs, --registry-secret <name>', 'what the image is pulled with')
    .option('-c, --command <text>', 'repeatable', several)
    .option('-a, --argument <text>', 'repeatable', several)
    .option('-e, --env <pair>', 'NAME=VALUE, nothing secret; repeatable', several)
    .option('--env-sec, --env-from-secret <name>', 'all keys of a secret; repeatable', several)
    .option('--env-cm, --env-from-configmap <map>', 'all keys of a config map; repeatable', several)
    .option('--mount-sec, --mount-secret <pair>', '/PATH=NAME; repeatable', several)
    .option('--mount-cm, --mount-configmap <pair>', '/PATH=NAME; repeatable', several)
    .addOption(new Option('--mode <mode>', 'whether it ends').choices(['task', 'daemon']))
    .option('--sa, --service-account <name>', 'what a run may do in the project')
    .option('--run-as-user <uid>', 'the UID of a run', whole)
    .option('--ai, --array-indices <indices>', 'such as 0-9')
    .option('--as, --array-size <count>', 'the number of instances', whole)
    .option('--cpu <count>', `vCPU (default: ${JOB_DEFAULTS.cpu})`)
    .option('-m, --memory <size>', `such as ${JOB_DEFAULTS.memory}, the default`)
    .option(
      '--es, --ephemeral-storage <size>',
      `such as ${JOB_DEFAULTS.ephemeralStorage}, the default`,
    )
    .option(
      '--met, --maxexecutiontime <seconds>',
      `of a task (default: ${JOB_DEFAULTS.maxExecutionTime})`,
      whole,
    )
    .option('-r, --retrylimit <count>', `of a task (default: ${JOB_DEFAULTS.retryLimit})`, whole);
}

function creating(group: Command, subject: string): Command {
  return showing(group.command('create'))
    .description(`Print the lines of TypeScript that declare a ${subject}. No file is changed.`)
    .argument('[name]', `the ${subject}’s name; the same as --name`)
    .option('-n, --name <name>', `the ${subject}’s name`)
    .option('--copy-of <name>', `a ${subject} of projects.lock.yaml, to declare again`)
    .addOption(stackOption('the stack, where the app has several'));
}

/** Code Engine's flags that take a secret's value, or read one from a file. */
const VALUES = [
  ...['--pw, --password', '-l, --from-literal', '--from-file', '--from-env-file'],
  ...['--kp, --key-path', '--pkf, --private-key-file', '--password-from-file'],
  ...['--akid, --access-key-id', '--sak, --secret-access-key', '--from-json-file', '--api-key'],
];

const SECRET_FORMATS: readonly string[] = [
  ...['generic', 'registry', 'basic_auth', 'ssh', 'ssh_auth', 'tls', 'hmac', 'hmac_auth'],
];

/** What only the platform makes is refused with the reason. */
function secretFormat(value: string): string {
  if (SECRET_FORMATS.includes(value)) return value;
  const { message, remedy } = foreignFormat(value) ?? {
    message: `Allowed choices are ${SECRET_FORMATS.join(', ')}.`,
    remedy: '',
  };
  throw new InvalidArgumentError(`${message} ${remedy}`.trim());
}

/** They are known, so that they can be refused with the reason. */
export function hideValues(command: Command): void {
  for (const flag of VALUES) command.addOption(new Option(`${flag} [value]`).hideHelp());
}

/** The value is not repeated: it is in the shell's history already. */
export function refuseValues(options: Readonly<Record<string, unknown>>): void {
  const given = VALUES.map((flag) => flag.replace(/^.*--/, '')).filter((name) => {
    const key = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return options[key] !== undefined;
  });
  if (given.length === 0) return;
  misuse({
    code: 'create/value',
    message: `A secret’s value has no place on a command line, nor in code: --${given.join(', --')}.`,
    remedy:
      'Leave it out, and set TF_VAR_… where the plan and the apply run: --variable names the variable. If it was a real value, replace it: shells keep what was typed.',
  });
}

export function whole(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number.');
}
