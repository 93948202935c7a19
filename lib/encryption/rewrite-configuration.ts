import {
  type Document,
  isMap,
  isNode,
  isSeq,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { EncryptionConfiguration, Provider } from './configuration.js';
import { readConfiguration } from './read-configuration.js';
import {
  entryData,
  formatConfiguration,
  groupData,
  providerGroups,
} from './write-configuration.js';

/**
 * The text of a file whose configuration is changed. What its owner wrote beside it, such as since
 * when a key is in use, stays; but above all the result says exactly what it should.
 */
export function rewriteConfiguration(before: string, after: EncryptionConfiguration): string {
  const edited = edit(before, after);
  const { value } = readConfiguration('', edited ?? '');
  const isRight = edited !== undefined && JSON.stringify(value) === JSON.stringify(after);
  return isRight ? edited : formatConfiguration(after);
}

function edit(before: string, { entries }: EncryptionConfiguration): string | undefined {
  const document = parseDocument(before);
  const list = document.get('resources');
  if (document.errors.length > 0 || !isSeq(list)) return undefined;
  for (const [index, entry] of entries.entries()) {
    const node = list.items[index];
    if (isMap(node)) reorder(document, node, entry.providers);
    else list.add(document.createNode(entryData(entry)));
  }
  return document.toString({ lineWidth: 0 });
}

/** Puts the providers of an entry into their new order. Those that were there keep their nodes. */
function reorder(document: Document, entry: YAMLMap, providers: readonly Provider[]): void {
  const list = entry.get('providers');
  if (!isSeq(list)) return;
  ownComment(list);
  const known = new Map<string, Node>();
  for (const item of list.items) if (isMap(item)) collect(item, known);
  list.items = providerGroups(providers).map((group) => {
    const own = known.get(nodeName(group[0]));
    if (!group.every((each) => 'secret' in each))
      return own ?? document.createNode(groupData(group));
    return localKeys(document, group, known);
  });
}

/** Notes the nodes of a provider, and of each of its keys. */
function collect(item: YAMLMap, known: Map<string, Node>): void {
  const [kind] = Object.keys(item.toJSON());
  const inside = item.get(kind);
  const keys = isMap(inside) ? inside.get('keys') : undefined;
  const name = isMap(inside) ? inside.get('name') : undefined;
  known.set(name === undefined ? `${kind}` : `${kind} ${name}`, item);
  if (isSeq(keys)) ownComment(keys);
  for (const key of isSeq(keys) ? keys.items : []) {
    if (isMap(key)) known.set(`${kind} ${key.get('name')}`, key);
  }
}

/** What stands above the first of a list is about that one, and goes where it goes. */
function ownComment(list: YAMLSeq): void {
  const [first] = list.items;
  if (typeof list.commentBefore !== 'string' || !isNode(first)) return;
  first.commentBefore = list.commentBefore;
  list.commentBefore = null;
}

function nodeName(provider: Provider | undefined): string {
  if (provider === undefined || provider.provider === 'identity') return 'identity';
  return `${provider.provider} ${provider.name}`;
}

function localKeys(document: Document, group: readonly Provider[], known: Map<string, Node>): Node {
  const kind = group[0]?.provider ?? '';
  const keys = group.map((each) => known.get(nodeName(each)) ?? document.createNode(keyData(each)));
  const item = known.get(kind) ?? document.createNode(groupData(group));
  // Where a kind comes twice, the second one is new.
  known.delete(kind);
  const list = isMap(item) ? item.getIn([kind, 'keys']) : undefined;
  if (isSeq(list)) list.items = keys;
  return item;
}

function keyData(provider: Provider): object {
  return 'secret' in provider ? { name: provider.name, secret: provider.secret } : {};
}
