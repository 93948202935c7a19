import { BlockList, isIP, isIPv6 } from 'node:net';

/** Where a registry may be reached, by the host that a reference names. */
export interface Place {
  /** Without a port, and without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Whether addresses of a private network will do. */
  readonly mayBePrivate: boolean;
}

/** What a network card never leaves the machine for. */
const LOOPBACK = blockList([['127.0.0.0', 8]], [['::1', 128]]);

/** Networks of one's own: asked only where a user has named the registry as such. */
const PRIVATE = blockList(
  [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['100.64.0.0', 10],
  ],
  [['fc00::', 7]],
);

/** Never asked: this network, link-local (a cloud's metadata is there), tests, multicast. */
const FORBIDDEN = blockList(
  [
    ['0.0.0.0', 8],
    ['169.254.0.0', 16],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
  [
    // Unspecified, and the old way to have an IPv4 address inside. What is loopback was let through before.
    ['::', 96],
    ['fe80::', 10],
    ['fec0::', 10],
    ['ff00::', 8],
    ['2001:db8::', 32],
    ['3fff::', 20],
    ['100::', 64],
    ['5f00::', 16],
    // These have an IPv4 address inside, which somebody else’s gateway would go to.
    ['::ffff:0:0:0', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['2002::', 16],
    ['2001::', 32],
  ],
);

type Net = readonly [string, number];

function blockList(v4: readonly Net[], v6: readonly Net[]): BlockList {
  const list = new BlockList();
  for (const [net, bits] of v4) list.addSubnet(net, bits, 'ipv4');
  for (const [net, bits] of v6) list.addSubnet(net, bits, 'ipv6');
  return list;
}

/** The place of a registry. What a user calls private may be in a private network. */
export function placeOf(registry: string, isPrivate: boolean): Place {
  const { host, port = 443 } = split(registry);
  return { host, port, isSecure: true, mayBePrivate: isPrivate };
}

/**
 * The same without TLS, for a registry that doesn't speak it: as with Docker only on this machine, and
 * named as such. Undefined for any other.
 */
export function plainPlaceOf(registry: string, isPrivate: boolean): Place | undefined {
  const { host, port = 80 } = split(registry);
  const mayBePlain = isPrivate && isHere(host);
  return mayBePlain ? { host, port, isSecure: false, mayBePrivate: true } : undefined;
}

/** Why an address that a name led to is not connected to; undefined where it may be. */
export function refusalOf({ host, mayBePrivate }: Place, address: string): string | undefined {
  const plain = withoutMapping(address);
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  if (isIP(plain) === 0) return 'it has no address';
  if (LOOPBACK.check(plain, family)) {
    return mayBePrivate && isHere(host) ? undefined : `${plain} is this machine itself`;
  }
  if (FORBIDDEN.check(plain, family)) return `${plain} is no address of a registry`;
  if (!PRIVATE.check(plain, family)) return undefined;
  return mayBePrivate ? undefined : `${plain} is in a private network`;
}

/** Whether a name says itself that it is this machine. */
export function isHere(host: string): boolean {
  return (
    host === 'localhost' ||
    (isIP(host) !== 0 && LOOPBACK.check(host, isIPv6(host) ? 'ipv6' : 'ipv4'))
  );
}

/** `::ffff:10.0.0.1` is 10.0.0.1. */
function withoutMapping(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const number = Number.parseInt(high, 16) * 0x10000 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
}

function split(registry: string): { readonly host: string; readonly port: number | undefined } {
  const [, host = registry, digits] = /^(.*?)(?::(\d{1,5}))?$/.exec(registry) ?? [];
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: digits === undefined ? undefined : Number(digits),
  };
}
