import { appendFileSync } from 'node:fs';
import {
  approvingReviews,
  github,
  type PullRequest,
  pullRequestOf,
  writeComment,
} from '../../forge/github.js';
import { isWorkflowRun } from '../../forge/github-run.js';
import { renderGithub } from '../../report/github.js';
import { renderMarkdown } from '../../report/markdown.js';
import { isStopped, type Review } from '../../review/review.js';
import { type ExitCode, type Io, print, say } from '../terminal/io.js';
import { outputsOf, writeOutputs } from '../terminal/outputs.js';
import { eventOf } from './change.js';
import { changeOf } from './change-of-run.js';
import { artifactOf, askForge, delayOf, type ForgeOptions, keyOf } from './forge-options.js';
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
  const { GITHUB_API_URL = 'https://api.github.com', GITHUB_TOKEN = '' } = io.env;
  const forge = github(GITHUB_API_URL, GITHUB_TOKEN, delayOf(io));
  const pull = await pullOf(io, forge);
  const given = pull === undefined ? undefined : await reviewsOf(io, forge, pull);
  const review = await makeReview(io, files, options, given);
  print(io, renderGithub(review).trimEnd());
  await writeOutputs(io, review, outputs, options);
  const body = renderMarkdown(review, { ...artifactOf(options), limit: COMMENT });
  summarise(io, body);
  output(io, review);
  if (pull !== undefined && options.comment !== false) await comment(io, forge, pull, key, body);
  return exitOf(review);
}

/** The pull request of the event; after another workflow, the one that GitHub says it ran for. */
async function pullOf(io: Io, forge: ReturnType<typeof github>): Promise<PullRequest | undefined> {
  const event = eventOf(io);
  const repository = io.env['GITHUB_REPOSITORY'] ?? '';
  if (!isWorkflowRun(event)) return pullRequestOf(event, repository);
  return (await changeOf(forge, event, repository)).pull;
}

/** Reviews that can't be read approve of nothing. */
async function reviewsOf(io: Io, forge: ReturnType<typeof github>, pull: PullRequest) {
  return (await askForge(io, () => approvingReviews(forge, pull))) ?? [];
}

async function comment(
  io: Io,
  forge: ReturnType<typeof github>,
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
    `deletions=${review.deletions.length}`,
    `blocked=${blocked}`,
  ];
  appendFileSync(path, `${lines.join('\n')}\n`);
}
