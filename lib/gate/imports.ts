import { quoteName } from '../base/inert.js';
import { forgets, type ResourceChange } from '../plan/change.js';
import type { DoubleImport } from '../plan/doubles.js';
import { reviewerOf } from './approval.js';
import type { GateContext } from './context.js';
import type { Passage } from './passage.js';
import type { PlanReason } from './whole-plan.js';

/** What a plan's imports mean for it. */
export interface ImportVerdict {
  readonly why: readonly PlanReason[];
  readonly notices: readonly PlanReason[];
}

/**
 * One object has one address: what protects it at one would not be seen at another, where it could
 * be ended or emptied. It may change its address in one plan that lets go of it at the other.
 */
export function judgeImports(passage: Passage, context: GateContext): ImportVerdict {
  const { plan } = passage;
  if (plan.doubles.length === 0) return { why: [], notices: [] };
  const left = new Set(plan.changes.filter(isLetGo).map(({ address }) => address));
  const doubles = plan.doubles.filter(({ other }) => other === undefined || !left.has(other));
  const alike = doubles.filter((each) => each.isAlike && isProtected(each, passage));
  const reviewer = reviewerOf(context);
  const twice = doubles.filter(({ isAlike }) => !isAlike).map(doubled);
  return reviewer === undefined
    ? { why: [...twice, ...alike.map(alikeOf)], notices: [] }
    : { why: twice, notices: alike.map((each) => allowed(each, reviewer)) };
}

/** Many resources share an id with what they are for: only what is protected is worth the doubt. */
function isProtected({ other = '', isMarked }: DoubleImport, { before, formerAddress }: Passage) {
  return isMarked === true || before.listingsOf(formerAddress(other)).length > 0;
}

function alikeOf({ address, other = '' }: DoubleImport): PlanReason {
  return {
    code: 'imported-alike',
    address,
    message: `The plan imports what has the same id as ${quoteName(other)}, which is protected: it could be the same object under another type, and its end would not be seen here. Take the import away. If it is another one, such as a setting of it, write it without an import; or have an approver that reprieve.yaml names approve this change at the forge, with the review asking there.`,
  };
}

function allowed({ address, other = '' }: DoubleImport, reviewer: string): PlanReason {
  return {
    code: 'imported-alike',
    address,
    message: `${quoteName(reviewer)} has approved the import of what has the same id as ${quoteName(other)}: another object, or its end would not be seen here.`,
  };
}

/** What another stack protects may be taken in, and is known by its label alone from then on. */
export function noteImports({ plan, after }: Passage): readonly PlanReason[] {
  return plan.changes
    .filter(({ importing, marks, address }) => {
      return importing && marks.isProtected && after.listingsOf(address).length === 0;
    })
    .map(({ address, marks: { project } }) => ({
      code: 'imported-protected',
      address,
      message: `The plan imports an object that ${project === undefined ? 'a project protects' : `${quoteName(project)} protects`}, and no guard of this stack lists it. It can’t be ended or let go of from here.`,
    }));
}

function isLetGo(change: ResourceChange): boolean {
  return forgets(change) && !change.actions.includes('delete');
}

function doubled({ address, other }: DoubleImport): PlanReason {
  return other === undefined
    ? {
        code: 'import-unknown',
        address,
        message:
          'The plan imports an object, and nobody can tell which one: it could be one that is protected. Give the import an id that is known.',
      }
    : {
        code: 'imported-twice',
        address,
        message: `The plan imports an object that is ${quoteName(other)} already: under two addresses, one could end what the other protects. Take the import away; to change an object’s address, use a moved block.`,
      };
}
