/** Where each provider documents its types: its own pages, as they are kept beside its code. */
interface Pages {
  readonly prefix: string;
  readonly folder: string;
  readonly suffix: string;
}

const GITHUB = 'https://github.com';
const WEBSITE = { folder: 'website/docs/r', suffix: '.html.markdown' };
const DOCS = { folder: 'docs/resources', suffix: '.md' };

const PROVIDERS: readonly Pages[] = [
  pages('aws', 'hashicorp/terraform-provider-aws', WEBSITE),
  pages('google', 'hashicorp/terraform-provider-google', WEBSITE),
  pages('azurerm', 'hashicorp/terraform-provider-azurerm', WEBSITE),
  pages('ibm', 'IBM-Cloud/terraform-provider-ibm', WEBSITE, 'master'),
  pages('kubernetes', 'hashicorp/terraform-provider-kubernetes', DOCS),
  pages('digitalocean', 'digitalocean/terraform-provider-digitalocean', DOCS),
  pages('hcloud', 'hetznercloud/terraform-provider-hcloud', DOCS),
  pages('mongodbatlas', 'mongodb/terraform-provider-mongodbatlas', DOCS, 'master'),
  pages('cloudflare', 'cloudflare/terraform-provider-cloudflare', DOCS),
];

function pages(
  provider: string,
  repository: string,
  { folder, suffix }: Pick<Pages, 'folder' | 'suffix'>,
  branch = 'main',
): Pages {
  const prefix = `${provider}_`;
  return { prefix, suffix, folder: `${GITHUB}/${repository}/blob/${branch}/${folder}` };
}

/** The page of a type in its provider's documentation; undefined for providers that aren't known. */
export function documentationOf(type: string): string | undefined {
  const found = PROVIDERS.find(({ prefix }) => type.startsWith(prefix));
  if (found === undefined) return undefined;
  return `${found.folder}/${type.slice(found.prefix.length)}${found.suffix}`;
}
