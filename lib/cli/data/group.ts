import { lookingAtCluster, showing } from '../command/flags.js';
import { type Group, stackOption, withExamples } from '../command/group.js';
import { etcdOptions } from '../encryption/etcd-options.js';

export const data: Group = (program, { io, done }) => {
  const group = program.command('data').description('What is stored, where, and until when.');
  withExamples(group, 'data list', 'data list billing --output json');
  const list = etcdOptions(lookingAtCluster(showing(group.command('list'))))
    .argument('[target]', 'only this project or item')
    .description('List what is stored where, who encrypts it, what deletes it, and what is left.')
    .addOption(stackOption('only what is in this stack'))
    .action(async (target, options) => {
      const { listData } = await import('./list.js');
      done(await listData(io, target, options));
    });
  withExamples(list, 'data list', 'data list billing --cluster', 'data list billing -o json');
};
