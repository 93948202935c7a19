import { homedir } from 'node:os';
import { parseImageReference } from '../../model/image-reference.js';
import { dockerLogins } from '../../registry/credentials.js';
import { type SeenImage, seeImage } from '../../registry/image.js';
import type { Io } from '../terminal/io.js';

/** How registries are asked. */
export interface RegistryFlags {
  /** @default true */
  readonly registries?: boolean;
  /** Registries on this machine or in a private network that may be asked. */
  readonly privateRegistries?: readonly string[];
}

/** Asks registries about images, each one once, a few at a time. */
export async function seeImages(
  io: Io,
  images: readonly string[],
  { privateRegistries = [] }: RegistryFlags,
): Promise<ReadonlyMap<string, SeenImage>> {
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
