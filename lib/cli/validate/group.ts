import {
  artifactOption,
  formatOption,
  type Group,
  nowOption,
  readAhead,
  rulesOption,
  stackOption,
  withExamples,
} from '../command/group.js';

export const validate: Group = (program, { io, done }) => {
  const command = program
    .command('validate [files...]')
    .description(
      'Hold the policies against plans and stacks as cdk.tf.json has them; all in cdktf.out where none is named.',
    )
    .addOption(formatOption())
    .addOption(nowOption())
    .addOption(rulesOption())
    .addOption(stackOption('the stack, where the file is not named after it'))
    .addOption(artifactOption())
    .action(async (files, options) => {
      await readAhead(io, files);
      const { validateFiles } = await import('./validate.js');
      done(await validateFiles(io, files, options));
    });
  withExamples(
    command,
    'validate',
    'validate cdktf.out/plans/production.json',
    'validate cdktf.out/stacks/production/cdk.tf.json --format text --format sarif=policies.sarif',
  );
};
