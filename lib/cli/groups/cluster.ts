import type { Command } from 'commander';
import { type Group, outputOption, stackOption, withExamples } from './group.js';

export const cluster: Group = (program, { io, done }) => {
  const group = program.command('cluster').description('Look after the cluster itself.');
  withExamples(group, 'cluster audit', 'cluster rebuild production > production.tfstate');
  const audit = clusterOptions(group.command('audit'))
    .description(
      'Compare a cluster with the code, the state and the policies; exit 1 if not equal.',
    )
    .addOption(stackOption('only this stack'))
    .addOption(outputOption('json'))
    .option('--trusted <subjects...>', 'who may have rights beyond the policies: Group/admins …')
    .action(async (options) => {
      const { auditCluster } = await import('../commands/cluster-audit.js');
      done(await auditCluster(io, options));
    });
  withExamples(audit, 'cluster audit', 'cluster audit --trusted Group/platform-admins -o json');
};

/** Which cluster, where the stack's own provider doesn't say it. */
function clusterOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'otherwise what the stack’s provider names')
    .option('--context <name>', 'a context of the kubeconfig, where not the current one');
}
