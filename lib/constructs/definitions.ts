import type { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import type { CredentialSpec, ItemKind, ItemSpecs } from '../model/specification.js';
import { renderCronJob } from './kubernetes/cron-job.js';
import type { ObjectLabels } from './kubernetes/metadata.js';
import {
  credentialsOf,
  renderConfigMap,
  renderRegistrySecret,
  renderSecret,
} from './kubernetes/secret.js';

/** How one kind of item is made. */
export interface ItemDefinition<K extends ItemKind> {
  /** What the Kubernetes API calls it. */
  readonly resource: string;
  /** The credentials that a specification needs. */
  readonly credentials: (specification: ItemSpecs[K]) => readonly CredentialSpec[];
  /** Makes the item's object below `scope`. */
  readonly render: (
    scope: Construct,
    name: string,
    specification: ItemSpecs[K],
    marks: ObjectLabels,
    namespace: TerraformResource,
  ) => TerraformResource;
}

const DEFINITIONS: { readonly [K in ItemKind]: ItemDefinition<K> } = {
  'registry-secrets': {
    resource: 'secrets',
    credentials: (specification) => [specification.password],
    render: renderRegistrySecret,
  },
  secrets: { resource: 'secrets', credentials: credentialsOf, render: renderSecret },
  'config-maps': { resource: 'configmaps', credentials: () => [], render: renderConfigMap },
  'job-templates': { resource: 'cronjobs', credentials: () => [], render: renderCronJob },
};

/** The definition of a kind. */
export function definitionOf<K extends ItemKind>(kind: K): ItemDefinition<K> {
  return DEFINITIONS[kind];
}
