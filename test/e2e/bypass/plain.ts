/** Addresses of what `PLAIN_DECLARATION` declares. */
export const DB = 'terraform_data.db';
export const EU = 'terraform_data.buckets["eu"]';
export const US = 'terraform_data.buckets["us"]';
export const DISK = 'terraform_data.disks[2]';

/** Resources without a project: one alone, two that go together, several of each kind. */
export const PLAIN_DECLARATION = `
  const db = new DataResource(stack, 'db', { input: { name: 'orders' } });
  Reclamation.protect(db, { name: 'orders-db' });
  const shop = new Reclaimable(stack, 'shop');
  const a = new DataResource(shop, 'a', { input: { name: 'a' } });
  new DataResource(shop, 'b', { input: { a: a.id } });
  const buckets = new DataResource(stack, 'buckets', {});
  buckets.addOverride('for_each', '\${toset(["eu", "us"])}');
  Reclamation.protect(buckets, { name: 'buckets', instances: ['eu'] });
  const disks = new DataResource(stack, 'disks', { count: 3 });
  Reclamation.protect(disks, { name: 'disks', instances: [2] });
`;

/** What of it is deleted for the second half. */
export const PLAIN_TARGETS = ['orders-db', 'shop', 'buckets/resources/eu', 'disks/resources/2'];

/** The declaration without the lines that match. */
export function without(lines: RegExp): string {
  return PLAIN_DECLARATION.replace(lines, '');
}
