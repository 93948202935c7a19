import { lookingAtCluster, showing, sorting } from '../command/flags.js';
import { type Group, stackOption, withExamples, withStack } from '../command/group.js';

export const list: Group = (program, { io, done }) => {
  const command = lookingAtCluster(
    showing(sorting(program.command('list [stack]'), 'name', 'status', 'age')),
  )
    .description('List everything that can be deleted and restored: its status and deadline.')
    .addOption(stackOption('only what is in this stack'))
    .action(async (named, options) => {
      const { listTargets } = await import('./list.js');
      done(await listTargets(io, withStack(named, options)));
    });
  withExamples(command, 'list', 'list --sort-by status --output json');
};
