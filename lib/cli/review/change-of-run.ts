import { escapeInvisible } from '../../base/inert.js';
import { changeOfRun, NoChangeError, type ReviewedChange } from '../../forge/github-run.js';
import { type Forge, ForgeError } from '../../forge/http.js';
import { CommandFailure, EXIT } from '../terminal/io.js';

/** What GitHub says that a run was about, or the end of the command. */
export async function changeOf(
  forge: Forge,
  event: unknown,
  repository: string,
): Promise<ReviewedChange> {
  try {
    return await changeOfRun(forge, event, repository);
  } catch (error) {
    if (!NoChangeError.isNoChangeError(error) && !ForgeError.isForgeError(error)) throw error;
    const problem = {
      code: 'cli/change',
      message: escapeInvisible(error.message),
      remedy: 'Nothing is reviewed, and the commit does not pass.',
    };
    throw new CommandFailure(EXIT.usage, [problem]);
  }
}
