import { EngineError } from '../../engine/run.js';
import { requireProofs } from '../rules/proofs.js';
import {
  EXIT,
  type ExitCode,
  Interruption,
  type Io,
  misuse,
  print,
  say,
  sayEnd,
} from '../terminal/io.js';
import { confirm } from '../terminal/prompt.js';
import { requireInputs } from '../workspace/missing-inputs.js';
import { requireEngine } from '../workspace/stack-state.js';
import { pickStack, type Stack, Workspace } from '../workspace/workspace.js';
import { applyPlanned, type DeployOptions } from './deployment.js';
import { layersOf, noteOnOrder } from './order.js';
import { isIdle, type Planned, planAndReview, requireVerdicts, summaryOf } from './planning.js';
import { prepareDeployment } from './prepare.js';
import { Standing } from './standing.js';

/** How `deploy` is called. */
export interface DeployCall extends DeployOptions {
  readonly force?: boolean;
  readonly autoApprove?: boolean;
}

/**
 * `deploy`: plans the stacks named, or the only one, has the gate judge the plans, shows what they come
 * to, asks, and applies those very plans. A stack that refers to another one is planned once that one
 * was applied. Refused rotations of secrets are carried out with it.
 */
export async function deploy(
  io: Io,
  names: readonly string[],
  options: DeployCall,
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const asks = options.force !== true && options.autoApprove !== true;
  if (asks && io.stdin.isTTY !== true) misuse(noTerminal());
  const all = workspace.synthesize();
  const layers = layersOf(chosenStacks(all, names), all);
  const chosen = layers.flat();
  if (options.wait === false && layers.length > 1) misuse(cannotLeave(layers));
  requireInputs(io, chosen);
  for (const note of chosen.flatMap((each) => noteOnOrder(each, chosen) ?? [])) say(io, note);
  const run = new DeployRun(io, workspace, options, chosen);
  return run.all(layers, asks);
}

class DeployRun {
  private readonly names: readonly string[];
  private readonly standing: Standing;

  constructor(
    private readonly io: Io,
    private readonly workspace: Workspace,
    private readonly options: DeployCall,
    chosen: readonly Stack[],
  ) {
    this.names = chosen.map(({ name }) => name);
    this.standing = new Standing(this.names);
  }

  async all(layers: readonly (readonly Stack[])[], asks: boolean): Promise<ExitCode> {
    try {
      // Of all, before the first is deployed.
      await requireProofs(this.io, this.workspace, this.names, this.options.rules);
      for (const layer of layers) {
        const code = await this.layer(layer, asks);
        if (code !== EXIT.ok) return code;
      }
    } catch (error) {
      return this.failed(error);
    }
    if (this.options.quiet !== true) print(this.io, 'OK');
    return EXIT.ok;
  }

  private async layer(layer: readonly Stack[], asks: boolean): Promise<ExitCode> {
    const { io, workspace, options, standing } = this;
    const engine = requireEngine(io);
    const planned: Planned[] = [];
    for (const stack of layer) {
      if (await prepareDeployment(io, workspace, stack, options)) standing.wrote(putRight(stack));
      planned.push(await planAndReview(io, workspace, engine, stack, options));
    }
    this.show(planned, asks);
    requireVerdicts(planned);
    const open = planned.filter((each) => !isIdle(each));
    if (asks && open.length > 0 && !(await confirm(io, question(open), ''))) {
      standing.say(io);
      return EXIT.findings;
    }
    for (const each of planned) {
      const code = await this.apply(engine, each);
      if (code !== EXIT.ok) return code;
    }
    return EXIT.ok;
  }

  private async apply(
    engine: Parameters<typeof applyPlanned>[2],
    planned: Planned,
  ): Promise<ExitCode> {
    const { io, workspace, options, standing } = this;
    const { name } = planned.stack;
    const begins = (done: () => string) => standing.begins(name, done);
    const applied = applyPlanned(io, workspace, engine, planned, { ...options, begins });
    const outcome = await applied.catch((error: unknown) => {
      // Who doesn't wait for it any more leaves it running.
      if (error instanceof Interruption) standing.goesOn(name);
      throw error;
    });
    if (outcome === 'ended') standing.ends(name);
    else standing.goesOn(name);
    if (outcome !== 'timed out') return EXIT.ok;
    standing.say(io);
    return EXIT.engine;
  }

  /** Whoever is asked sees what for, however quiet. */
  private show(planned: readonly Planned[], asks: boolean): void {
    const { io, options } = this;
    for (const each of planned) {
      const isNeeded = options.quiet !== true || asks || each.review.verdict === 'blocked';
      if (isNeeded) say(io, `\n${summaryOf(io, each)}`);
    }
    if (options.quiet !== true) say(io, '');
  }

  /** Says what is wrong, then which stacks were applied and how to go on. */
  private failed(error: unknown): ExitCode {
    const { io, standing } = this;
    const code = sayFailure(io, error);
    standing.say(io);
    if (code === undefined) throw error;
    return code;
  }
}

/** The exit code; undefined where it is nothing that a deployment is known to fail for. */
function sayFailure(io: Io, error: unknown): ExitCode | undefined {
  const end = sayEnd(io, error);
  if (end !== undefined || !EngineError.isEngineError(error)) return end;
  say(io, `error: ${error.message}`);
  return error.interrupted ? EXIT.interrupted : EXIT.engine;
}

/** The stacks named; `*` is all of them. */
function chosenStacks(all: readonly Stack[], names: readonly string[]): readonly Stack[] {
  if (names.includes('*')) return all;
  if (names.length === 0 && all.length > 1) misuse(severalStacks(all));
  return (names.length === 0 ? [undefined] : names).map((name) => pickStack(all, name));
}

function question(open: readonly Planned[]): string {
  const names = open.map(({ stack }) => `'${stack.name}'`).join(', ');
  const gone = open.some(({ review }) => review.deletions.length > 0);
  return `Apply ${open.length === 1 ? 'this plan' : 'these plans'} to ${names}${gone ? ', and delete what is listed' : ''}?`;
}

function putRight({ name }: Stack): string {
  return `The state of '${name}' has the objects’ revisions again.`;
}

function severalStacks(all: readonly Stack[]) {
  return {
    code: 'cli/stack',
    message: 'The app has several stacks.',
    remedy: `Name one or more of: ${all.map(({ name }) => name).join(', ')}. All of them: npx reprieve deploy '*'`,
  };
}

function noTerminal() {
  return {
    code: 'cli/no-terminal',
    message: 'There is no terminal to approve the plan on. Nothing was changed.',
    remedy:
      'Add --auto-approve to deploy without a question, or see the plan first: npx reprieve plan',
  };
}

function cannotLeave(layers: readonly (readonly Stack[])[]) {
  const last = layers.at(-1)?.[0]?.name ?? '';
  return {
    code: 'deploy/no-wait',
    message: `--no-wait can't be used here: '${last}' refers to another of these stacks, and is planned once that one was applied.`,
    remedy: 'Leave it out, or deploy one after the other.',
  };
}
