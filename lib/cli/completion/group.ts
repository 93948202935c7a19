import { Argument } from 'commander';
import { type Group, withExamples } from '../command/group.js';

export const completion: Group = (program, { io, done, whole }) => {
  const command = program
    .command('completion')
    .description('Print a script that completes commands, options and choices in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell) => {
      const { printCompletion } = await import('./completion.js');
      done(printCompletion(io, shell, await whole()));
    });
  withExamples(
    command,
    'completion bash > ~/.local/share/bash-completion/completions/reprieve',
    'completion zsh > ~/.zfunc/_reprieve',
    'completion fish > ~/.config/fish/completions/reprieve.fish',
  );
};
