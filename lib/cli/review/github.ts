import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { inert } from '../../base/inert.js';
import {
  approvingReviews,
  github,
  type PullRequest,
  pullRequestOf,
  writeComment,
} from '../../forge/github.js';
import { renderGithub } from '../../report/github.js';
import { renderMarkdown } from '../../report/markdown.js';
import { isForgotten, isStopped, type Review } from '../../review/review.js';
import { type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { outputsOf, writeOutputs } from '../terminal/outputs.js';
import { artifactOf, askForge, delayOf, type ForgeOptions, keyOf } from './forge-options.js';
import { exitOf, makeReview } from './review.js';

const MAX_EVENT = 16 * 2 ** 20;
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
  const pull = pullRequestOf(eventOf(io), io.env['GITHUB_REPOSITORY'] ?? '');
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

function eventOf(io: Io): unknown {
  const path = io.env['GITHUB_EVENT_PATH'];
  if (path === undefined || path === '') return undefined;
  try {
    if (statSync(path).size > MAX_EVENT) throw new RangeError('it is too large');
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return misuse({
      code: 'cli/event',
      message: `The workflow's event can't be read: ${error instanceof Error ? inert(error.message) : 'it failed'}.`,
      remedy: 'Run this in a workflow; GITHUB_EVENT_PATH names the event’s file.',
    });
  }
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
