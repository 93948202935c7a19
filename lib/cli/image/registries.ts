import { homedir } from 'node:os';
import { quote } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { parseImageReference, withoutCredential } from '../../model/image-reference.js';
import { dockerLogins } from '../../registry/credentials.js';
import { type SeenImage, seeImage } from '../../registry/image.js';
import { type Io, misuse } from '../terminal/io.js';

/** How registries are asked. */
export interface RegistryFlags {
  /** @default true */
  readonly registries?: boolean;
  /** Registries on this machine or in a private network that may be asked. */
  readonly privateRegistries?: readonly string[];
}

/** The registries that may be private, as references name them, or the end of the command. */
export function privateRegistriesIn({ privateRegistries = [] }: RegistryFlags): readonly string[] {
  const wrong = privateRegistries.filter((name) => registryIn(name) === undefined);
  if (wrong.length > 0) misuse(...wrong.map(noRegistry));
  return privateRegistries.flatMap((name) => registryIn(name) ?? []);
}

/** Nothing but a host that a reference can begin with. */
function registryIn(name: string): string | undefined {
  const registry = parseImageReference(`${name}/x`).value?.registry;
  return registry === name.toLowerCase() ? registry : undefined;
}

function noRegistry(name: string): Problem {
  return {
    code: 'cli/private-registries',
    message: `--private-registries: ${quote(withoutCredential(name))} is not a registry as references name it.`,
    remedy: 'Write its host, with a port if it has one: registry.corp, localhost:5000.',
  };
}

/** Asks registries about images, each one once, a few at a time. */
export async function seeImages(
  io: Io,
  images: readonly string[],
  flags: RegistryFlags,
): Promise<ReadonlyMap<string, SeenImage>> {
  const privateRegistries = privateRegistriesIn(flags);
  const home = io.env['HOME'] ?? homedir();
  const options = { login: dockerLogins(io.env, home, io.cwd), privateRegistries };
  const seen = new Map<string, SeenImage>();
  const open = [...new Set(images)];
  const worker = async () => {
    for (let image = open.shift(); image !== undefined; image = open.shift()) {
      const { value } = parseImageReference(image);
      const why = 'It is no reference that can be asked for.';
      seen.set(
        image,
        value === undefined ? { kind: 'not seen', why } : await seeImage(value, options),
      );
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return seen;
}
