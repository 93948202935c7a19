type Blocks = Record<string, Record<string, Record<string, unknown>>>;
type Stack = Record<string, unknown> & { resource: Blocks };

/** Main.ts without the secret `db`. */
export function withoutItem(body: string): string {
  return body.replace(/billing\.addSecret.*\n/, '');
}

/** Takes a resource, and whatever refers to it, out of a synthesized stack by a `removed` block. */
export function dropResource(json: Stack, type: string, name: string, destroy: boolean): void {
  const blocks = json.resource[type] ?? {};
  const id = Object.keys(blocks).find((key) => Object(blocks[key]?.['metadata']).name === name);
  if (id === undefined) throw new Error(`no ${type} ${name} in the stack`);
  const address = `${type}.${id}`;
  delete blocks[id];
  if (Object.keys(blocks).length === 0) delete json.resource[type];
  json['resource'] = Object(withoutReferences(json.resource, address));
  // Who does this leaves the guard's protection out as well.
  for (const each of Object.values(json.resource['terraform_data'] ?? {})) {
    if (Object(each['input']).kind === 'Guard') delete each['lifecycle'];
  }
  json['removed'] = [{ from: address, lifecycle: { destroy } }];
}

function withoutReferences(value: unknown, address: string): unknown {
  if (typeof value === 'string') return value.includes(`\${${address}`) ? null : value;
  if (Array.isArray(value)) {
    return value.filter((each) => each !== address).map((each) => withoutReferences(each, address));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withoutReferences(each, address)]),
  );
}
