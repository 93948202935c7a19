import { type ImageReference, registryOf } from '../model/image-reference.js';

/** How an image is deleted where it is, or why nobody can say it exactly. */
export type Deleting =
  | { readonly command: string; readonly note: string }
  | { readonly command: null; readonly note: string };

/**
 * The exact command that deletes an image in its registry. `digest` is what the reference was resolved
 * to. What stands in a reference is letters, digits and a few signs: a shell takes it as it is.
 */
export function deleteCommand(reference: ImageReference, digest: string | undefined): Deleting {
  const registry = registryOf(reference);
  const row = REGISTRIES.find(({ isAt }) => isAt(registry));
  return (row?.deleting ?? byDigest)(reference, digest ?? reference.digest);
}

type Say = (reference: ImageReference, digest: string | undefined) => Deleting;

interface Registry {
  readonly isAt: (registry: string) => boolean;
  readonly deleting: Say;
}

const endsWith =
  (...ends: readonly string[]) =>
  (registry: string) =>
    ends.some((end) => registry === end || registry.endsWith(`.${end}`));

const BY_DIGEST = 'It deletes the image under all its tags.';
const UNKNOWN: Deleting = {
  command: null,
  note: 'A registry deletes by digest, and the digest isn’t known. See the image first.',
};

const REGISTRIES: readonly Registry[] = [
  {
    isAt: endsWith('icr.io'),
    deleting: ({ registry, repository, tag }, digest) => ({
      command: `ibmcloud cr image-rm ${registry}/${repository}${digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`}`,
      note: 'It deletes the image under all its tags; `ibmcloud cr image-untag` removes a tag alone. It can be restored for 30 days: ibmcloud cr trash-list.',
    }),
  },
  {
    isAt: (registry) => registry === 'docker.io',
    deleting: (reference) => onDockerHub(reference),
  },
  {
    isAt: (registry) => /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/.test(registry),
    deleting: ({ registry, repository }, digest) => {
      if (digest === undefined) return UNKNOWN;
      const [account = '', , , region = ''] = registry.split('.');
      return {
        command: `aws ecr batch-delete-image --region ${region} --registry-id ${account} --repository-name ${repository} --image-ids imageDigest=${digest}`,
        note: BY_DIGEST,
      };
    },
  },
  {
    isAt: endsWith('pkg.dev'),
    deleting: ({ registry, repository }, digest) =>
      digest === undefined
        ? UNKNOWN
        : {
            command: `gcloud artifacts docker images delete ${registry}/${repository}@${digest} --delete-tags`,
            note: BY_DIGEST,
          },
  },
  {
    isAt: endsWith('azurecr.io'),
    deleting: ({ registry, repository }, digest) =>
      digest === undefined
        ? UNKNOWN
        : {
            command: `az acr repository delete --name ${registry.split('.')[0]} --image ${repository}@${digest}`,
            note: BY_DIGEST,
          },
  },
  {
    isAt: (registry) => registry === 'ghcr.io',
    deleting: () => ({
      command: null,
      note: 'GitHub’s registry has no deletion by its API: delete the version on the package’s page.',
    }),
  },
];

/** There, tags are deleted; a tag beside a digest may lead elsewhere by now. */
function onDockerHub({ repository, tag, digest }: ImageReference): Deleting {
  if (repository.startsWith('library/')) {
    const note = 'It is an official image: only Docker can delete it.';
    return { command: null, note };
  }
  if (tag === undefined || digest !== undefined) {
    const note = 'Docker Hub deletes by tag: delete the tags of this digest on hub.docker.com.';
    return { command: null, note };
  }
  return {
    command: `curl --fail-with-body -X DELETE -H "Authorization: Bearer $HUB_TOKEN" https://hub.docker.com/v2/repositories/${repository}/tags/${tag}/`,
    note: '$HUB_TOKEN is what POST https://hub.docker.com/v2/auth/token gives for a personal access token. It deletes the tag.',
  };
}

/** By the API that every registry of the OCI distribution specification may have. */
function byDigest({ registry, repository }: ImageReference, digest: string | undefined): Deleting {
  if (digest === undefined) return UNKNOWN;
  return {
    command: `curl --fail-with-body -X DELETE -H "Authorization: Bearer $TOKEN" https://${registry}/v2/${repository}/manifests/${digest}`,
    note: `${BY_DIGEST} $TOKEN is one that may delete in this repository. Registries may have deletion switched off, and free the room only later.`,
  };
}
