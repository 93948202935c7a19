import type { User } from '../../support/control-plane.js';
import type { Subject } from './subjects.js';
import type { World } from './world.js';

/** What answers an attempt. */
export const LAYERS = {
  lock: 'synthesis, by the lock',
  request: 'synthesis, by the request',
  guard: 'Terraform’s plan',
  clock: 'the clock in state',
  apply: 'Terraform’s apply',
  state: 'Terraform’s state lock',
  gate: 'the review',
  cluster: 'the cluster',
  nobody: '**nobody**',
} as const;

export type Layer = keyof typeof LAYERS;

/** Who asks the API server, and which of its users that is. */
export const PEOPLE = {
  developer: 'ann',
  approver: 'bob',
  'cluster-admin': 'root',
  pipeline: 'deploy',
} as const satisfies Record<string, User>;

export type Person = keyof typeof PEOPLE;

/** An honest attempt to end something before its deadline. */
export interface Row {
  /** As the README tells it. */
  readonly attempt: string;
  readonly of: Subject['of'];
  readonly by: 'code' | 'Terraform' | Person;
  readonly answer: Layer;
  /** What the answer says; the match is what the README quotes. */
  readonly says: RegExp;
  /** Tries it, and returns what was answered. */
  readonly run: (world: World) => string | Promise<string>;
}

/** A row as it went. */
export interface Result extends Pick<Row, 'attempt' | 'by' | 'answer'> {
  /** A project or an item; a resource without a project, or one instance of several. */
  readonly of: Row['of'] | 'resource' | 'instance';
  readonly while: string;
  readonly said: string;
}
