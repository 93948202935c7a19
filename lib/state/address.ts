/** Addresses of Terraform's resources, as its state and plans write them. */
const MODULES = /^(?:module\.[\p{ID_Continue}-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)+/u;
const RESOURCE = /^(?:data\.)?[\p{ID_Continue}-]+\.[\p{ID_Continue}-]+/u;

/** The module of an address, with its keys: `module.a["x"].module.b`; empty for the root module. */
export function moduleOf(address: string): string {
  return modulesOf(address).slice(0, -1);
}

/** An address without the resource's own index, whose key may hold any text. */
export function withoutIndex(address: string): string {
  const module = modulesOf(address);
  const resource = RESOURCE.exec(address.slice(module.length));
  return resource === null ? address : `${module}${resource[0]}`;
}

/** An address and, where that has an index, the one of all instances. */
export function placesOf(address: string, base = withoutIndex(address)): readonly string[] {
  return address === base ? [address] : [address, base];
}

/** With the dot at its end. Most addresses have none: they need no search. */
function modulesOf(address: string): string {
  return address.startsWith('module.') ? (MODULES.exec(address)?.[0] ?? '') : '';
}
