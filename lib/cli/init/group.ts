import { type Group, withExamples } from '../command/group.js';

export const init: Group = (program, { io, done }) => {
  const command = program
    .command('init [folder]')
    .description('Make an app that deploys to a sandbox as it stands. Overwrites nothing.')
    .action(async (folder = '.') => {
      const { initialise } = await import('./init.js');
      done(initialise(io, folder));
    });
  withExamples(command, 'init my-projects', 'init');
};
