import type { Command } from 'commander';
import {
  deploying,
  forcing,
  inProject,
  lookingAtCluster,
  selecting,
  showing,
  sorting,
} from '../command/flags.js';
import { type Cli, type Group, stackOption, withExamples } from '../command/group.js';
import { addJobCreate, addProjectCreate, addSecretCreate } from './create-group.js';
import type { Subject } from './subject.js';

export const project: Group = (program, cli) => {
  const group = program
    .command('project')
    .alias('proj')
    .description('Projects: see, delete, restore.');
  withExamples(group, 'project list', 'project get --name billing');
  addList(group, 'project', cli);
  addGet(group, 'project', cli);
  addDelete(group, 'project', cli);
  addRestore(group, cli);
  addProjectCreate(group, cli);
};

export const secret: Group = (program, cli) => {
  const group = program
    .command('secret')
    .description('Registry secrets and other secrets of projects: see and delete.');
  withExamples(group, 'secret list', 'secret get --name dockerhub');
  addList(group, 'secret', cli);
  addGet(group, 'secret', cli);
  addDelete(group, 'secret', cli);
  addSecretCreate(group, cli);
};

export const job: Group = (program, cli) => {
  const group = program.command('job').description('Job templates of projects: see and delete.');
  withExamples(group, 'job list', 'job get --name nightly');
  addList(group, 'job', cli);
  addGet(group, 'job', cli);
  addDelete(group, 'job', cli);
  addJobCreate(group, cli);
};

/** A name for the examples. */
const EXAMPLE: Readonly<Record<Subject, string>> = {
  project: 'billing',
  secret: 'dockerhub',
  job: 'nightly',
};

function addList(group: Command, subject: Subject, { io, done }: Cli): void {
  const list = lookingAtCluster(showing(sorting(group.command('list'), 'name', 'status', 'age')))
    .description(`List the ${subject}s of every stack, from its state.`)
    .addOption(stackOption('only what is in this stack'))
    .action(async (options) => {
      const { list: run } = await import('./list.js');
      done(await run(io, subject, options));
    });
  if (subject !== 'project') list.option('-p, --project <name>', 'only what is in this project');
  if (subject === 'secret') list.option('--fo, --format <format>', 'only secrets of this format');
  withExamples(list, `${subject} list`, `${subject} list --cluster --sort-by age`);
}

function addGet(group: Command, subject: Subject, { io, done }: Cli): void {
  const get = lookingAtCluster(showing(selecting(group.command('get'), subject)))
    .description(`Show one ${subject}: its status, its deadline, and what goes with it.`)
    .action(async (name, options) => {
      const { get: run } = await import('./get.js');
      done(await run(io, subject, name, options));
    });
  if (subject !== 'project') inProject(get);
  withExamples(get, `${subject} get --name ${EXAMPLE[subject]}`);
}

function addDelete(group: Command, subject: Subject, { io, done }: Cli): void {
  const remove = showing(deploying(forcing(selecting(group.command('delete'), subject))))
    .description(`Request the deletion of a ${subject} in deletions.yaml; --deploy carries it out.`)
    .option('--hard', 'at once and for good: needs a second person’s approval')
    .option('--reason <text>', 'why, for those who will wonder later')
    .action(async (name, options) => {
      const { deleteOne } = await import('./delete.js');
      done(await deleteOne(io, subject, name, options));
    });
  if (subject !== 'project') inProject(remove);
  const name = EXAMPLE[subject];
  withExamples(
    remove,
    `${subject} delete --name ${name} --reason "Replaced by the weekly report"`,
    `${subject} delete --name ${name} --hard`,
  );
}

function addRestore(group: Command, { io, done }: Cli): void {
  const restore = showing(deploying(selecting(group.command('restore'), 'project')))
    .description('Take a deletion back: removes its request, if nothing is gone yet.')
    .action(async (name, options) => {
      const { restoreTarget } = await import('../reclamation/restore.js');
      done(await restoreTarget(io, name, options));
    });
  withExamples(
    restore,
    'project restore --name billing',
    'project restore --name billing --deploy',
  );
}
