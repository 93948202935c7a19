import { quoteName } from '../base/inert.js';
import { forgets, type ResourceChange } from '../plan/change.js';
import type { DoubleImport } from '../plan/doubles.js';
import type { Passage } from './passage.js';
import type { PlanReason } from './whole-plan.js';

/**
 * One object has one address: what protects it at one would not be seen at another, where it could
 * be ended or emptied. It may change its address in one plan that lets go of it at the other.
 */
export function judgeImports({ plan }: Passage): readonly PlanReason[] {
  if (plan.doubles.length === 0) return [];
  const left = new Set(plan.changes.filter(isLetGo).map(({ address }) => address));
  return plan.doubles.filter(({ other }) => other === undefined || !left.has(other)).map(doubled);
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
