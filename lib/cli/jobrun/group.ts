import { inProject, showing } from '../command/flags.js';
import { clusterOptions, type Group, withExamples } from '../command/group.js';
import { describingJob } from '../subject/create-group.js';

export const jobrun: Group = (program, { io, done }) => {
  const group = program.command('jobrun').description('Runs of job templates.');
  withExamples(group, 'jobrun submit --job nightly');
  const submit = clusterOptions(inProject(describingJob(showing(group.command('submit')))))
    .description('Print the kubectl command that starts a run of a job; --run executes it.')
    .requiredOption('-j, --job <name>', 'the job template')
    .option('-n, --name <name>', 'the run’s name (default: the job’s with the time)')
    .option('--stack <name>', 'the stack, where several have that job')
    .option('--run', 'start it now')
    .action(async (options) => {
      const { submitJobRun } = await import('./submit.js');
      done(await submitJobRun(io, options));
    });
  withExamples(
    submit,
    'jobrun submit --job nightly',
    'jobrun submit --job nightly --array-size 10 --env MODE=full --run',
  );
};
