/** Whether the request is about one of these resources: `GROUP/RESOURCE`, the core group empty. */
export function isResource(...resources: readonly string[]): string {
  const list = resources.map((each) => JSON.stringify(each)).join(', ');
  return `(request.resource.group + "/" + request.resource.resource) in [${list}]`;
}
