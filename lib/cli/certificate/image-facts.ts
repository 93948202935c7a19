import type { Evidence } from '../../certificate/evidence.js';
import type { ImageFact, Seen } from '../../certificate/facts.js';
import { withoutCredential } from '../../model/image-reference.js';
import { type RegistryFlags, seeImages } from '../image/registries.js';
import type { Io } from '../terminal/io.js';

/** Whether each image is still in its registry. */
export async function imageFacts(
  io: Io,
  { images }: Evidence,
  flags: RegistryFlags,
): Promise<Seen<readonly ImageFact[]>> {
  if (images.length === 0) {
    return { kind: 'not applicable', why: 'The objects referred to no image.' };
  }
  if (flags.registries === false) return { kind: 'not checked', why: 'No registry was asked.' };
  const seen = await seeImages(
    io,
    images.map(({ image }) => image),
    flags,
  );
  return {
    kind: 'seen',
    is: images.map(({ image }): ImageFact => {
      const is = seen.get(image);
      const shown = withoutCredential(image);
      if (is?.kind === 'there') return { image: shown, found: 'there', digest: is.digest, why: '' };
      if (is?.kind === 'gone') return { image: shown, found: 'gone', digest: null, why: '' };
      return { image: shown, found: 'not seen', digest: null, why: is?.why ?? '' };
    }),
  };
}
