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

const entries = (subject: 'object' | 'oldObject') =>
  `${subject}.metadata.?managedFields.orValue([])`;

/** By this name it notes who wrote before, where it begins to keep track by an apply. */
const BEFORE = 'before-first-apply';

/** Whether an entry `m` has a label or an annotation that the request set. */
const hasSet = (of: 'labels' | 'annotations') => {
  const path = `m.?fieldsV1[?"f:metadata"][?"f:${of}"][?("f:" + k)]`;
  return `object.metadata.?${of}.orValue({}).exists(k, ${path}.hasValue() && object.metadata.?${of}[?k] != oldObject.metadata.?${of}[?k])`;
};

/**
 * Whether a request that changes labels and annotations at most claims nothing of who wrote what: an
 * update that was not noted before is the request's own, so it has something that the request set;
 * what others claim to have set is taken from them. By a subresource, claims don't count.
 *
 * Who may claim many updates that are yet to come can have the API server merge a request's own entry
 * with them (`MERGED`): then no deadline could be set any more, and no approval given. Entries of an
 * apply are never merged.
 */
export const UNCLAIMED = [
  'request.?subResource.orValue("") != ""',
  `${entries('object')}.all(m, ${[
    'm.?operation.orValue("") != "Update"',
    `${entries('oldObject')}.exists(o, o.?operation.orValue("") == "Update" && o.?time == m.?time)`,
    hasSet('labels'),
    hasSet('annotations'),
    `(size(${entries('oldObject')}) == 0 && m.?manager.orValue("") == ${text(BEFORE)})`,
  ].join(' || ')})`,
].join(' || ');

/** Whether the API server keeps track of who writes what, if it did before. */
export const STILL_TRACKED =
  'size(object.metadata.?managedFields.orValue([])) > 0 || size(oldObject.metadata.?managedFields.orValue([])) == 0';
