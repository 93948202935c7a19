import { type ImageReference, parseImageReference } from '../../../model/image-reference.js';
import type { Keyword } from '../keyword.js';

/** What an image reference has to be like. */
interface ImageRules {
  /** Hosts, `*.HOST` for all below one, or `HOST/PATH` for what lies under a path. */
  readonly registries?: readonly string[];
  /** Tags that say nothing of what is pulled; a missing tag is `latest`. */
  readonly forbiddenTags?: readonly string[];
  /** Whether a digest is needed. */
  readonly digest?: boolean;
}

/**
 * `imageReference: { registries, forbiddenTags, digest }` looks at an image reference as registries
 * read it, so that `host:5000/app` has no tag and `nginx` comes from docker.io. A reference that
 * can't be read fails. What isn't text is left to `type`.
 */
export const imageReference: Keyword = {
  name: 'imageReference',
  types: ['string'],
  own: {
    metaSchema: {
      properties: {
        registries: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 256 } },
        forbiddenTags: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 128 } },
        digest: { type: 'boolean' },
      },
    },
    message: (operand) => wanted(Object(operand)),
  },
  match: (operand) => {
    const rules: ImageRules = Object(operand);
    return (value) => typeof value !== 'string' || keeps(rules, parsed(value));
  },
};

/** Many pods run few images, and several policies look at each. */
const known = new Map<string, ImageReference>();
const MOST = 1000;

function parsed(text: string): ImageReference | undefined {
  const before = known.get(text);
  if (before !== undefined) return before;
  const { value } = parseImageReference(text);
  if (known.size >= MOST) known.clear();
  // What can't be read may be as long as a plan.
  if (value !== undefined) known.set(text, value);
  return value;
}

function keeps(rules: ImageRules, image: ImageReference | undefined): boolean {
  if (image === undefined) return false;
  const { registries, forbiddenTags, digest } = rules;
  const isKnown =
    registries === undefined || registries.some((registry) => isUnder(registry, image));
  // With a digest, the tag is only a remark.
  const isVague =
    image.digest === undefined &&
    image.tag !== undefined &&
    (forbiddenTags ?? []).includes(image.tag);
  return isKnown && !isVague && (digest !== true || image.digest !== undefined);
}

function isUnder(allowed: string, { registry, repository }: ImageReference): boolean {
  const slash = allowed.indexOf('/');
  const host = (slash < 0 ? allowed : allowed.slice(0, slash)).toLowerCase();
  const path = slash < 0 ? '' : allowed.slice(slash + 1).replace(/\/$/, '');
  const isHost = host.startsWith('*.') ? registry.endsWith(host.slice(1)) : registry === host;
  return isHost && (path === '' || `${repository}/`.startsWith(`${path}/`));
}

function wanted({ registries, forbiddenTags = [], digest }: ImageRules): string {
  const parts = [
    ...(registries === undefined ? [] : [`from ${registries.join(' or ') || 'no registry'}`]),
    ...(forbiddenTags.length === 0 ? [] : [`with a tag other than ${forbiddenTags.join(', ')}`]),
    ...(digest === true ? ['with a digest'] : []),
  ];
  return ['must be an image reference', parts.join(', ')].join(' ').trim();
}
