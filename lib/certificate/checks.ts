import { quoteName } from '../base/inert.js';
import { plural } from '../base/plural.js';
import { type Check, checkOf, type Finding, type Result, type Subject, worst } from './check.js';
import { etcdCheck, filesCheck, historyCheck } from './etcd-checks.js';
import type { Evidence, EvidenceObject } from './evidence.js';
import type { ClusterFacts, Facts, ImageFact, StateFacts } from './facts.js';
import { keyCheck, rotationCheck } from './key-checks.js';
import { versionsCheck } from './version-checks.js';

/** Every check, in a fixed order. None is left out: what could not be looked at says so. */
export function checksOf(evidence: Evidence, facts: Facts): readonly Check[] {
  return [
    stateCheck(evidence, facts),
    objectsCheck(evidence, facts),
    etcdCheck(evidence, facts),
    historyCheck(evidence, facts),
    filesCheck(evidence, facts),
    versionsCheck(evidence, facts),
    rotationCheck(facts),
    keyCheck(facts),
    imagesCheck(evidence, facts),
  ];
}

function stateCheck(evidence: Evidence, { state }: Facts): Check {
  const subject: Subject = { id: 'state/current', about: 'deletion', title: 'State' };
  return checkOf(subject, state, (is) => {
    const { left, serial } = is;
    const which = serial === null ? 'The state' : `The state (serial ${serial})`;
    if (left.length > 0) {
      return {
        result: 'left',
        says: `${which} still has ${plural(left.length, 'object')}. ${DEPLOY_AGAIN}`,
        found: left.map((what) => ({ what, result: 'left', says: 'It is still in the state.' })),
      };
    }
    const stranger = strangeState(evidence, is);
    return stranger === undefined
      ? { result: 'confirmed', says: `${which} has none of the objects.` }
      : { result: 'not known', says: stranger };
  });
}

const DEPLOY_AGAIN = 'The deletion is not carried out, or only in part: deploy again.';

/** Another state has none of the objects either: another workspace, an earlier version, an empty one. */
function strangeState(evidence: Evidence, { lineage, serial }: StateFacts): string | undefined {
  if (evidence.state === null) return 'The evidence doesn’t say which state the objects were in.';
  if (lineage !== evidence.state.lineage) {
    return 'This is another state than the objects were in: its lineage is another. Check backend and workspace.';
  }
  return serial === null || serial < evidence.state.serial
    ? `This is an earlier version of the state than the evidence was taken from (serial ${evidence.state.serial}).`
    : undefined;
}

function objectsCheck(evidence: Evidence, { cluster }: Facts): Check {
  if (evidence.objects.length === 0) {
    const says = 'The evidence names no object, so nothing could be looked for.';
    return { ...OBJECTS, result: 'not known', says, found: [] };
  }
  const found = evidence.objects.map((each) => objectFinding(each, evidence, cluster));
  const result = worst(found.map((each) => each.result));
  return { ...OBJECTS, result, says: objectsSentence(found, result), found };
}

const OBJECTS: Subject = { id: 'objects', about: 'deletion', title: 'Objects, by uid' };

function objectsSentence(found: readonly Finding[], result: Result): string {
  const count = plural(found.filter((each) => each.result === result).length, 'object');
  switch (result) {
    case 'left':
      return `Of ${found.length}, ${count} still there. See what holds each (a finalizer, or a state that has forgotten it), then delete it.`;
    case 'not known':
    case 'not checked':
      return `Of ${found.length}, ${count} of which it is ${result} whether it is gone.`;
    case 'confirmed':
      return `The API server has none of the ${count}, by uid.`;
    default:
      return 'None of the objects ever was outside of the state.';
  }
}

/** Types whose objects are nowhere but in the state. */
const IN_STATE_ALONE = /^(?:terraform_data|null_resource|(?:random|time|tls)_\w+)$/;

function objectFinding(
  each: EvidenceObject,
  evidence: Evidence,
  cluster: Facts['cluster'],
): Finding {
  const what = nameOf(each);
  if (IN_STATE_ALONE.test(each.type ?? '')) {
    return { what, result: 'not applicable', says: 'It never was anywhere but in the state.' };
  }
  if (each.type !== null && !each.type.startsWith('kubernetes_')) {
    const says = 'It is not an object of Kubernetes. Its own provider was not asked.';
    return { what, result: 'not checked', says };
  }
  return cluster.kind === 'seen'
    ? clusterFinding(each, evidence, cluster.is)
    : { what, result: cluster.kind, says: cluster.why };
}

