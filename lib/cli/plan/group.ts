import { type Group, rulesOption, withExamples } from '../command/group.js';

export const plan: Group = (program, { io, done }) => {
  const command = program
    .command('plan [stacks...]')
    .description('Synthesize, plan every stack (or those named), and write the plans as JSON.')
    .addOption(rulesOption())
    .action(async (stacks, options) => {
      const { planStacks } = await import('./plan.js');
      done(await planStacks(io, stacks, options));
    });
  withExamples(command, 'plan', 'plan production');
};
