import { spawn } from 'node:child_process';
import { engineEnvironment } from '../../engine/environment.js';
import { EngineError } from '../../engine/run.js';
import { requireProofs } from '../rules/proofs.js';
import { EXIT, type ExitCode, type Io, misuse, print } from '../terminal/io.js';
import { pickStack, Workspace } from '../workspace/workspace.js';
import { cdktfDeploy, type DeployOptions, deployStack } from './deployment.js';
import { prepareDeployment } from './prepare.js';

/**
 * `deploy`: `cdktf deploy` of the stacks named, or of the only one, one after the other. Refused
 * rotations of secrets are carried out with it.
 */
export async function deploy(
  io: Io,
  names: readonly string[],
  options: DeployOptions & { readonly force?: boolean },
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const stacks = workspace.synthesize();
  const chosen = (names.length === 0 ? [undefined] : names).map((name) => pickStack(stacks, name));
  if (options.force !== true && io.stdin.isTTY !== true) {
    misuse({
      code: 'cli/no-terminal',
      message: 'There is no terminal to approve the plan on.',
      remedy: 'Add --force to deploy without a question, or see it first: npx reprieve plan',
    });
  }
  const all = chosen.map(({ name }) => name);
  // Of all, before the first is deployed.
  await requireProofs(io, workspace, all, options.rules);
  for (const stack of chosen) {
    const { name } = stack;
    await prepareDeployment(io, workspace, stack, options);
    if (options.force !== true) await approvedOnTerminal(io, workspace, name, options);
    else if ((await deployStack(io, workspace, name, options)) === 'timed out') return EXIT.engine;
  }
  if (options.quiet !== true) print(io, 'OK');
  return EXIT.ok;
}

/** cdktf shows the plan and asks by itself. */
async function approvedOnTerminal(
  io: Io,
  workspace: Workspace,
  stack: string,
  options: DeployOptions,
): Promise<void> {
  const args = cdktfDeploy(workspace.folder, stack, options).filter(
    (flag) => flag !== '--auto-approve',
  );
  // Ctrl-C is for Terraform, which then ends in good order; this command ends after it.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const code = await new Promise<number>((done, fail) => {
    const child = spawn(process.execPath, args, {
      cwd: workspace.folder,
      env: engineEnvironment(io.env),
      stdio: 'inherit',
    });
    child.once('error', fail);
    child.once('close', (ended) => done(ended ?? -1));
  }).finally(() => process.off('SIGINT', ignore));
  if (code !== 0) throw new EngineError(`cdktf deploy ${stack} ended with exit code ${code}.`);
}
