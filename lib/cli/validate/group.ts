import { Option } from 'commander';
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

function manifestOption(): Option {
  const what =
    'Kubernetes objects as YAML or JSON, whatever the file is called; - for standard input';
  return new Option('--manifest <file>', what).argParser(
    (value: string, known: readonly string[] = []) => [...known, value],
  );
}

export const validate: Group = (program, { io, done }) => {
  const command = program
    .command('validate [files...]')
    .description(
      'Hold the policies against plans, stacks as cdk.tf.json has them, and Kubernetes manifests (.yaml); all stacks in cdktf.out where no file is named.',
    )
    .addOption(formatOption())
    .addOption(nowOption())
    .addOption(rulesOption())
    .addOption(manifestOption())
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
    'validate --manifest -',
  );
};
