import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { CommandFailure, EXIT, type Io, say, sayProblems } from './io.js';

const EXAMPLES = `
Examples:
  $ reprieve plan
  $ reprieve review cdktf.out/plans/production.json
  $ terraform show -json plan.tfplan | reprieve review - --format markdown
  $ reprieve validate cdktf.out/plans/production.json
  $ reprieve policy test
  $ reprieve reclamation list
  $ reprieve reclamation restore billing --stack production
  $ reprieve reclamation close billing/job-templates/nightly
  $ reprieve sandbox reset sandbox

Exit codes: 0 nothing to stop for, 1 findings or refused, 2 usage or unreadable input,
3 Terraform or the cluster failed.`;

/** Runs a command line and says how it ended. Never throws. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let code: number = EXIT.ok;
  const program = commands(io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return failed(io, error);
  }
}

function commands(io: Io, done: (code: number) => void): Command {
  const program = configured(new Command('reprieve'), io)
    .description('Deletion you can take back.')
    .version(version(), '-V, --version')
    .addHelpText('after', EXAMPLES);
  addPlan(program, io, done);
  addReview(program, io, done);
  addValidate(program, io, done);
  addPolicy(program, io, done);
  addReclamation(program, io, done);
  addSandbox(program, io, done);
  return program;
}

function addReclamation(program: Command, io: Io, done: (code: number) => void): void {
  const reclamation = configured(
    program.command('reclamation').description('See, take back and finish deletions.'),
    io,
  );
  const stack = ['--stack <name>', 'the stack, where the app has several'] as const;
  configured(reclamation.command('list'), io)
    .description('List the deletions that have begun, from the state of every stack.')
    .option(...stack)
    .addOption(new Option('-o, --output <format>', 'instead of a table').choices(['json', 'yaml']))
    .option('--due-within <time>', 'only what can be taken back no longer than this; exit 1 if any')
    .action(async (options) => {
      const { listReclamations } = await import('./commands/reclamation-list.js');
      done(await listReclamations(io, options));
    });
  configured(reclamation.command('restore <target>'), io)
    .description('Take a deletion back: removes its request, if nothing is gone yet.')
    .option(...stack)
    .action(async (target, options) => {
      const { restoreTarget } = await import('./commands/reclamation-restore.js');
      done(await restoreTarget(io, target, options));
    });
  configured(reclamation.command('close <target>'), io)
    .description('Finish a deletion after the reclaim, so that the name is free again.')
    .option(...stack)
    .action(async (target, options) => {
      const { closeTarget } = await import('./commands/reclamation-close.js');
      done(await closeTarget(io, target, options));
    });
}

function addPlan(program: Command, io: Io, done: (code: number) => void): void {
  configured(program.command('plan [stacks...]'), io)
    .description('Synthesize, plan every stack (or those named), and write the plans as JSON.')
    .action(async (stacks) => {
      const { planStacks } = await import('./commands/plan.js');
      done(await planStacks(io, stacks));
    });
}

function addReview(program: Command, io: Io, done: (code: number) => void): void {
  reviewing(program.command('review <plans...>'), io)
    .description(
      'Say what plans delete, until when it can be taken back, and block what must not go.',
    )
    .action(async (plans, options) => {
      const { reviewFiles } = await import('./commands/review.js');
      done(await reviewFiles(io, plans, options));
    });
  forged(program.command('github <plans...>'), io)
    .description('The review in a GitHub workflow: approving reviews, comment, summary, outputs.')
    .action(async (plans, options) => {
      const { reviewOnGithub } = await import('./commands/review-github.js');
      done(await reviewOnGithub(io, plans, options));
    });
  forged(program.command('gitlab <plans...>'), io)
    .description('The review in a GitLab pipeline: approvals and a note on the merge request.')
    .action(async (plans, options) => {
      const { reviewOnGitlab } = await import('./commands/review-gitlab.js');
      done(await reviewOnGitlab(io, plans, options));
    });
}

/** What every review takes. */
function reviewing(command: Command, io: Io): Command {
  return configured(command, io)
    .option(
      '--format <format>',
      'text, markdown, html, json, sarif, junit, codequality or github; FORMAT=FILE writes to a file; repeatable',
      (value: string, known: readonly string[] = []) => [...known, value],
    )
    .option('--now <time>', 'the trusted time, as RFC 3339; otherwise this machine’s clock')
    .option('--stack <name>', 'the stack, where the plan’s file is not named after it')
    .option('--policy', 'hold the policies that reprieve.yaml names against the same plans')
    .option(
      '--artifact <name>',
      'where the whole report is, for a comment that has no room for it',
    );
}

/** What a review on a forge takes besides. */
function forged(command: Command, io: Io): Command {
  return reviewing(command, io)
    .option('--key <key>', 'tells several comments on one change apart', 'review')
    .option('--no-comment', 'write no comment');
}

function addValidate(program: Command, io: Io, done: (code: number) => void): void {
  configured(program.command('validate <files...>'), io)
    .description('Hold the policies against plans, or against stacks as cdk.tf.json has them.')
    .addOption(
      new Option('--format <format>', 'how findings are told')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .option('--stack <name>', 'the stack, where the file is not named after it')
    .action(async (files, options) => {
      const { validateFiles } = await import('./commands/validate.js');
      done(await validateFiles(io, files, options));
    });
}

function addPolicy(program: Command, io: Io, done: (code: number) => void): void {
  const policy = configured(program.command('policy').description('Look at the policies.'), io);
  const load = () => import('./commands/policy.js');
  configured(policy.command('list'), io)
    .description('List the policies that reprieve.yaml names, with their levels.')
    .addOption(new Option('-o, --output <format>', 'instead of a table').choices(['json']))
    .action(async (options) => done((await load()).listPolicies(io, options)));
  configured(policy.command('explain <id>'), io)
    .description('Say what a policy wants, why, and what to do about a finding.')
    .action(async (id) => done((await load()).explainPolicy(io, id)));
  configured(policy.command('docs'), io)
    .description('All policies as one page of Markdown.')
    .action(async () => done((await load()).documentPolicies(io)));
  configured(policy.command('test'), io)
    .description('Try every policy on its own cases; exit 1 if any goes wrong.')
    .action(async () => done((await load()).testPolicies(io)));
}

function addSandbox(program: Command, io: Io, done: (code: number) => void): void {
  const sandbox = configured(program.command('sandbox').description('Look after a sandbox.'), io);
  configured(sandbox.command('reset <stack>'), io)
    .description('Put a sandbox back to nothing. Refuses on any other target.')
    .option('-f, --force', 'do not ask')
    .action(async (stack, options) => {
      const { resetSandbox } = await import('./commands/sandbox-reset.js');
      done(await resetSandbox(io, stack, options));
    });
}

/** Commander would write to the process and end it. */
function configured(command: Command, io: Io): Command {
  return command
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
}

async function failed(io: Io, error: unknown): Promise<number> {
  if (error instanceof CommandFailure) {
    sayProblems(io, error.problems);
    return error.exitCode;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { EngineError } = await import('../engine/run.js');
  const message = error instanceof Error ? error.message : String(error);
  say(io, EngineError.isEngineError(error) ? `error: ${message}` : `internal error: ${message}`);
  return EXIT.engine;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String(Object(JSON.parse(text)).version);
}

function processIo(): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    now: () => new Date(),
  };
}
