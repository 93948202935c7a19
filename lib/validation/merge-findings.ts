import { compareTexts } from '../base/order.js';
import type { PolicyFinding } from '../review/review.js';
import { withoutIndex } from '../state/address.js';

/**
 * What policies say of a plan and of the code that it was made from, each finding once. The plan's
 * counts: it has the whole address. What only one of them leaves undecided is left out where the
 * other is sure; what is undecided beside a fault of its own side stays.
 */
export function mergeFindings(
  planned: readonly PolicyFinding[],
  declared: readonly PolicyFinding[],
): readonly PolicyFinding[] {
  const known = new Set(planned.map(placeKey));
  const others = declared.filter((each) => !known.has(placeKey(each)));
  const [plan, code] = [sureIn(planned), sureIn(declared)];
  return [
    ...planned.filter(
      (each) => isSure(each) || plan.has(objectKey(each)) || !code.has(objectKey(each)),
    ),
    ...others.filter((each) => isSure(each) || !plan.has(objectKey(each))),
  ].sort(compareFindings);
}

function sureIn(findings: readonly PolicyFinding[]): ReadonlySet<string> {
  return new Set(findings.filter(isSure).map(objectKey));
}

/** The order of every report. */
export function compareFindings(a: PolicyFinding, b: PolicyFinding): number {
  return (
    compareTexts(a.stack, b.stack) ||
    compareTexts(a.policy, b.policy) ||
    compareTexts(a.address, b.address) ||
    compareTexts(a.pointer, b.pointer) ||
    compareTexts(a.message, b.message)
  );
}

function isSure({ state }: PolicyFinding): boolean {
  return state !== 'undecided';
}

function objectKey({ stack, policy, address }: PolicyFinding): string {
  return JSON.stringify([stack, policy, withoutIndex(address)]);
}

/** Terraform's JSON has a single block bare, a plan has it in a list. */
function placeKey(finding: PolicyFinding): string {
  const isUndecided = finding.state === 'undecided';
  return JSON.stringify([
    objectKey(finding),
    finding.pointer.replaceAll(/\/0(?=\/|$)/g, ''),
    isUndecided,
  ]);
}
