import { deploying, forcing, lookingAtCluster, showing } from '../command/flags.js';
import { type Group, stackOption, withExamples } from '../command/group.js';

/** IBM Cloud's general commands for what is in reclamation, by their names there. */
export const resource: Group = (program, { io, done }) => {
  const group = program
    .command('resource')
    .description('Reclamations by the names of `ibmcloud resource`.');
  withExamples(group, 'resource reclamations');
  const list = lookingAtCluster(showing(group.command('reclamations')))
    .description('List the deletions that have begun: reclamation list.')
    .addOption(stackOption('only what is in this stack'))
    .action(async (options) => {
      const { listReclamations } = await import('../reclamation/list.js');
      done(await listReclamations(io, options));
    });
  withExamples(list, 'resource reclamations', 'resource reclamations --output json');
  const restore = showing(deploying(group.command('reclamation-restore')))
    .argument('<id>', 'of the reclamation')
    .addOption(stackOption('the stack, where several are'))
    .option('--comment <text>', 'taken, and kept nowhere: say it in the commit')
    .description('Restore what is soft-deleted: reclamation restore --id ID.')
    .action(async (id, options) => {
      const { restoreTarget } = await import('../reclamation/restore.js');
      done(await restoreTarget(io, undefined, { ...options, guid: id }));
    });
  withExamples(restore, 'resource reclamation-restore ID');
  const remove = showing(deploying(forcing(group.command('reclamation-delete'))))
    .argument('<id>', 'of the reclamation')
    .addOption(stackOption('the stack, where several are'))
    .option('--comment <text>', 'why: the reason of the request')
    .description('Delete what is soft-deleted at once, for good: reclamation delete --id ID.')
    .action(async (id, { comment, ...options }) => {
      const { deleteReclamation } = await import('../reclamation/delete.js');
      const reason = comment === undefined ? {} : { reason: comment };
      done(await deleteReclamation(io, undefined, { ...options, ...reason, guid: id }));
    });
  withExamples(remove, 'resource reclamation-delete ID --comment "Contract ended"');
};
