import { type Duration, parseDuration } from '../base/duration.js';
import { memberOf } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { type EncryptionSpec, encryptionFaults } from '../model/encryption.js';
import { NEWEST_VERSION, type PodSecurityProfile } from '../model/pod-security.js';
import { placed, type YamlFile, type YamlPath } from '../yaml/path.js';
import type {
  ApprovalProof,
  ClusterClock,
  EvidenceNeed,
  PeriodsSection,
  PodSecuritySection,
  PoliciesSection,
  PolicyLevel,
  SettingsDocument,
  WaiverEntry,
} from './documents.js';
import { type PeriodField, periodFaults, type StackPeriods } from './periods.js';
import { type Approver, namesOf, personKey } from './person.js';
import { checkReason } from './reason.js';
import { partValidatorOf, validatorOf } from './schema.js';
import { schemaProblems } from './schema-problems.js';
import { missingYamlFile, openYamlFile } from './yaml-file.js';

/** What reprieve.yaml says, with every default filled in. */
export interface Settings {
  /** The periods of every stack that has none of its own. */
  readonly periods: StackPeriods;
  /** The periods of the stacks that have their own, by the stack's name. */
  readonly stacks: ReadonlyMap<string, StackPeriods>;
  /** Who may approve a hard deletion. @default - nobody */
  readonly approvers: readonly Approver[];
  readonly gate: {
    /** How far the clock of the machine that planned may be off. @default 10m */
    readonly clockTolerance: Duration;
    /**
     * What proves that a hard deletion was approved: the forge's review of the change, or, as an
     * exception, the word of deletions.yaml alone. @default forge
     */
    readonly approvals: ApprovalProof;
  };
  readonly cluster: {
    /**
     * What tells the admission policies the time: the API server's own lease, or a config map that
     * is made anew before reclaiming, which can't be forged even by someone who impersonates.
     * @default lease
     */
    readonly clock: ClusterClock;
    /** The cluster's names of those who deploy, and alone write what lives. @default - nobody */
    readonly pipelines: readonly string[];
    /** The cluster's names of those who may carry out a hard deletion. @default - who can delete */
    readonly deleters: readonly string[];
    /** The cluster's names of those who may put up mutating webhooks, … @default - nobody */
    readonly admins: readonly string[];
    /** Definitions of custom kinds that only admins may change. @default - none */
    readonly definitions: readonly string[];
  };
  /**
   * How the cluster is to encrypt what it keeps in etcd: a provider and the names of keys, never a
   * key. A stack may say its own. @default - not declared
   */
  readonly encryption?: EncryptionSpec;
  /**
   * Whether a deletion may be closed without evidence of what it took along. @default optional
   */
  readonly evidence: EvidenceNeed;
  readonly policies: PolicySettings;
  readonly waivers: readonly PlacedWaiver[];
  /** What is wrong with waivers: such a one does not hold, and takes nothing else along. */
  readonly unusableWaivers: readonly Problem[];
}

