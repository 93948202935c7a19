import { clusterOptions, type Group, outputOption, withExamples } from '../command/group.js';

export const doctor: Group = (program, { io, done }) => {
  const command = clusterOptions(program.command('doctor'))
    .description('Look at everything that a deploy needs, and say what to do; exit 1 if it fails.')
    .addOption(outputOption('json', 'yaml'))
    .action(async (options) => {
      const { examine } = await import('./doctor.js');
      done(await examine(io, options));
    });
  withExamples(command, 'doctor', 'doctor --output json', 'doctor --context production');
};
