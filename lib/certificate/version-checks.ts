import { quoteName, quoteWhole } from '../base/inert.js';
import { plural } from '../base/plural.js';
import { type Check, checkOf, type Finding, type Result, type Subject, worst } from './check.js';
import type { Evidence } from './evidence.js';
import type { AskedFacts, Facts, VersionFact, VersionFacts } from './facts.js';

/** Whether older versions of the state still have objects of the deletion. */
export function versionsCheck(evidence: Evidence, { versions }: Facts): Check {
  const subject: Subject = {
    id: 'state/versions',
    about: 'copies',
    title: 'Older versions of the state',
  };
  return checkOf(subject, versions, (is) => {
    const found = is.versions.map((each) => versionFinding(each, is.asked?.mfaDelete === true));
    const seen = worst(['confirmed', ...found.map((each) => each.result)]);
    const open = seen === 'left' ? undefined : unproven(evidence, is);
    if (seen === 'confirmed' && open !== undefined)
      return { result: 'not known', says: open, found };
    const says = [sentence(seen, is), open, unseen(is.asked), versioning(is.asked)];
    const result: Result = isAll(is.asked) || seen === 'left' ? seen : 'not known';
    return { result, says: says.filter((each) => each !== undefined).join(' '), found };
  });
}

function sentence(result: Result, { where, versions }: VersionFacts): string {
  const place = quoteName(where);
  if (result === 'left') {
    return `Older versions in ${place} still have objects of this deletion. Delete them there, once nobody needs them.`;
  }
  return versions.length === 0
    ? `No older version in ${place}.`
    : `${plural(versions.length, 'older version')} in ${place}.`;
}

/** Why versions that have none of the objects prove nothing. */
function unproven(evidence: Evidence, { asked, where }: VersionFacts): string | undefined {
  if (evidence.objects.length === 0) {
    return 'The evidence names no object, so nothing could be looked for.';
  }
  if (asked === undefined) return undefined;
  const place = quoteName(where);
  if (asked.lineage === null) {
    return `Of the current state in ${place} it isn’t known whether it is the one that the objects were in. ${asked.why ?? ''}`.trim();
  }
  if (evidence.state === null) return 'The evidence doesn’t say which state the objects were in.';
  return asked.lineage === evidence.state.lineage
    ? undefined
    : `In ${place} is another state than the objects were in: its lineage is another. Check backend and workspace.`;
}

function isAll(asked: AskedFacts | undefined): boolean {
  return asked === undefined || (asked.isWhole && asked.unread === 0);
}

function unseen(asked: AskedFacts | undefined): string | undefined {
  if (asked === undefined || isAll(asked)) return undefined;
  const unread = asked.unread === 0 ? undefined : `${asked.unread} of them not read`;
  const unlisted = asked.isWhole ? undefined : 'not all of them were listed';
  return `There are too many: ${[unread, unlisted].filter(Boolean).join(', ')}.`;
}

function versioning(asked: AskedFacts | undefined): string | undefined {
  switch (asked?.versioning) {
    case 'off':
      return 'The bucket keeps none: its versioning was never on.';
    case 'suspended':
      return 'Its versioning is suspended: what it kept before is still there.';
    default:
      return undefined;
  }
}

function versionFinding(version: VersionFact, mfaDelete: boolean): Finding {
  const { name, at, has, why } = version;
  const when = at === null ? '' : ` It was written at ${at}.`;
  if (has === null) {
    const says = `It was not read.${why === undefined ? '' : ` ${why}`}${when}`;
    return { what: name, result: 'not known', says };
  }
  if (has.length === 0) {
    return { what: name, result: 'confirmed', says: `It has none of the objects.${when}` };
  }
  const says = `It has ${plural(has.length, 'object')}.${when}${removal(version, mfaDelete)}`;
  return { what: name, result: 'left', says };
}

function removal({ remove, kept = [] }: VersionFact, mfaDelete: boolean): string {
  if (remove === undefined) return '';
  const mfa = mfaDelete
    ? ` The bucket has MFA delete: only the account’s root user can delete it, and adds ${quoteName("--mfa 'DEVICE CODE'")}.`
    : '';
  return ` Delete it: ${quoteWhole(remove)}.${kept.map(holdSentence).join('')}${mfa}`;
}

type Hold = NonNullable<VersionFact['kept']>[number];

function holdSentence({ by, until }: Hold): string {
  const end = until === null ? 'until somebody lifts it' : `until ${until}`;
  if (by === 'legal hold') return ` A legal hold keeps it ${end}.`;
  return by === 'compliance'
    ? ` Object lock keeps it ${end}: nobody can delete it before.`
    : ` Object lock keeps it ${end}, except from those who may bypass it with ${quoteName('--bypass-governance-retention')}.`;
}
