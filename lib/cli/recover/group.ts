import { type Group, stackIn, stackOption, withExamples } from '../command/group.js';

export const recover: Group = (program, { io, done }) => {
  const command = program
    .command('recover [stack]')
    .description(
      'Put the state right by the cluster: what a killed deploy has made, revisions of secrets.',
    )
    .addOption(stackOption('the same as its name alone'))
    .option('-f, --force', 'do not ask')
    .action(async (stack, options) => {
      const { recoverStack } = await import('./recover.js');
      done(await recoverStack(io, stackIn(stack, options), options));
    });
  withExamples(command, 'recover', 'recover production --force');
};
