import type { Command } from 'commander';
import { inProject, selecting, several, showing } from '../command/flags.js';
import { type Cli, withExamples } from '../command/group.js';
import { describingJob, hideValues, refuseValues } from './create-group.js';

export function addJobUpdate(group: Command, { io, done }: Cli): void {
  const update = describingJob(inProject(updating(group, 'job')))
    .option('--env-rm <name>', 'a variable to leave out; repeatable', several)
    .option('--mount-rm <path>', 'a mount to leave out; repeatable', several)
    .action(async (name, options) => {
      const { updateJob } = await import('../job/update.js');
      done(await updateJob(io, name, options));
    });
  withExamples(
    update,
    'job update --name nightly --image de.icr.io/team/report:1.5',
    'job update --name nightly --env MODE=full --env-rm DEBUG',
  );
}

export function addSecretUpdate(group: Command, { io, done }: Cli): void {
  const update = inProject(updating(group, 'secret'))
    .option('--rotate', 'its values are new: the next revision of each')
    .option('--server <host>', 'of a registry')
    .option('-u, --username <name>', 'of a registry or basic_auth')
    .option('--em, --email <address>', 'of a registry')
    .option('--from-variable <pair>', 'KEY=VARIABLE of a generic secret; repeatable', several)
    .option('--rm <key>', 'a key of a generic secret to leave out; repeatable', several)
    .action(async (name, options) => {
      refuseValues(options);
      const { updateSecret } = await import('../secret/update.js');
      done(await updateSecret(io, name, options));
    });
  hideValues(update);
  withExamples(
    update,
    'secret update --name dockerhub --rotate',
    'secret update --name keys --from-variable API=api_token',
  );
}

function updating(group: Command, subject: string): Command {
  return showing(selecting(group.command('update'), subject)).description(
    `Print the change of a ${subject}’s declaration in main.ts. No file is changed.`,
  );
}
