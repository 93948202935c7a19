import { forcing, quietOption, waitingFor } from '../command/flags.js';
import { type Group, severalStacks, stacksIn, withExamples } from '../command/group.js';

export const deploy: Group = (program, { io, done }) => {
  const command = waitingFor(forcing(program.command('deploy [stacks...]')))
    .description('Run cdktf deploy for the stacks named: what is requested is carried out.')
    .addOption(severalStacks('a stack, the same as its name alone; repeatable'))
    .addOption(quietOption())
    .action(async (named, { stack, ...options }) => {
      const { deploy: run } = await import('./deploy.js');
      done(await run(io, stacksIn(named, { stack }), options));
    });
  withExamples(command, 'deploy production', 'deploy production --force');
};
