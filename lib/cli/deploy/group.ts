import { forcing, quietOption, waitingFor } from '../command/flags.js';
import { type Group, withExamples } from '../command/group.js';

export const deploy: Group = (program, { io, done }) => {
  const command = waitingFor(forcing(program.command('deploy [stacks...]')))
    .description('Run cdktf deploy for the stacks named: what is requested is carried out.')
    .addOption(quietOption())
    .action(async (stacks, options) => {
      const { deploy: run } = await import('./deploy.js');
      done(await run(io, stacks, options));
    });
  withExamples(command, 'deploy production', 'deploy production --force');
};
