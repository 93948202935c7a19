import { type Command, InvalidArgumentError, Option } from 'commander';
import { outputOption, rulesOption, stackOption } from './group.js';

/** The flags that several commands share, with Code Engine's short forms. */

/** One of several, by name or by id. */
export function selecting(command: Command, what: string): Command {
  return command
    .argument('[name]', `the ${what}’s name; the same as --name`)
    .option('-n, --name <name>', `the ${what}’s name`)
    .option('--id, --guid <id>', `the ${what}’s id, instead of its name`)
    .addOption(stackOption('the stack, where several have that name'));
}

/** A target, by its name alone: nothing needs to know it any more. */
export function naming(command: Command): Command {
  return command
    .argument('[target]', 'the target, as deletions.yaml names it; the same as --name')
    .option('-n, --name <target>', 'the target')
    .addOption(stackOption('the stack, where several have that target'));
}

/** The project that an item is in. */
export function inProject(command: Command): Command {
  return command.option('-p, --project <name>', 'the project, where several have that name');
}

/** Data instead of text, and less talk. */
export function showing(command: Command): Command {
  return command.addOption(outputOption('json', 'yaml')).addOption(quietOption());
}

/** What the cluster says besides. */
export function lookingAtCluster(command: Command): Command {
  return command
    .option('--cluster', 'also ask the cluster, and say where it disagrees')
    .option('--kubeconfig <file>', 'otherwise what the stack’s provider names')
    .option('--context <name>', 'a context of the kubeconfig, where not the current one');
}

/** By what a list is sorted. */
export function sorting(command: Command, ...columns: readonly string[]): Command {
  return command.addOption(
    new Option('-s, --sort-by <column>', 'the column to sort by').choices(columns).default('name'),
  );
}

/** Carrying out what was asked for, and how long to wait for that. */
export function deploying(command: Command): Command {
  return waitingFor(command.option('--deploy', 'carry it out now: deploys the whole stack'));
}

/** How long to wait for a deployment. */
export function waitingFor(command: Command): Command {
  return command
    .option('-w, --wait', 'wait for the end of the deployment (the default)')
    .option('--nw, --no-wait', 'do not wait for it')
    .addOption(
      new Option('--wto, --wait-timeout <seconds>', 'how long to wait for it at most')
        .argParser(seconds)
        .default(600),
    )
    .addOption(new Option('--skip-provider-lock', 'of cdktf: without effect here').hideHelp())
    .addOption(rulesOption());
}

/** For what asks before it acts. */
export function forcing(command: Command): Command {
  return command.option('-f, --force', 'do not ask for confirmation');
}

export function quietOption(): Option {
  return new Option('-q, --quiet', 'say less');
}

/** A list that is given by naming the option several times. */
export function several(value: string, known: readonly string[] = []): readonly string[] {
  return [...known, value];
}

export function seconds(text: string): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('Write a number of whole seconds, at least 1.');
}
