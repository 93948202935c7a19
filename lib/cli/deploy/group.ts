import { forcing, quietOption, waitingFor } from '../command/flags.js';
import { type Group, severalStacks, stacksIn, withExamples } from '../command/group.js';

export const deploy: Group = (program, { io, done }) => {
  const command = waitingFor(forcing(program.command('deploy [stacks...]')))
    .description(
      'Plan the stacks named, show what is deleted and changed, ask, and apply those very plans.',
    )
    .option('--auto-approve', 'apply without a question; the same as --force')
    .addOption(severalStacks('a stack, the same as its name alone; repeatable'))
    .addOption(quietOption())
    .action(async (named, { stack, ...options }) => {
      const { deploy: run } = await import('./deploy.js');
      done(await run(io, stacksIn(named, { stack }), options));
    });
  withExamples(command, 'deploy production', "deploy '*' --auto-approve");
};
