import { naming, showing } from '../command/flags.js';
import { type Group, withExamples } from '../command/group.js';

export const image: Group = (program, { io, done }) => {
  const group = program.command('image').description('See which images are referred to.');
  withExamples(group, 'image list billing');
  const list = showing(naming(group.command('list')))
    .description(
      'List a target’s images: digest, size, what else needs each, and how it is deleted.',
    )
    .option('--no-registries', 'ask no registry')
    .option(
      '--private-registries <hosts...>',
      'registries on this machine or in a private network that may be asked',
    )
    .action(async (target, options) => {
      const { listImages } = await import('./list.js');
      done(await listImages(io, target, options));
    });
  withExamples(list, 'image list billing', 'image list billing/job-templates/nightly -o json');
};
