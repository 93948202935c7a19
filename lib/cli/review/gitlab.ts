import {
  approvals,
  gitlab,
  type MergeRequest,
  mergeRequestsOf,
  writeNote,
} from '../../forge/gitlab.js';
import type { Forge } from '../../forge/http.js';
import { commitOf } from '../../forge/run.js';
import { renderMarkdown } from '../../report/markdown.js';
import { type ExitCode, type Io, say } from '../terminal/io.js';
import { outputsOf, writeOutputs } from '../terminal/outputs.js';
import {
  answered,
  artifactOf,
  askForge,
  type Changes,
  changesOf,
  delayOf,
  type ForgeOptions,
  keyOf,
} from './forge-options.js';
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
  const merges = await mergesOf(io, forge, merge);
  const review = await makeReview(io, files, options, (approvers) =>
    answered(io, merges, (each) => approvals(forge, each, approvers, commitIn(io))),
  );
  await writeOutputs(io, review, outputs, options);
  if (merge !== undefined && options.comment !== false) {
    const body = renderMarkdown(review, { ...artifactOf(options), limit: MAX_NOTE });
    const done = await askForge(io, () => writeNote(forge, merge, { key, body }));
    if (done !== undefined) say(io, `The note was ${done}.`);
  }
  return exitOf(review);
}

/** The merge request of the pipeline, or else those by which its commit came. */
async function mergesOf(
  io: Io,
  forge: Forge,
  merge: MergeRequest | undefined,
): Promise<Changes<MergeRequest>> {
  if (merge !== undefined) return { changes: [merge], open: true };
  const project = io.env['CI_PROJECT_ID'] ?? '';
  const commit = commitOf(io.env, undefined);
  if (commit === undefined || !/^\d+$/.test(project)) return { changes: [], open: false };
  return changesOf(io, commit, () => mergeRequestsOf(forge, project, commit));
}

/** The newest commit of the source branch: a pipeline may be about its merge with the target. */
function commitIn(io: Io): string | undefined {
  const source = io.env['CI_MERGE_REQUEST_SOURCE_BRANCH_SHA'];
  return source === undefined || source === '' ? commitOf(io.env, undefined) : source;
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
