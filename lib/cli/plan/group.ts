import {
  type Group,
  rulesOption,
  severalStacks,
  stacksIn,
  withExamples,
} from '../command/group.js';

export const plan: Group = (program, { io, done }) => {
  const command = program
    .command('plan [stacks...]')
    .description('Synthesize, plan every stack (or those named), and write the plans as JSON.')
    .addOption(severalStacks('a stack, the same as its name alone; repeatable'))
    .addOption(rulesOption())
    .option('--synthesized <folder>', 'plan what another job synthesized; runs none of its code')
    .option('--against <folder>', 'the same of the base: backends and providers have to be its')
    .action(async (named, { synthesized, against, stack, ...options }) => {
      const stacks = stacksIn(named, { stack });
      if (synthesized === undefined) {
        const { planStacks } = await import('./plan.js');
        done(await planStacks(io, stacks, { ...options, against }));
      } else {
        const { planSynthesized } = await import('./plan-synthesized.js');
        done(await planSynthesized(io, stacks, { synthesized, against }));
      }
    });
  withExamples(
    command,
    'plan',
    'plan production',
    'plan --synthesized change/stacks --against base/stacks',
  );
};
