import { spawnSync } from 'node:child_process';
import { misuse } from '../terminal/io.js';

/** Who asks, as Git knows them in this folder: that name stands in the reviewed file. */
export function requesterIn(folder: string, env: NodeJS.ProcessEnv): string {
  const asked = spawnSync('git', ['config', '--get', 'user.email'], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 10_000,
  });
  const email = asked.stdout?.trim() ?? '';
  if (email !== '') return email;
  return misuse({
    code: 'cli/requester',
    message:
      asked.error === undefined
        ? 'Git knows no user.email here, so it can’t be said who asks for the deletion.'
        : 'Git can’t be asked who you are: it is not there.',
    remedy: 'Run: git config user.email you@example.org',
  });
}
