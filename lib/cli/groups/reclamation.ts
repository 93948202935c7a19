import { type Group, outputOption, stackOption, withExamples } from './group.js';

export const reclamation: Group = (program, { io, done }) => {
  const group = program.command('reclamation').description('See, take back and finish deletions.');
  withExamples(group, 'reclamation list', 'reclamation restore billing');
  const list = group
    .command('list')
    .description('List the deletions that have begun, from the state of every stack.')
    .addOption(stackOption())
    .addOption(outputOption('json', 'yaml'))
    .option('--due-within <time>', 'only what can be taken back no longer than this; exit 1 if any')
    .action(async (options) => {
      const { listReclamations } = await import('../commands/reclamation-list.js');
      done(await listReclamations(io, options));
    });
  withExamples(list, 'reclamation list', 'reclamation list --due-within 48h');
  const restore = group
    .command('restore <target>')
    .description('Take a deletion back: removes its request, if nothing is gone yet.')
    .addOption(stackOption())
    .action(async (target, options) => {
      const { restoreTarget } = await import('../commands/reclamation-restore.js');
      done(await restoreTarget(io, target, options));
    });
  withExamples(
    restore,
    'reclamation restore billing --stack production',
    'reclamation restore billing/job-templates/nightly',
  );
  const close = group
    .command('close <target>')
    .description('Finish a deletion after the reclaim, so that the name is free again.')
    .addOption(stackOption())
    .action(async (target, options) => {
      const { closeTarget } = await import('../commands/reclamation-close.js');
      done(await closeTarget(io, target, options));
    });
  withExamples(close, 'reclamation close billing/job-templates/nightly');
};
