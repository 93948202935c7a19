import { sentence, subject, text, texts, WHO } from './cel.js';
import type { Validation } from './manifest.js';
import { isSame } from './parts.js';
import { isResource } from './resource.js';
import { CONTROLLER_WRITES, type ControllerWrite } from './table/controllers.js';

const PARTS = ['content', 'owners', 'finalizers'] as const;

/** Beyond labels and annotations, a controller writes what the table lists for its account. */
export function writtenByKubernetes(): Validation {
  const of = (part: ControllerWrite['part']) => [
    isSame(part),
    ...CONTROLLER_WRITES.filter((each) => each.part === part).map(isWrite),
  ];
  return {
    expression: PARTS.map((part) => `(${of(part).join(' || ')})`).join(' && '),
    message: sentence(WHO, text(" doesn't write this of "), subject('oldObject')),
  };
}

function isWrite({ by, resource, name, type }: ControllerWrite): string {
  return [
    `(${WHO} in ${texts(by)}`,
    isResource(resource),
    ...(name === undefined ? [] : [`oldObject.metadata.name == ${text(name)}`]),
    ...(type === undefined
      ? []
      : [`oldObject.?type.orValue("") == ${text(type)} && object.?type == oldObject.?type`]),
  ]
    .join(' && ')
    .concat(')');
}
