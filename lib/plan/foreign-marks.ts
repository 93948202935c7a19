import { isRecord, memberOf } from '../base/guards.js';
import { hasUnknown, type Update } from './content.js';

/** Attributes by which resources write into the metadata of objects that they don't own. */
const WRITTEN: Readonly<Record<string, string>> = {
  kubernetes_labels: 'labels',
  kubernetes_annotations: 'annotations',
};

/** Whether a manifest sets names of ours, or did, on the object that it stands for. */
export function manifestMarks({ before, after }: Pick<Update, 'before' | 'after'>): boolean {
  return [before, after].some((values) => {
    const metadata = memberOf(memberOf(values, 'manifest'), 'metadata');
    return Object.values(WRITTEN).some((name) => marksIn(memberOf(metadata, name)) !== NONE);
  });
}

/**
 * Whether a resource sets, changes or takes away marks of ours on an object of another resource. A
 * name that isn't known yet could be one of them.
 */
export function writesMarks(type: string, { before, after, unknown }: Update): boolean {
  const attribute = WRITTEN[type];
  if (attribute === undefined) return false;
  const of = (values: unknown) => (isRecord(values) ? values[attribute] : undefined);
  const [was, is] = [marksIn(of(before)), marksIn(of(after))];
  return was !== is || (hasUnknown(of(unknown)) && !isRecord(of(after)));
}

const NONE = '[]';

function marksIn(names: unknown): string {
  const entries = Object.entries(isRecord(names) ? names : {});
  return JSON.stringify(entries.filter(([name]) => name.startsWith('reprieve.dev/')).sort());
}
