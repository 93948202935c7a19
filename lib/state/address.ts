/** Addresses of Terraform's resources, as its state and plans write them. */
const MODULES = /^(?:module\.[\p{ID_Continue}-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)+/u;
const RESOURCE = /^(?:data\.)?[\p{ID_Continue}-]+\.[\p{ID_Continue}-]+/u;

/** The module of an address, with its keys: `module.a["x"].module.b`; empty for the root module. */
export function moduleOf(address: string): string {
  return MODULES.exec(address)?.[0].slice(0, -1) ?? '';
}

/** An address without the resource's own index, whose key may hold any text. */
export function withoutIndex(address: string): string {
  const module = MODULES.exec(address)?.[0] ?? '';
  const resource = RESOURCE.exec(address.slice(module.length));
  return resource === null ? address : `${module}${resource[0]}`;
}
