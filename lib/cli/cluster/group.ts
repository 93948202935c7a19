import { Option } from 'commander';
import {
  clusterOptions,
  type Group,
  outputOption,
  stackOption,
  withExamples,
} from '../command/group.js';

export const cluster: Group = (program, { io, done }) => {
  const group = program.command('cluster').description('Look after the cluster itself.');
  withExamples(group, 'cluster policies | kubectl apply -f -', 'cluster audit');
  const policies = group
    .command('policies')
    .description('Print the admission policies that enforce the period in the cluster itself.')
    .addOption(
      new Option('-o, --output <format>', 'how manifests are written')
        .choices(['yaml', 'json'])
        .default('yaml'),
    )
    .option('--static', 'for the API server’s own files, Kubernetes 1.37 or newer')
    .option('--kubernetes <version>', 'the server’s version: fails where it can’t enforce them')
    .option(
      '--stack <name>',
      'a stack deployed to this cluster, for its periods; repeatable',
      (value: string, known: readonly string[] = []) => [...known, value],
    )
    .action(async (options) => {
      const { printPolicies } = await import('./policies.js');
      done(printPolicies(io, options));
    });
  withExamples(
    policies,
    'cluster policies | kubectl apply -f -',
    'cluster policies --stack production -o json',
  );
  const audit = clusterOptions(group.command('audit'))
    .description(
      'Compare a cluster with the code, the state and the policies; exit 1 if not equal.',
    )
    .addOption(stackOption('only this stack'))
    .addOption(outputOption('json', 'yaml'))
    .option('--trusted <subjects...>', 'who may have rights beyond the policies: Group/admins …')
    .action(async (options) => {
      const { auditCluster } = await import('./audit.js');
      done(await auditCluster(io, options));
    });
  withExamples(audit, 'cluster audit', 'cluster audit --trusted Group/platform-admins -o json');
};
