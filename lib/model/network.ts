import { isIP } from 'node:net';
import { quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { isDnsLabel } from './names.js';
import type { IngressSpec } from './specification.js';

const MAX_PORT = 65_535;

/** Checks who is let in, and on which ports. Ports come out ascending, each once. */
export function checkIngress(ingress: IngressSpec): Checked<IngressSpec> {
  const problems = new Problems();
  if ('cidr' in ingress) {
    if (!isCidr(ingress.cidr)) problems.add(wrongCidr(ingress.cidr));
  } else if (!isDnsLabel(ingress.namespace)) problems.add(wrongNamespace(ingress.namespace));
  const { ports, ...peer } = ingress;
  const allowed = problems.take(checkPorts(ports));
  return problems.result({
    ...peer,
    ...(allowed === undefined || allowed.length === 0 ? {} : { ports: allowed }),
  });
}

/** An empty list would let nothing in, and is a mistake; none at all stands for every port. */
function checkPorts(ports: unknown): Checked<readonly number[]> {
  if (ports === undefined) return { value: [], problems: [] };
  const isList = Array.isArray(ports) && ports.length > 0 && ports.every(isPort);
  if (!isList) return { problems: [wrongPorts(ports)] };
  return { value: [...new Set(ports)].sort((a, b) => a - b), problems: [] };
}

function isPort(port: unknown): port is number {
  return Number.isInteger(port) && Number(port) >= 1 && Number(port) <= MAX_PORT;
}

/** An address, a slash and the number of leading bits, as Kubernetes reads it. */
function isCidr(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(bits)) return false;
  return Number(bits) <= (version === 4 ? 32 : 128);
}

function wrongCidr(cidr: unknown): Problem {
  const meant = typeof cidr === 'string' && isIP(cidr) !== 0 ? hostOf(cidr) : undefined;
  return {
    code: 'network/cidr',
    message: `${quote(cidr)} is not a range of addresses.`,
    remedy: `Write an address and the number of its leading bits, such as 10.0.0.0/8.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  };
}

/** A single address as a range. */
function hostOf(address: string): string {
  return `${address}/${isIP(address) === 4 ? 32 : 128}`;
}

function wrongNamespace(namespace: unknown): Problem {
  return {
    code: 'network/namespace',
    message: `${quote(namespace)} is not the name of a namespace.`,
    remedy: 'Use 1 to 63 lower-case letters, digits and hyphens.',
  };
}

function wrongPorts(ports: unknown): Problem {
  return {
    code: 'network/ports',
    message: `\`ports\` is ${Array.isArray(ports) ? `[${ports.slice(0, 8).map(quote).join(', ')}]` : quote(ports)}.`,
    remedy: `Write a list of numbers from 1 to ${MAX_PORT}, or leave it out for every port.`,
  };
}
