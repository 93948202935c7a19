import { type Group, withExamples } from '../command/group.js';

export const plan: Group = (program, { io, done }) => {
  const command = program
    .command('plan [stacks...]')
    .description('Synthesize, plan every stack (or those named), and write the plans as JSON.')
    .action(async (stacks) => {
      const { planStacks } = await import('./plan.js');
      done(await planStacks(io, stacks));
    });
  withExamples(command, 'plan', 'plan production');
};
