import { approvals, gitlab, type MergeRequest, writeNote } from '../../forge/gitlab.js';
import { renderMarkdown } from '../../report/markdown.js';
import { type ExitCode, type Io, say } from '../terminal/io.js';
import { outputsOf, writeOutputs } from '../terminal/outputs.js';
import { artifactOf, askForge, delayOf, type ForgeOptions, keyOf } from './forge-options.js';
import { exitOf, makeReview } from './review.js';

/** Half of what GitLab takes for a note, whose limit counts bytes. */
const MAX_NOTE = 500_000;

/** `gitlab`: the review in a merge request's pipeline, with approvals and a note. */
export async function reviewOnGitlab(
  io: Io,
  files: readonly string[],
  options: ForgeOptions,
): Promise<ExitCode> {
  const key = keyOf(options);
  const outputs = outputsOf(options.format ?? ['text']);
  const merge = mergeRequestOf(io);
  const forge = gitlab(
    io.env['CI_API_V4_URL'] ?? 'http://localhost',
    io.env['REPRIEVE_GITLAB_TOKEN'] ?? '',
    delayOf(io),
  );
  const given = merge === undefined ? undefined : await askForge(io, () => approvals(forge, merge));
  if (merge !== undefined && given === undefined) {
    say(
      io,
      'warning: Approvals don’t count: the project keeps them on a push (or they could not be read), so they may be of another commit.',
    );
  }
  const review = await makeReview(
    io,
    files,
    options,
    merge === undefined ? undefined : (given ?? []),
  );
  await writeOutputs(io, review, outputs, options);
  if (merge !== undefined && options.comment !== false) {
    const body = renderMarkdown(review, { ...artifactOf(options), limit: MAX_NOTE });
    const done = await askForge(io, () => writeNote(forge, merge, { key, body }));
    if (done !== undefined) say(io, `The note was ${done}.`);
  }
  return exitOf(review);
}

/** Both numbers become parts of addresses. */
function mergeRequestOf(io: Io): MergeRequest | undefined {
  const {
    CI_API_V4_URL: base,
    CI_PROJECT_ID: project = '',
    CI_MERGE_REQUEST_IID: iid = '',
  } = io.env;
  const isMerge = base !== undefined && /^\d+$/.test(project) && /^\d+$/.test(iid);
  return isMerge ? { project, iid } : undefined;
}
