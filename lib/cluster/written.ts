import { text } from './cel.js';

/** Under this name the API server merges the oldest entries, if there are many. */
const MERGED = 'ancient-changes';

/**
 * When an annotation was written, as a list of times: the API server's own, to the second. It notes
 * in `metadata.managedFields` who writes which field, with the time, before admission sees the
 * request. Whatever a request says of that itself, a field that it changes becomes its own, at this
 * moment. So a request whose annotation is new carries the time without any parameter.
 *
 * Empty where the API server does not keep track of the object. What it merges of older entries is
 * never earlier than any of them; where a later time would allow more, it doesn't count (`isExact`).
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function timesOf(annotation: string, isExact: boolean): string {
  const path = ['f:metadata', 'f:annotations', `f:${annotation}`];
  const field = path.map((each) => `[?${text(each)}]`).join('');
  return [
    'object.metadata.?managedFields.orValue([])',
    `.filter(m, m.?fieldsV1${field}.hasValue()${isExact ? ` && m.?manager.orValue("") != ${text(MERGED)}` : ''})`,
    '.map(m, timestamp(m.time))',
  ].join('');
}

/** Whether the API server keeps track of who writes what, if it did before. */
export const STILL_TRACKED =
  'size(object.metadata.?managedFields.orValue([])) > 0 || size(oldObject.metadata.?managedFields.orValue([])) == 0';
