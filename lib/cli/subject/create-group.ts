import { type Command, InvalidArgumentError, Option } from 'commander';
import { JOB_DEFAULTS } from '../../model/limits.js';
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
        .choices([
          'generic',
          'registry',
          'basic_auth',
          'ssh',
          'ssh_auth',
          'tls',
          'hmac',
          'hmac_auth',
        ])
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
  for (const flag of VALUES) create.addOption(new Option(`${flag} [value]`).hideHelp());
  withExamples(
    create,
    'secret create --name icr --format registry --server de.icr.io',
    'secret create --name keys --from-variable API=api_token',
  );
}

export function addJobCreate(group: Command, { io, done }: Cli): void {
  const create = creating(group, 'job')
    .option('-p, --project <name>', 'the project that it goes into')
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
    .option('-r, --retrylimit <count>', `of a task (default: ${JOB_DEFAULTS.retryLimit})`, whole)
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

function creating(group: Command, subject: string): Command {
  return showing(group.command('create'))
    .description(`Print the lines of TypeScript that declare a ${subject}. No file is changed.`)
    .argument('[name]', `the ${subject}’s name; the same as --name`)
    .option('-n, --name <name>', `the ${subject}’s name`)
    .option('--copy-of <name>', `a ${subject} of projects.lock.yaml to declare once more`)
    .addOption(stackOption('the stack, where the app has several'));
}

/** Code Engine's flags that take a secret's value, or read one from a file. */
const VALUES = [
  ...['--pw, --password', '-l, --from-literal', '--from-file', '--from-env-file'],
  ...['--kp, --key-path', '--pkf, --private-key-file', '--password-from-file'],
  ...['--akid, --access-key-id', '--sak, --secret-access-key', '--from-json-file', '--api-key'],
];

/** The value is not repeated: it is in the shell's history already. */
function refuseValues(options: Readonly<Record<string, unknown>>): void {
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

function whole(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number.');
}
