import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PodSecurityProfile } from '../../../lib/model/pod-security.js';
import { findVersion } from '../../../scripts/engines/cache.mjs';

const ENGINE = 'podsecurity-0.37.2';

/** Why each version refuses a pod; an empty text where it admits it. */
export type Reasons = Readonly<Record<PodSecurityProfile, Readonly<Record<string, string>>>>;

/** A pod of Kubernetes' own test data. */
export interface Sample {
  readonly level: PodSecurityProfile;
  readonly version: string;
  readonly admits: boolean;
  readonly name: string;
  readonly pod: Pod;
}

/** A pod as an API server takes it. */
export interface Pod {
  readonly metadata?: unknown;
  readonly spec?: unknown;
}

/** Why Kubernetes' evaluator can't be asked, or undefined where it can. */
export function evaluatorMissing(): string | undefined {
  return findVersion('pod-security', ENGINE) === undefined
    ? "no evaluator of Kubernetes': run `npm run engines podsecurity`"
    : undefined;
}

/** Pods in one call, so that 100,000 take seconds. */
export function kubernetesReasons(pods: readonly Pod[]): readonly Reasons[] {
  const input = pods.map((pod) => `${JSON.stringify(pod)}\n`).join('');
  const { stdout, stderr, status } = spawnSync(program(), [], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr);
  const answers = stdout.trimEnd().split('\n').map(answerIn);
  if (answers.length !== pods.length) throw new Error('not every pod has an answer');
  return answers;
}

/** Kubernetes' test data, as the build has read it out of the module. */
export function samples(): readonly Sample[] {
  const text = readFileSync(join(dirname(program()), 'testdata.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): Sample => JSON.parse(line));
}

function answerIn(line: string, index: number): Reasons {
  const answer: Reasons & { readonly error?: string } = JSON.parse(line);
  if (answer.error !== undefined) throw new Error(`pod ${index}: ${answer.error}`);
  return answer;
}

function program(): string {
  const found = findVersion('pod-security', ENGINE);
  if (found === undefined) throw new Error(evaluatorMissing());
  return found;
}
