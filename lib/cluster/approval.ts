import { APPROVAL_ANNOTATION, DEADLINE_ANNOTATION } from '../model/marks.js';
import { annotation, isTime, NAMESPACE_DEADLINE, namespaceAnnotation, texts, WHO } from './cel.js';

/**
 * Whether somebody else than the one who asks approved the end of the object, or of the whole
 * project around it, with the deadline that it carries now: an approval does not outlive a restore.
 * Uses `variables.now`.
 *
 * @param isDeclared anybody may write an annotation on what is undeclared: there only the
 *   namespace's counts
 */
export function approvedByAnother(approvers: readonly string[], isDeclared = true): string {
  if (approvers.length === 0) return 'false';
  const own = consents(approvers, {
    approval: annotation('oldObject', APPROVAL_ANNOTATION),
    uid: 'oldObject.metadata.uid',
    deadline: annotation('oldObject', DEADLINE_ANNOTATION),
  });
  // The type of a namespaceObject knows no uid, though the object has it.
  const around = consents(approvers, {
    approval: namespaceAnnotation(APPROVAL_ANNOTATION),
    uid: 'dyn(namespaceObject).metadata.uid',
    deadline: NAMESPACE_DEADLINE,
  });
  const inside = `(namespaceObject != null && ${around})`;
  return isDeclared ? `(${own} || ${inside})` : inside;
}

interface Consent {
  readonly approval: string;
  readonly uid: string;
  readonly deadline: string;
}

function consents(approvers: readonly string[], { approval, uid, deadline }: Consent): string {
  const value = `string(${approval})`;
  const name = `(user + " " + string(${uid}) + " ")`;
  const stands = `(" " + (${deadline} == "" ? "live" : ${deadline}))`;
  const expires = `${value}.substring(size(${name}), size(${value}) - size(${stands}))`;
  return [
    `(${value} != "" && ${texts(approvers)}.exists(user, user.lowerAscii() != ${WHO}.lowerAscii()`,
    `&& ${value}.lowerAscii().startsWith(${name}.lowerAscii()) && ${value}.endsWith(${stands})`,
    `&& size(${value}) > size(${name}) + size(${stands})`,
    `&& ${isTime(expires)} && timestamp(${expires}) > variables.now))`,
  ].join(' ');
}
