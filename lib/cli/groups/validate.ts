import { Option } from 'commander';
import { type Group, stackOption, withExamples } from './group.js';

export const validate: Group = (program, { io, done }) => {
  const command = program
    .command('validate <files...>')
    .description('Hold the policies against plans, or against stacks as cdk.tf.json has them.')
    .addOption(
      new Option('--format <format>', 'how findings are told')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .addOption(stackOption('the stack, where the file is not named after it'))
    .action(async (files, options) => {
      const { validateFiles } = await import('../commands/validate.js');
      done(await validateFiles(io, files, options));
    });
  withExamples(
    command,
    'validate cdktf.out/plans/production.json',
    'validate cdktf.out/stacks/production/cdk.tf.json --format sarif',
  );
};
