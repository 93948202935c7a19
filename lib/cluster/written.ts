import { text } from './cel.js';

/**
 * When an annotation was written, as a list of times: the API server's own, to the second. It notes
 * in `metadata.managedFields` who writes which field, with the time, before admission sees the
 * request. Whatever a request says of that itself, a field that it changes becomes its own, at this
 * moment. So a request whose annotation is new carries the time without any parameter.
 *
 * Empty where the API server does not keep track of the object. What it merges of old entries
 * (`ancient-changes`) has no time of its own.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function timesOf(annotation: string): string {
  const path = ['f:metadata', 'f:annotations', `f:${annotation}`];
  const field = path.map((each) => `[?${text(each)}]`).join('');
  return [
    'object.metadata.?managedFields.orValue([])',
    `.filter(m, m.?manager.orValue("") != "ancient-changes" && m.?fieldsV1${field}.hasValue())`,
    '.map(m, timestamp(m.time))',
  ].join('');
}

/** Whether the API server keeps track of who writes what, if it did before. */
export const STILL_TRACKED =
  'size(object.metadata.?managedFields.orValue([])) > 0 || size(oldObject.metadata.?managedFields.orValue([])) == 0';
