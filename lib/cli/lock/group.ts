import { type Group, stackOption, withExamples } from '../command/group.js';

export const lock: Group = (program, { io, done }) => {
  const group = program.command('lock').description('Look after projects.lock.yaml.');
  withExamples(group, 'lock forget billing/job-templates/nightly');
  const forget = group
    .command('forget')
    .argument('<target>', 'as deletions.yaml names it')
    .addOption(stackOption('the stack, where several have that target'))
    .description('Take out of projects.lock.yaml what was never deployed: no state has it.')
    .action(async (target, options) => {
      const { forgetTarget } = await import('./forget.js');
      done(await forgetTarget(io, target, options));
    });
  withExamples(
    forget,
    'lock forget billing',
    'lock forget billing/job-templates/nightly --stack production',
  );
};
