import { Option } from 'commander';
import { certificate } from '../certificate/group.js';
import {
  deploying,
  forcing,
  lookingAtCluster,
  naming,
  quietOption,
  selecting,
  showing,
  sorting,
} from '../command/flags.js';
import {
  clusterOptions,
  type Group,
  nowOption,
  outputOption,
  stackOption,
  withExamples,
  withStack,
} from '../command/group.js';
import { FILE_FORMATS } from './formats.js';

export const reclamation: Group = (program, cli) => {
  const { io, done } = cli;
  const group = program.command('reclamation').description('See, take back and finish deletions.');
  withExamples(group, 'reclamation list', 'reclamation restore billing');
  const list = lookingAtCluster(sorting(group.command('list [stack]'), 'name', 'age'))
    .description('List the deletions that have begun, from the state of every stack.')
    .addOption(stackOption('only what is in this stack'))
    .addOption(outputOption('json', 'yaml', ...FILE_FORMATS))
    .addOption(quietOption())
    .option('--due-within <time>', 'only what can be taken back no longer than this; exit 1 if any')
    .action(async (named, options) => {
      const { listReclamations } = await import('./list.js');
      done(await listReclamations(io, withStack(named, options)));
    });
  withExamples(
    list,
    'reclamation list',
    'reclamation list --due-within 48h',
    'reclamation list --output html > deletions.html',
  );
  const notify = group
    .command('notify [stack]')
    .description(
      'Tell people of deletions that begin and of deadlines, by the webhook in REPRIEVE_WEBHOOK_URL.',
    )
    .addOption(stackOption('only what is in this stack'))
    .addOption(
      new Option('--format <format>', 'of the body; email is printed for a program that sends it')
        .choices(['json', 'slack', 'teams', 'email'])
        .default('json'),
    )
    .option('--within <time>', 'how long before a deadline', '72h')
    .addOption(
      new Option('--every <time>', 'how often this is run: reports the last such window').default(
        '24h',
      ),
    )
    .addOption(
      new Option('--since <time>', 'instead, all since then, as RFC 3339').conflicts('every'),
    )
    .addOption(new Option('--kind <kind>', 'only these notices').choices(['begun', 'due']))
    .addOption(nowOption())
    .option('--dry-run', 'print what would be sent')
    .addOption(quietOption())
    .action(async (named, options) => {
      const { notify: send } = await import('./notify.js');
      done(await send(io, withStack(named, options)));
    });
  withExamples(
    notify,
    'reclamation notify --format slack --every 24h --within 72h',
    'reclamation notify --since 2026-01-01T00:00:00Z --dry-run',
  );
  const get = lookingAtCluster(showing(selecting(group.command('get'), 'target')))
    .description('Show one deletion: its deadline, and what goes with it.')
    .action(async (target, options) => {
      const { getReclamation } = await import('./get.js');
      done(await getReclamation(io, target, options));
    });
  withExamples(get, 'reclamation get billing', 'reclamation get --id ID --output yaml');
  const request = showing(deploying(forcing(group.command('request'))))
    .argument('<target>', 'what to delete, as deletions.yaml names it')
    .addOption(stackOption('the stack, where several have that target'))
    .description('Request the deletion of any target in deletions.yaml; --deploy carries it out.')
    .option('--hard', 'at once and for good: needs a second person’s approval')
    .option('--reason <text>', 'why, for those who will wonder later')
    .action(async (target, options) => {
      const { requestTarget } = await import('./request-target.js');
      done(await requestTarget(io, target, options));
    });
  withExamples(
    request,
    'reclamation request orders-db --reason "Moved to the new cluster"',
    'reclamation request billing/resources/archive',
  );
  const restore = showing(deploying(selecting(group.command('restore'), 'target')))
    .description('Take a deletion back: removes its request, if nothing is gone yet.')
    .action(async (target, options) => {
      const { restoreTarget } = await import('./restore.js');
      done(await restoreTarget(io, target, options));
    });
  withExamples(
    restore,
    'reclamation restore billing --stack production',
    'reclamation restore billing/job-templates/nightly --deploy',
  );
  const remove = showing(deploying(forcing(selecting(group.command('delete'), 'target'))))
    .description('End what is soft-deleted at once, for good: needs a second person’s approval.')
    .option('--reason <text>', 'why, for those who will wonder later')
    .action(async (target, options) => {
      const { deleteReclamation } = await import('./delete.js');
      done(await deleteReclamation(io, target, options));
    });
  withExamples(remove, 'reclamation delete billing --reason "Contract ended"');
  const close = selecting(group.command('close'), 'target')
    .description('Finish a deletion after the reclaim, so that the name is free again.')
    .action(async (target, options) => {
      const { closeTarget } = await import('./close.js');
      done(await closeTarget(io, target, options));
    });
  const evidence = clusterOptions(naming(group.command('evidence')))
    .description('Write down what is known of a deletion, before nothing knows it any more.')
    .option('--plan <file>', 'the JSON of the plan that reclaimed, or of one before')
    .action(async (target, options) => {
      const { evidence: take } = await import('../evidence/command.js');
      done(await take(io, target, options));
    });
  withExamples(
    evidence,
    'reclamation evidence billing',
    'reclamation evidence billing --plan cdktf.out/plans/production.json',
  );
  certificate(group, cli);
  withExamples(close, 'reclamation close billing/job-templates/nightly');
};
