import type { Subject } from './subjects.js';

type Block = Record<string, unknown>;
/** A synthesized stack. */
export type StackJson = Block & { resource: Record<string, Record<string, Block>> };

const blocks = (json: StackJson) =>
  Object.values(json.resource).flatMap((each) => Object.values(each));
const records = (json: StackJson, kind: string) =>
  blocks(json).filter((each) => Object(each['input']).kind === kind);

/** Main.ts without the secret `db`. */
export function withoutItem(body: string): string {
  return body.replace(/billing\.addSecret.*\n/, '');
}

/** Changes what no object can change without being replaced. */
export function renameObject(json: StackJson, { resource: [type, name] }: Subject): void {
  for (const each of Object.values(json.resource[type] ?? {})) {
    const metadata = Object(each['metadata']);
    if (metadata.name === name) metadata.name = 'renamed';
  }
}

export function shrinkGuard(json: StackJson): void {
  for (const each of records(json, 'Guard')) {
    const input = Object(each['input']);
    input.members = input.members.slice(1);
  }
}

export function backdateTombstone(json: StackJson): void {
  for (const each of records(json, 'Tombstone')) {
    Object(each['input']).deleted_at = '2020-01-01T00:00:00Z';
  }
}

/** What the code says of the doomed members' count. */
export function noneLeft(json: StackJson): void {
  for (const each of blocks(json)) {
    if (String(each['count']).includes('deleted_at')) each['count'] = 0;
  }
}

/** Takes a resource, and whatever refers to it, out of a stack by a `removed` block. */
export function dropResource(json: StackJson, it: Subject, destroy: boolean): void {
  const [type, name] = it.resource;
  const ofType = json.resource[type] ?? {};
  const id = Object.keys(ofType).find((key) => Object(ofType[key]?.['metadata']).name === name);
  if (id === undefined) throw new Error(`no ${type} ${name} in the stack`);
  const address = `${type}.${id}`;
  delete ofType[id];
  if (Object.keys(ofType).length === 0) delete json.resource[type];
  json['resource'] = Object(withoutReferences(json.resource, address));
  // Who does this leaves the guard's protection out as well.
  for (const each of records(json, 'Guard')) delete each['lifecycle'];
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
