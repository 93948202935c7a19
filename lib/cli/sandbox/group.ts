import { type Group, stackIn, stackOption, withExamples } from '../command/group.js';
import { misuse } from '../terminal/io.js';

export const sandbox: Group = (program, { io, done }) => {
  const group = program.command('sandbox').description('Look after a sandbox.');
  withExamples(group, 'sandbox reset sandbox');
  const reset = group
    .command('reset [stack]')
    .description('Put a sandbox back to nothing. Refuses on any other target.')
    .addOption(stackOption('the same as its name alone'))
    .option('-f, --force', 'do not ask')
    .action(async (stack, options) => {
      const { resetSandbox } = await import('./reset.js');
      done(await resetSandbox(io, stackIn(stack, options) ?? unnamed(), options));
    });
  withExamples(reset, 'sandbox reset sandbox', 'sandbox reset sandbox --force');
};

/** What is put back to nothing is never guessed. */
function unnamed(): never {
  return misuse({
    code: 'cli/stack',
    message: 'No stack is named.',
    remedy: 'Name the one to reset: npx reprieve sandbox reset NAME',
  });
}
