import { appendFileSync } from 'node:fs';
import { type PullRequest, writeComment } from '../../forge/github.js';
import type { Forge } from '../../forge/http.js';
import { renderGithub } from '../../report/github.js';
import { renderMarkdown } from '../../report/markdown.js';
import { isForgotten, isStopped, type Review } from '../../review/review.js';
import { type ExitCode, type Io, print, say } from '../terminal/io.js';
import { outputsOf, writeOutputs } from '../terminal/outputs.js';
import { atGithub } from './at-forge.js';
import { artifactOf, askForge, type ForgeOptions, keyOf } from './forge-options.js';
import { exitOf, makeReview } from './review.js';

/** What GitHub takes for a comment, less room for the marker. */
const COMMENT = 65_000;
/** GitHub takes no longer summary. */
const MAX_SUMMARY = 2 ** 20;

/** `github`: the review in a workflow, with approving reviews, a comment, a summary and outputs. */
export async function reviewOnGithub(
  io: Io,
  files: readonly string[],
  options: ForgeOptions,
): Promise<ExitCode> {
  const key = keyOf(options);
  const outputs = outputsOf(options.format ?? []);
  const { forge, changes, open, ask } = await atGithub(io);
  const review = await makeReview(io, files, options, ask);
  print(io, renderGithub(review).trimEnd());
  await writeOutputs(io, review, outputs, options);
  const body = renderMarkdown(review, { ...artifactOf(options), limit: COMMENT });
  summarise(io, body);
  output(io, review);
  const [pull] = open ? changes : [];
  if (pull !== undefined && options.comment !== false) await comment(io, forge, pull, key, body);
  return exitOf(review);
}

async function comment(
  io: Io,
  forge: Forge,
  pull: PullRequest,
  key: string,
  body: string,
): Promise<void> {
  const author = io.env['REPRIEVE_COMMENT_AUTHOR'] ?? 'github-actions[bot]';
  const done = await askForge(io, () => writeComment(forge, pull, { key, author, body }));
  if (done === undefined)
    say(io, 'The comment could not be written; the job summary has the review.');
  else say(io, `The comment was ${done}.`);
}

function summarise(io: Io, body: string): void {
  const path = io.env['GITHUB_STEP_SUMMARY'];
  if (path !== undefined && path !== '')
    appendFileSync(path, `${body.slice(0, MAX_SUMMARY - 1)}\n`);
}

/** All values are ours: words and numbers, so none can begin another line. */
function output(io: Io, review: Review): void {
  const path = io.env['GITHUB_OUTPUT'];
  if (path === undefined || path === '') return;
  const blocked = review.deletions.filter(isStopped).length;
  const lines = [
    `verdict=${review.verdict}`,
    `deletions=${review.deletions.length - review.deletions.filter(isForgotten).length}`,
    `blocked=${blocked}`,
  ];
  appendFileSync(path, `${lines.join('\n')}\n`);
}
