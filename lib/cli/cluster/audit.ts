import { memberOf } from '../../base/guards.js';
import { inert } from '../../base/inert.js';
import { plural } from '../../base/plural.js';
import { type AuditInput, audit } from '../../cluster/audit/audit.js';
import type { AuditFinding } from '../../cluster/audit/finding.js';
import { type Expected, expectedObjects } from '../../cluster/audit/members.js';
import type { DeclaredNamespace } from '../../cluster/audit/namespaces.js';
import { clusterRules } from '../../cluster/rules.js';
import type { Settings } from '../../files/settings.js';
import type { ObjectReference } from '../../state/object-reference.js';
import type { StackState } from '../../state/state.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { type OutputFormat, printData } from '../terminal/output.js';
import { requireEngine, stateOf } from '../workspace/stack-state.js';
import { pickStack, readSynthesized, type Stack, Workspace } from '../workspace/workspace.js';
import { accessOf, type ClusterOptions, clusterOf } from './access.js';
import { auditEncryption } from './encryption.js';
import { furtherKinds, readCluster } from './reading.js';

export interface AuditOptions extends ClusterOptions {
  readonly stack?: string;
  readonly output?: OutputFormat;
  /** Who is meant to have rights beyond the policies. */
  readonly trusted?: readonly string[];
}

interface Audited {
  readonly stacks: readonly string[];
  readonly findings: readonly AuditFinding[];
}

/** `cluster audit`: compares clusters with what the code, the state and the policies say. */
export async function auditCluster(io: Io, options: AuditOptions): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const settings = workspace.settings();
  const stacks = chosenStacks(workspace.synthesize(), options.stack);
  const audited: Audited[] = [];
  const failed: unknown[] = [];
  for (const group of byCluster(io, options, stacks)) {
    try {
      const { stacks: names, findings } = await auditOne(io, options, settings, group);
      const encryption = await auditEncryption(io, options, workspace, group);
      audited.push({ stacks: names, findings: [...findings, ...encryption] });
    } catch (error) {
      // One cluster that can't be reached must not hide what is wrong in the others.
      failed.push(error);
    }
  }
  if (audited.length === 0) throw failed[0];
  if (options.output !== undefined) printData(io, options, dataOf(audited), () => '');
  else for (const each of audited) printText(io, each);
  for (const error of failed) say(io, `error: ${error instanceof Error ? error.message : error}`);
  if (failed.length > 0) return EXIT.engine;
  const isBad = audited.some(({ findings }) => findings.some(({ level }) => level === 'finding'));
  return isBad ? EXIT.findings : EXIT.ok;
}

function chosenStacks(all: readonly Stack[], named: string | undefined): readonly Stack[] {
  const stacks = all.filter(({ target }) => target === 'kubernetes');
  if (named !== undefined) return [pickStack(stacks, named)];
  if (stacks.length > 0) return stacks;
  return misuse({
    code: 'cli/no-cluster',
    message: 'No stack of this app is for a cluster.',
    remedy: 'A stack is for a cluster if its target is Target.kubernetes().',
  });
}

/** The stacks of one cluster are audited together: they can claim the same namespace. */
function byCluster(io: Io, options: ClusterOptions, stacks: readonly Stack[]) {
  const groups = new Map<string, Stack[]>();
  for (const stack of stacks) {
    const key = JSON.stringify(accessOf(io, options, stack));
    groups.set(key, [...(groups.get(key) ?? []), stack]);
  }
  return [...groups.values()];
}

async function auditOne(
  io: Io,
  options: AuditOptions,
  settings: Settings,
  stacks: readonly Stack[],
): Promise<Audited> {
  const names = stacks.map(({ name }) => name);
  const engine = requireEngine(io);
  const cluster = clusterOf(io, options, stacks[0]);
  const expected: Expected[] = [];
  const inState: ObjectReference[] = [];
  const declared: DeclaredNamespace[] = [];
  for (const stack of stacks) {
    const state = await stateOf(io, engine, stack);
    expected.push(...expectedObjects(stack.name, state));
    inState.push(...state.resources.flatMap(({ object }) => object ?? []));
    declared.push(...declaredNamespaces(stack, state));
  }
  // A stack that only has the policies, or nothing yet, has no say in what they protect.
  const withProjects = names.filter((name) => declared.some(({ stack }) => stack === name));
  const asked = new Set([
    ...declared.map(({ name }) => name),
    ...expected.flatMap(({ object }) => object.namespace ?? []),
  ]);
  const kinds = furtherKinds(expected.map(({ object }) => object.resource));
  const rules = clusterRules(settings, withProjects);
  const input: AuditInput = {
    ...(await readCluster(cluster, asked, kinds, rules.value)),
    now: io.now(),
    stacks: withProjects,
    rules,
    expected,
    inState,
    declared,
    trusted: options.trusted ?? [],
  };
  return { stacks: names, findings: audit(input) };
}

/** The namespaces that a stack's code makes or takes over. */
function declaredNamespaces(stack: Stack, state: StackState): readonly DeclaredNamespace[] {
  const json = readSynthesized(stack);
  const blocks = Object(memberOf(memberOf(json, 'resource'), 'kubernetes_namespace_v1'));
  const imports = memberOf(json, 'import');
  const adopted = new Set((Array.isArray(imports) ? imports : []).map((it) => memberOf(it, 'id')));
  const known = new Set(
    state.resources.flatMap(({ object: it }) => (it?.resource === 'namespace' ? [it.name] : [])),
  );
  return Object.values(blocks).flatMap((block) => {
    const name = memberOf(memberOf(block, 'metadata'), 'name');
    if (typeof name !== 'string') return [];
    const isInState = known.has(name);
    return [{ stack: stack.name, name, adopts: adopted.has(name), isInState }];
  });
}

function printText(io: Io, { stacks, findings }: Audited): void {
  const bad = findings.filter(({ level }) => level === 'finding');
  const notes = findings.filter(({ level }) => level === 'note');
  for (const path of new Set(bad.map((each) => each.path))) {
    print(io, `${subjectInWords(bad.filter((each) => each.path === path))}\n`);
  }
  for (const code of new Set(notes.map((it) => it.code))) {
    const [first, ...more] = notes.filter((it) => it.code === code);
    const who = [first, ...more].map((it) => inert(it?.path ?? '')).join(', ');
    print(io, `note: ${more.length === 0 ? first?.message : `${code}: ${who}`}`);
  }
  say(
    io,
    `${stacks.join(', ')}: ${plural(bad.length, 'finding')}, ${plural(notes.length, 'note')}.`,
  );
}

/** What was found about one subject: whatever is to be done about several is said once. */
export function subjectInWords(findings: readonly AuditFinding[]): string {
  const remedies = [...new Set(findings.map(({ remedy }) => remedy))];
  const lines = remedies.flatMap((remedy) => [
    ...findings.filter((it) => it.remedy === remedy).map((it) => `  ${it.code}: ${it.message}`),
    `    ${remedy}`,
  ]);
  return [inert(findings[0]?.path ?? 'The cluster'), ...lines].join('\n');
}

/** As lib/schemas/audit.schema.json has it. */
function dataOf(audited: readonly Audited[]) {
  const clusters = audited.map(({ stacks, findings }) => ({
    stacks,
    findings: findings.map(({ level, code, path, message, remedy }) => ({
      level,
      code,
      object: path ?? '',
      message,
      remedy,
    })),
  }));
  return { schemaVersion: 1, clusters };
}
