import type { Command } from 'commander';
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

export const review: Group = (program, { io, done }) => {
  const command = reviewing(program.command('review <plans...>'))
    .description(
      'Say what plans delete, until when it can be taken back, and block what must not go.',
    )
    .action(async (plans, options) => {
      if (options.policy === true) await readAhead(io, plans);
      const { reviewFiles } = await import('./review.js');
      done(await reviewFiles(io, plans, options));
    });
  withExamples(
    command,
    'review cdktf.out/plans/production.json',
    'review cdktf.out/plans/*.json --policy --format html=review.html',
    'review - --format markdown < plan.json',
  );
};

export const github: Group = (program, { io, done }) => {
  const command = forged(program.command('github <plans...>'))
    .description('The review in a GitHub workflow: approving reviews, comment, summary, outputs.')
    .action(async (plans, options) => {
      if (options.policy === true) await readAhead(io, plans);
      const { reviewOnGithub } = await import('./github.js');
      done(await reviewOnGithub(io, plans, options));
    });
  withExamples(command, 'github cdktf.out/plans/production.json');
};

export const gitlab: Group = (program, { io, done }) => {
  const command = forged(program.command('gitlab <plans...>'))
    .description('The review in a GitLab pipeline: approvals and a note on the merge request.')
    .action(async (plans, options) => {
      if (options.policy === true) await readAhead(io, plans);
      const { reviewOnGitlab } = await import('./gitlab.js');
      done(await reviewOnGitlab(io, plans, options));
    });
  withExamples(command, 'gitlab cdktf.out/plans/production.json --format codequality=gl.json');
};

export const change: Group = (program, { io, done }) => {
  const command = program
    .command('change')
    .description('Say which commits a GitHub workflow is about that runs after another one.')
    .action(async () => {
      const { sayChange } = await import('./change.js');
      done(await sayChange(io));
    });
  withExamples(command, 'change');
};

/** What every review takes. */
function reviewing(command: Command): Command {
  return command
    .addOption(formatOption())
    .addOption(nowOption())
    .addOption(rulesOption())
    .addOption(stackOption('the stack, where the plan’s file is not named after it'))
    .option('--policy', 'hold the policies that reprieve.yaml names against the same plans')
    .addOption(artifactOption());
}

/** What a review on a forge takes besides. */
function forged(command: Command): Command {
  return reviewing(command)
    .option('--key <key>', 'tells several comments on one change apart', 'review')
    .option('--no-comment', 'write no comment');
}