function clusterFinding(each: EvidenceObject, evidence: Evidence, cluster: ClusterFacts): Finding {
  const what = nameOf(each);
  const { object, uid } = each;
  if (object === null) {
    const says = 'Nobody knew which object it was, so it could not be looked up.';
    return { what, result: 'not known', says };
  }
  const fact = cluster.objects.find(
    ({ resource, namespace, name }) =>
      resource === object.resource && namespace === object.namespace && name === object.name,
  );
  if (fact === undefined) return { what, result: 'not known', says: 'It was not looked up.' };
  if (fact.unseen !== null) return { what, result: 'not known', says: fact.unseen };
  if (uid !== null && fact.uid === uid) {
    const says = `The object with the uid ${quoteName(uid)} is still there.`;
    return { what, result: 'left', says };
  }
  const stranger = strangeCluster(evidence, cluster);
  if (stranger !== undefined) return { what, result: 'not known', says: stranger };
  if (fact.uid === null) {
    const by = uid === null ? '' : ` Its uid was ${quoteName(uid)}.`;
    return { what, result: 'confirmed', says: `Nothing of that name is there.${by}` };
  }
  if (uid === null) {
    const says = `An object of that name is there, with the uid ${quoteName(fact.uid)}. The evidence has no uid to compare it with.`;
    return { what, result: 'not known', says };
  }
  const says = `The object with the uid ${quoteName(uid)} is gone. Another one of that name is there now, with the uid ${quoteName(fact.uid)}.`;
  return { what, result: 'confirmed', says };
}

/** In another cluster there is none of the objects either. */
function strangeCluster(evidence: Evidence, { id }: ClusterFacts): string | undefined {
  const before = evidence.cluster?.id ?? null;
  if (before === null || id === null) {
    return `It is not in this cluster, but ${before === null ? 'the evidence doesn’t say' : 'this cluster doesn’t say'} whether it is the one where it was.`;
  }
  return before === id
    ? undefined
    : `It is not in this cluster, but this is another cluster: its namespace \`kube-system\` has the uid ${quoteName(id)}, and had ${quoteName(before)} when the evidence was taken.`;
}

/** Where objects were gone before anybody looked, it isn't known whether they referred to an image. */
function imagesCheck(evidence: Evidence, facts: Facts): Check {
  const known = knownImagesCheck(facts);
  const open = evidence.objects.filter(
    ({ address, type, inState, uidFrom }) =>
      address !== null && !inState && uidFrom !== 'plan' && !WITHOUT_IMAGES.test(type ?? ''),
  ).length;
  if (open === 0 || known.result === 'not checked') return known;
  const unknown = `Of ${plural(open, 'object')} nobody knew any more whether there was an image.`;
  const says = known.result === 'not applicable' ? unknown : `${known.says} ${unknown}`;
  return { ...known, result: worst([known.result, 'not known']), says };
}

/** Types that refer to no image. */
const WITHOUT_IMAGES =
  /^kubernetes_(?:secret|config_map|namespace|service_account|(?:cluster_)?role(?:_binding)?|resource_quota|limit_range|network_policy)(?:_v\d+)?$/;

function knownImagesCheck({ images }: Facts): Check {
  const subject: Subject = { id: 'images', about: 'copies', title: 'Images in their registries' };
  return checkOf(subject, images, (all) => {
    const found = all.map(imageFinding);
    const count = (result: Finding['result']) =>
      found.filter((each) => each.result === result).length;
    const result = worst(found.map((each) => each.result));
    const says =
      found.length === 0
        ? 'The objects referred to no image.'
        : `${count('confirmed')} gone, ${count('left')} still in the registry, ${count('not known')} not to be seen. Deleting a project never deletes an image.${result === 'left' ? ' `npx reprieve image list TARGET` prints the command for each.' : ''}`;
    return { result, says, found };
  });
}

function imageFinding({ image, found, digest, why }: ImageFact): Finding {
  if (found === 'gone') return { what: image, result: 'confirmed', says: goneSentence(image) };
  if (found === 'not seen') return { what: image, result: 'not known', says: why };
  return {
    what: image,
    result: 'left',
    says:
      digest === null
        ? 'It is still in its registry.'
        : `It is still in its registry, as ${quoteName(digest)}.`,
  };
}

/** Evidence has references: what a tag led to may have other tags. */
function goneSentence(image: string): string {
  return image.includes('@')
    ? 'The registry has it no more.'
    : 'The registry has nothing by this reference any more. What it led to before is gone unless it has another tag, or is kept by its digest.';
}

/** As people know it: `secret billing/db`, or Terraform's address. */
export function nameOf({ object, address }: EvidenceObject): string {
  if (object === null) return address ?? '';
  const { resource, namespace, name } = object;
  return `${resource.split('.')[0]} ${namespace === null ? '' : `${namespace}/`}${name}`;
}
