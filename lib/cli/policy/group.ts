import { type Group, outputOption, withExamples } from '../command/group.js';

const load = () => import('./policy.js');

export const policy: Group = (program, { io, done }) => {
  const group = program.command('policy').description('Look at the policies.');
  withExamples(group, 'policy list', 'policy test');
  const list = group
    .command('list')
    .description('List the policies that reprieve.yaml names, with their levels.')
    .addOption(outputOption('json', 'yaml'))
    .action(async (options) => done((await load()).listPolicies(io, options)));
  withExamples(list, 'policy list', 'policy list -o json');
  const explain = group
    .command('explain <id>')
    .description('Say what a policy wants, why, and what to do about a finding.')
    .addOption(outputOption('json', 'yaml'))
    .action(async (id, options) => done((await load()).explainPolicy(io, id, options)));
  withExamples(explain, 'policy explain image-by-digest', 'policy explain image-by-digest -o json');
  const docs = group
    .command('docs')
    .description('All policies as one page of Markdown.')
    .action(async () => done((await load()).documentPolicies(io)));
  withExamples(docs, 'policy docs > POLICIES.md');
  const test = group
    .command('test')
    .description('Try every policy on its own cases; exit 1 if any goes wrong.')
    .addOption(outputOption('json', 'yaml'))
    .option('--watch', 'again after every change, until Ctrl-C')
    .action(async ({ watch, ...options }) => {
      const { testPolicies } = await load();
      const run = () => testPolicies(io, options);
      done(watch === true ? await (await import('./watch.js')).watchPolicies(io, run) : run());
    });
  withExamples(test, 'policy test', 'policy test --watch', 'policy test -o json');
  const create = group
    .command('new <id>')
    .description('Write a policy to begin with, which has cases that it can be tried on.')
    .option('--target <target>', 'what it is about; otherwise manifest')
    .action(async (id, options) => done((await import('./new.js')).newPolicy(io, id, options)));
  withExamples(create, 'policy new images-are-ours --target container');
};
