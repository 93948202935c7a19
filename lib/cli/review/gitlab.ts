import { writeNote } from '../../forge/gitlab.js';
import { renderMarkdown } from '../../report/markdown.js';
import { type ExitCode, type Io, say } from '../terminal/io.js';
import { outputsOf, writeOutputs } from '../terminal/outputs.js';
import { atGitlab } from './at-forge.js';
import { artifactOf, askForge, type ForgeOptions, keyOf } from './forge-options.js';
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
  const { forge, changes, open, ask } = await atGitlab(io);
  const review = await makeReview(io, files, options, ask);
  await writeOutputs(io, review, outputs, options);
  const [merge] = open ? changes : [];
  if (merge !== undefined && options.comment !== false) {
    const body = renderMarkdown(review, { ...artifactOf(options), limit: MAX_NOTE });
    const done = await askForge(io, () => writeNote(forge, merge, { key, body }));
    if (done !== undefined) say(io, `The note was ${done}.`);
  }
  return exitOf(review);
}
