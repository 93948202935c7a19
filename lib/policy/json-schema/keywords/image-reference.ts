import type { KeywordDefinition } from 'ajv/dist/2020.js';
import { type ImageReference, parseImageReference } from '../../../model/image-reference.js';

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
export const imageReferenceKeyword: KeywordDefinition = {
  keyword: 'imageReference',
  type: 'string',
  schemaType: 'object',
  errors: true,
  metaSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      registries: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 256 } },
      forbiddenTags: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 128 } },
      digest: { type: 'boolean' },
    },
  },
  compile: (rules: ImageRules) => keepsImageRules(rules),
  error: { message: ({ schema }) => wanted(schema) },
};

/** Whether texts are image references that keep the rules. */
export function keepsImageRules(rules: ImageRules): (text: unknown) => boolean {
  return (text) => {
    const { value } = parseImageReference(text);
    return value !== undefined && keeps(rules, value);
  };
}

function keeps({ registries, forbiddenTags, digest }: ImageRules, image: ImageReference): boolean {
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
