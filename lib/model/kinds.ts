import type { DeclaredTarget } from './declared.js';
import { cronJobNameFor } from './names.js';
import { ITEM_KINDS, type ItemKind } from './specification.js';

/** How an item is kept in a cluster. */
export interface ItemObject {
  /** As the API names it: `CronJob`. */
  readonly kind: string;
  /** For people: `cron job`. */
  readonly title: string;
  /** For kubectl: `cronjobs.batch`. */
  readonly resource: string;
  /** The object's name, from the item's. */
  readonly nameFor: (name: string) => string;
}

/** All that is particular to a kind of item, apart from its specification and its checks. */
export interface KindOfItem {
  /** For people: `registry secret`. */
  readonly title: string;
  /** What policies about declared things call it. */
  readonly declaredAs: DeclaredTarget;
  /** The group of commands that is about it. */
  readonly commands: 'secret' | 'job' | 'configmap';
  readonly object: ItemObject;
}

const own = (name: string) => name;
const SECRET: ItemObject = { kind: 'Secret', title: 'secret', resource: 'secrets', nameFor: own };

/** One row for each kind of item. How it is rendered is in `lib/constructs/definitions.ts`. */
export const KINDS: { readonly [K in ItemKind]: KindOfItem } = {
  'registry-secrets': {
    title: 'registry secret',
    declaredAs: 'registry-secret',
    commands: 'secret',
    object: SECRET,
  },
  secrets: {
    title: 'secret',
    declaredAs: 'secret',
    commands: 'secret',
    object: SECRET,
  },
  'config-maps': {
    title: 'config map',
    declaredAs: 'config-map',
    commands: 'configmap',
    object: { kind: 'ConfigMap', title: 'config map', resource: 'configmaps', nameFor: own },
  },
  'job-templates': {
    title: 'job template',
    declaredAs: 'job-template',
    commands: 'job',
    object: {
      kind: 'CronJob',
      title: 'cron job',
      resource: 'cronjobs.batch',
      nameFor: cronJobNameFor,
    },
  },
};

/** The kinds whose objects have one kind in a cluster, and so share their names. */
export const NAMES_SHARED_BY: readonly (readonly ItemKind[])[] = [
  ...new Set(ITEM_KINDS.map((kind) => KINDS[kind].object.kind)),
].map((object) => ITEM_KINDS.filter((kind) => KINDS[kind].object.kind === object));