/** Which policies count, and how much. Policies are known by their ids. */
export interface PolicySettings {
  /** Policies that come with this package, by the names of their groups. @default - none */
  readonly profiles: readonly string[];
  /** The Pod Security Standard that holds, as of a version of Kubernetes. @default - none */
  readonly podSecurity?: PodSecurity | undefined;
  /** Folders and files beside reprieve.yaml. @default - none */
  readonly paths: readonly string[];
  readonly levels: ReadonlyMap<string, PolicyLevel>;
  readonly parameters: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** An exception from a policy, with the place where it is made. */
export interface PlacedWaiver extends WaiverEntry {
  readonly source: ReturnType<YamlFile<unknown>['at']>;
}

/** A profile of the Pod Security Standards, as of a version such as `1.31`. */
export interface PodSecurity {
  readonly profile: PodSecurityProfile;
  readonly version: string;
}

/** Whether any policies are named. */
export function hasPolicies({ policies }: Pick<Settings, 'policies'>): boolean {
  const { profiles, paths, podSecurity } = policies;
  return profiles.length + paths.length > 0 || podSecurity !== undefined;
}

/** The periods of a stack about which reprieve.yaml says nothing. */
export const DEFAULT_PERIODS: StackPeriods = {
  period: { seconds: 168 * 3600, text: '168h' },
  floor: { seconds: 24 * 3600, text: '24h' },
  planMaxAge: { seconds: 3600, text: '1h' },
};
const DEFAULT_CLOCK_TOLERANCE: Duration = { seconds: 600, text: '10m' };

/** Reads reprieve.yaml; `text` is undefined where there is no such file. */
export function readSettings(file: string, text: string | undefined): Checked<Settings> {
  const opened: Checked<YamlFile<unknown>> =
    text === undefined
      ? { value: missingYamlFile(file, 'reprieve'), problems: [] }
      : openYamlFile(file, text, 'reprieve');
  if (opened.value === undefined) return { problems: opened.problems };
  return settingsIn(opened.value);
}

/** The periods that hold in a stack. */
export function stackSettings(settings: Settings, stack: string): StackPeriods {
  return settings.stacks.get(stack) ?? settings.periods;
}

/** Reads a project's own period and holds it against its stack's rules. */
export function checkPeriod(settings: Settings, stack: string, period: string): Checked<Duration> {
  const parsed = parseDuration(period);
  if (parsed.value === undefined) return parsed;
  const rules = stackSettings(settings, stack);
  const faults = periodFaults({ ...rules, period: parsed.value }, ` of stack ${quote(stack)}`);
  return faults.length === 0 ? parsed : { problems: faults.map(({ problem }) => problem) };
}

/** Goes through every section that is sound in itself, so that one mistake doesn't hide others. */
function settingsIn(file: YamlFile<unknown>): Checked<Settings> {
  const problems = new Problems();
  const unusable = new Problems();
  for (const problem of schemaProblems('reprieve', file)) {
    (isAboutWaiver(problem) ? unusable : problems).add(problem);
  }
  const document = soundSections(file.value);
  const periods = resolve(file, ['reclamation'], document.reclamation, DEFAULT_PERIODS, problems);
  const stacks = Object.entries(document.stacks ?? {}).map(
    ([name, section]) =>
      [name, resolve(file, ['stacks', name], section, periods, problems)] as const,
  );
  const approvers = document.approvers ?? [];
  checkApprovers(file, approvers, problems);
  const waivers = waiversIn(file, unusable);
  const encryption = declaredEncryption(file, document, problems);
  const { clockTolerance, approvals = 'forge' } = document.gate ?? {};
  return problems.result({
    periods,
    stacks: new Map(stacks),
    approvers,
    gate: { clockTolerance: durationOr(clockTolerance, DEFAULT_CLOCK_TOLERANCE), approvals },
    cluster: {
      clock: document.cluster?.clock ?? 'lease',
      pipelines: document.cluster?.pipelines ?? [],
      deleters: document.cluster?.deleters ?? [],
      admins: document.cluster?.admins ?? [],
      definitions: document.cluster?.definitions ?? [],
    },
    ...(encryption === undefined ? {} : { encryption }),
    evidence: document.evidence ?? 'optional',
    policies: policiesIn(document.policies),
    waivers,
    unusableWaivers: unusable.all,
  });
}

/** What is declared of encryption at rest. */
function declaredEncryption(
  file: YamlFile<unknown>,
  { encryption }: SettingsDocument,
  problems: Problems,
): EncryptionSpec | undefined {
  if (encryption === undefined) return undefined;
  for (const { field, problem } of encryptionFaults(encryption)) {
    problems.add(placed(file, ['encryption', field], problem));
  }
  return encryption;
}

function isAboutWaiver({ path = '' }: Problem): boolean {
  return /^waivers(?:\[|$)/.test(path);
}

/** The waivers that are sound in themselves. */
function waiversIn(file: YamlFile<unknown>, unusable: Problems): readonly PlacedWaiver[] {
  const entries: unknown = memberOf(file.value, 'waivers');
  const isWaiver = partValidatorOf<WaiverEntry>('reprieve', 'waiver');
  return (Array.isArray(entries) ? entries : []).flatMap((entry: unknown, index) => {
    if (!isWaiver(entry)) return [];
    const reason = checkReason(entry.reason);
    if (reason === undefined) return [{ ...entry, source: file.at(['waivers', index]) }];
    unusable.add(placed(file, ['waivers', index, 'reason'], reason));
    return [];
  });
}

function soundSections(value: unknown): SettingsDocument {
  const document: Record<string, unknown> = { ...Object(value), version: 1 };
  const isSettings = validatorOf('reprieve');
  for (const key of Object.keys(document)) {
    if (!isSettings({ version: 1, [key]: document[key] })) delete document[key];
  }
  return isSettings(document) ? document : { version: 1 };
}

function resolve(
  file: YamlFile<unknown>,
  path: YamlPath,
  section: PeriodsSection | undefined,
  defaults: StackPeriods,
  problems: Problems,
): StackPeriods {
  if (section === undefined) return defaults;
  const periods = {
    period: durationOr(section.period, defaults.period),
    floor: durationOr(section.floor, defaults.floor),
    planMaxAge: durationOr(section.planMaxAge, defaults.planMaxAge),
  };
  for (const { problem, fields } of periodFaults(periods)) {
    // What only the defaults of this section contradict has been told where they stand.
    const own: PeriodField | undefined = fields.find((field) => section[field] !== undefined);
    if (own !== undefined) problems.add(placed(file, [...path, own], problem));
  }
  return periods;
}

function durationOr(text: string | undefined, otherwise: Duration): Duration {
  return text === undefined ? otherwise : (parseDuration(text).value ?? otherwise);
}

/** One person under two ids could approve their own request. */
function checkApprovers(
  file: YamlFile<unknown>,
  approvers: readonly Approver[],
  problems: Problems,
): void {
  const owners = new Map<string, number>();
  for (const [index, approver] of approvers.entries()) {
    for (const name of new Set(namesOf(approver).map(personKey))) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, index);
      else problems.add(placed(file, ['approvers', index], duplicateApprover(name, owner)));
    }
  }
}

function duplicateApprover(name: string, owner: number): Problem {
  return {
    code: 'settings/duplicate-approver',
    message: `${quote(name)} is a name of approvers[${owner}] already: one person must not count as two.`,
    remedy: 'Keep one entry for each person, with all the names that they go by.',
  };
}

function policiesIn(section: PoliciesSection = {}): PolicySettings {
  return {
    profiles: section.profiles ?? [],
    podSecurity: podSecurityIn(section['pod-security']),
    paths: section.paths ?? [],
    levels: new Map(Object.entries(section.levels ?? {})),
    parameters: new Map(Object.entries(section.parameters ?? {})),
  };
}

function podSecurityIn(section: PodSecuritySection | undefined): PodSecurity | undefined {
  if (section === undefined) return undefined;
  const { profile, version = 'latest' } = section;
  return { profile, version: version === 'latest' ? NEWEST_VERSION : version.replace(/^v/, '') };
}
