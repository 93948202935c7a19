/** The fields that hold what an object is for, over all kinds; names and status are not. */
const FIELDS = [
  'spec',
  'data',
  'binaryData',
  'stringData',
  'type',
  'immutable',
  'rules',
  'roleRef',
  'subjects',
  'secrets',
  'imagePullSecrets',
  'automountServiceAccountToken',
] as const;

/** Whether an update leaves everything of an object's content as it is. */
export const SAME_CONTENT = FIELDS.map((field) => `object.?${field} == oldObject.?${field}`).join(
  ' && ',
);

/** Whether the request is about one of these resources. */
export function isResource(...resources: readonly string[]): string {
  const list = resources.map((each) => JSON.stringify(each)).join(', ');
  return `(request.resource.group + "/" + request.resource.resource) in [${list}]`;
}

/** What people would miss most, and what the constructs write as a whole. */
export const ITEMS = isResource('/secrets', '/configmaps', 'batch/cronjobs');
