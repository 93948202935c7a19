import { type Group, withExamples } from '../command/group.js';

export const sandbox: Group = (program, { io, done }) => {
  const group = program.command('sandbox').description('Look after a sandbox.');
  withExamples(group, 'sandbox reset sandbox');
  const reset = group
    .command('reset <stack>')
    .description('Put a sandbox back to nothing. Refuses on any other target.')
    .option('-f, --force', 'do not ask')
    .action(async (stack, options) => {
      const { resetSandbox } = await import('./reset.js');
      done(await resetSandbox(io, stack, options));
    });
  withExamples(reset, 'sandbox reset sandbox', 'sandbox reset sandbox --force');
};
