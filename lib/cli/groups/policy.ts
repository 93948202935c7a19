import { type Group, outputOption, withExamples } from './group.js';

const load = () => import('../commands/policy.js');

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
    .action(async (id) => done((await load()).explainPolicy(io, id)));
  withExamples(explain, 'policy explain image-by-digest');
  const docs = group
    .command('docs')
    .description('All policies as one page of Markdown.')
    .action(async () => done((await load()).documentPolicies(io)));
  withExamples(docs, 'policy docs > POLICIES.md');
  const test = group
    .command('test')
    .description('Try every policy on its own cases; exit 1 if any goes wrong.')
    .action(async () => done((await load()).testPolicies(io)));
  withExamples(test, 'policy test');
};
