import type { TerraformResource } from 'cdktf';
import {
  DEADLINE_ANNOTATION,
  PERIOD_ANNOTATION,
  PROJECT_LABEL,
  PROJECT_NAME_ANNOTATION,
  PROTECTED_LABEL,
  STATE_LABEL,
} from '../../model/marks.js';
import type { MetadataSpec } from '../../model/specification.js';
import { literal } from '../../state/expression.js';
import type { DeletionState } from '../deletion-state.js';

/** What every object of a project says about itself. */
export interface ObjectLabels {
  readonly project: string;
  readonly namespace: string;
  readonly stack: string;
  readonly period: string;
  readonly fate: DeletionState;
  /** What a user adds; never one of ours. */
  readonly own?: MetadataSpec;
}

/** Labels and annotations by which the cluster's admission policies know a protected object. */
export function objectMetadata(
  name: string,
  marks: ObjectLabels,
  annotations: Readonly<Record<string, string>> = {},
) {
  const doomed = marks.fate.deadline;
  return {
    name,
    labels: {
      ...literal({ ...marks.own?.labels }),
      [PROTECTED_LABEL]: 'true',
      [PROJECT_LABEL]: marks.namespace,
      [STATE_LABEL]: marks.fate.doomed ? 'soft-deleted' : 'active',
    },
    annotations: {
      ...literal({ ...marks.own?.annotations }),
      [PERIOD_ANNOTATION]: marks.period,
      [PROJECT_NAME_ANNOTATION]: literal(marks.project),
      ...literal(annotations),
      ...(doomed === undefined ? {} : { [DEADLINE_ANNOTATION]: `\${${doomed}}` }),
    },
  };
}

/** The same, for an object inside the project's namespace. */
export function namespacedMetadata(
  name: string,
  marks: ObjectLabels,
  annotations: Readonly<Record<string, string>> = {},
) {
  return { ...objectMetadata(name, marks, annotations), namespace: marks.namespace };
}

/** Resources whose metadata says which other object they change. */
const ABOUT_OTHERS = /_data$|^kubernetes_(?:labels|annotations|env|node_taint)$/;

/** Marks a resource that a user declared below a project, so that the cluster protects it too. */
export function markRawResource(resource: TerraformResource, marks: ObjectLabels): void {
  const type = resource.terraformResourceType;
  if (!type.startsWith('kubernetes_') || ABOUT_OTHERS.test(type)) return;
  const path = type === 'kubernetes_manifest' ? 'manifest.metadata' : 'metadata';
  const { labels, annotations } = objectMetadata('', marks);
  resource.addOverride(`${path}.labels`, labels);
  resource.addOverride(`${path}.annotations`, annotations);
}
