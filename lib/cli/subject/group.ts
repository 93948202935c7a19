import type { Command } from 'commander';
import {
  deploying,
  forcing,
  inProject,
  lookingAtCluster,
  quietOption,
  selecting,
  showing,
  sorting,
} from '../command/flags.js';
import { type Cli, type Group, stackOption, withExamples, withStack } from '../command/group.js';
import {
  addConfigMapCreate,
  addJobCreate,
  addProjectCreate,
  addRegistryCreate,
  addSecretCreate,
} from './create-group.js';
import { NOUN, type Subject } from './subject.js';
import { addJobUpdate, addSecretUpdate } from './update-group.js';

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
  addSelection(group, cli);
};

export const secret: Group = (program, cli) => {
  const group = program
    .command('secret')
    .description('Registry secrets and other secrets of projects: see, change and delete.');
  withExamples(group, 'secret list', 'secret get --name dockerhub');
  addList(group, 'secret', cli);
  addGet(group, 'secret', cli);
  addDelete(group, 'secret', cli);
  addSecretCreate(group, cli);
  addSecretUpdate(group, cli);
};

export const registry: Group = (program, cli) => {
  const group = program
    .command('registry')
    .description('Registry secrets: the same as `secret` for the format registry.');
  withExamples(group, 'registry list', 'registry get --name dockerhub');
  addList(group, 'registry', cli);
  addGet(group, 'registry', cli);
  addDelete(group, 'registry', cli);
  addRegistryCreate(group, cli);
};

export const configmap: Group = (program, cli) => {
  const group = program
    .command('configmap')
    .description('Config maps of projects: see, create and delete.');
  withExamples(group, 'configmap list', 'configmap get --name settings');
  addList(group, 'configmap', cli);
  addGet(group, 'configmap', cli);
  addDelete(group, 'configmap', cli);
  addConfigMapCreate(group, cli);
};

export const job: Group = (program, cli) => {
  const group = program
    .command('job')
    .description('Job templates of projects: see, change and delete.');
  withExamples(group, 'job list', 'job get --name nightly');
  addList(group, 'job', cli);
  addGet(group, 'job', cli);
  addDelete(group, 'job', cli);
  addJobCreate(group, cli);
  addJobUpdate(group, cli);
};

/** A name for the examples. */
const EXAMPLE: Readonly<Record<Subject, string>> = {
  project: 'billing',
  secret: 'dockerhub',
  registry: 'dockerhub',
  configmap: 'settings',
  job: 'nightly',
};

function addList(group: Command, subject: Subject, { io, done }: Cli): void {
  const list = lookingAtCluster(
    showing(sorting(group.command('list [stack]'), 'name', 'status', 'age')),
  )
    .description(`List the ${NOUN[subject]}s of every stack, from its state.`)
    .addOption(stackOption('only what is in this stack'))
    .action(async (named, options) => {
      const { list: run } = await import('./list.js');
      done(await run(io, subject, withStack(named, options)));
    });
  if (subject !== 'project') list.option('-p, --project <name>', 'only what is in this project');
  if (subject === 'secret') list.option('--fo, --format <format>', 'only secrets of this format');
  withExamples(list, `${subject} list`, `${subject} list --cluster --sort-by age`);
}

function addGet(group: Command, subject: Subject, { io, done }: Cli): void {
  const get = lookingAtCluster(showing(selecting(group.command('get'), NOUN[subject])))
    .description(`Show one ${NOUN[subject]}: its status, its deadline, and what goes with it.`)
    .action(async (name, options) => {
      const { get: run } = await import('./get.js');
      done(await run(io, subject, name, options));
    });
  if (subject !== 'project') inProject(get);
  withExamples(get, `${subject} get --name ${EXAMPLE[subject]}`);
}

function addDelete(group: Command, subject: Subject, { io, done }: Cli): void {
  const remove = showing(deploying(forcing(selecting(group.command('delete'), NOUN[subject]))))
    .description(
      `Request the deletion of a ${NOUN[subject]} in deletions.yaml; --deploy carries it out.`,
    )
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

/** Which project commands about items take, in this folder. */
function addSelection(group: Command, { io, done }: Cli): void {
  const select = selecting(group.command('select'), 'project')
    .description('Select the project of this folder: commands about items take it.')
    .option('--none', 'select none')
    .addOption(quietOption())
    .action(async (name, options) => {
      const { selectProject } = await import('../project/select.js');
      done(await selectProject(io, name, options));
    });
  withExamples(select, 'project select --name billing', 'project select --none');
  const current = showing(group.command('current'))
    .description('Show which project is selected in this folder.')
    .action(async (options) => {
      const { currentProject } = await import('../project/select.js');
      done(currentProject(io, options));
    });
  withExamples(current, 'project current');
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
