import { DEADLINE_ANNOTATION } from '../model/marks.js';

/**
 * Building blocks of the policies' expressions. They fail closed: what can't be read counts as
 * absent, and an error in an expression denies.
 *
 * @see https://kubernetes.io/docs/reference/using-api/cel/
 */

type Subject = 'object' | 'oldObject';

/** A text of ours as a CEL literal: JSON's syntax is a part of CEL's. */
export function text(value: string): string {
  return JSON.stringify(value);
}

/** A list of texts. */
export function texts(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`;
}

/** An annotation, empty where there is none. */
export function annotation(subject: Subject, name: string): string {
  return `${subject}.metadata.?annotations[${text(name)}].orValue("")`;
}

/** A label, empty where there is none. */
export function label(subject: Subject, name: string): string {
  return `${subject}.metadata.?labels[${text(name)}].orValue("")`;
}

/** An annotation of the object's namespace, empty where there is none of either. */
export function namespaceAnnotation(name: string): string {
  return `(namespaceObject == null ? "" : namespaceObject.metadata.?annotations[${text(name)}].orValue(""))`;
}

/** The same of an object whose labels or annotations are variables already (`METADATA`). */
export function labelVariable(subject: Subject, name: string): string {
  return `variables.${subject === 'object' ? 'labels' : 'oldLabels'}[?${text(name)}].orValue("")`;
}

export function noteVariable(subject: Subject, name: string): string {
  return `variables.${subject === 'object' ? 'notes' : 'oldNotes'}[?${text(name)}].orValue("")`;
}

/** Whether the object, or the namespace around it, was allowed to end already. */
export function ending(subject: Subject): string {
  return `(has(${subject}.metadata.deletionTimestamp) || (namespaceObject != null && has(namespaceObject.metadata.deletionTimestamp)))`;
}

/** How many owners the object has, on whose end the garbage collector deletes it. */
export function owners(subject: Subject): string {
  return `size(${subject}.metadata.?ownerReferences.orValue([]))`;
}

/** Whether an expression is a time as Terraform writes it. */
export function isTime(expression: string): string {
  return `${expression}.matches("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$")`;
}

/** Whether an expression is a time that has come, by the policy's clock. */
export function hasCome(expression: string, now = 'variables.now'): string {
  return `(${isTime(expression)} && timestamp(${expression}) <= ${now})`;
}

/** Whether an expression is a period as the constructs write it. */
export function isPeriod(expression: string): string {
  return `${expression}.matches("^([0-9]{1,6}h)?([0-9]{1,2}m)?([0-9]{1,2}s)?$") && ${expression} != ""`;
}

/** The request's object in a sentence: `Secret "dockerhub"`. */
export function subject(of: Subject): string {
  return `request.kind.kind + " \\"" + ${of}.metadata.?name.orValue("") + "\\""`;
}

/** Kubernetes' sentence parts, put together. */
export function sentence(...parts: readonly string[]): string {
  return parts.join(' + ');
}

/** The namespace's deadline, which everything in a soft-deleted project may rely on. */
export const NAMESPACE_DEADLINE = namespaceAnnotation(DEADLINE_ANNOTATION);

/** Where the project around an object is: `live`, `soft-deleted` or `ending`. */
export const NAMESPACE_STATE = `(has(namespaceObject.metadata.deletionTimestamp) ? "ending" : ${NAMESPACE_DEADLINE} == "" ? "live" : "soft-deleted")`;

/** Whoever asks, for a message. */
export const WHO = 'request.userInfo.username';
