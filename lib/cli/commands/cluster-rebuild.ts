import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { ownerOf } from '../../cluster/audit/namespaces.js';
import { nameOf } from '../../cluster/audit/object.js';
import { type DeclaredStack, readDeclaredStack } from '../../cluster/rebuild/declared.js';
import {
  type RebuiltDeletion,
  type RebuiltState,
  rebuildState,
} from '../../cluster/rebuild/state.js';
import { readStateVersion } from '../../engine/state.js';
import { named } from '../../model/inert.js';
import { plural } from '../../model/plural.js';
import { type ClusterOptions, clusterOf } from '../cluster-access.js';
import { type ClusterReading, furtherKinds, readCluster } from '../cluster-reading.js';
import { EXIT, type ExitCode, type Io, print, refuse, say } from '../io.js';
import { requireEngine, stateOf } from '../stack-state.js';
import { pickStack, type Stack, synthesized, Workspace } from '../workspace.js';

/**
 * `cluster rebuild STACK`: prints a state in place of one that was lost, told from the code, the
 * lock and the cluster. Running deletions keep their deadlines. It writes nothing by itself.
 */
export async function rebuildStack(
  io: Io,
  name: string,
  options: ClusterOptions,
): Promise<ExitCode> {
  const stacks = Workspace.find(io).synthesize();
  const stack = pickStack(stacks, name);
  if (stack.target !== 'kubernetes') refuse(noCluster(stack));
  const engine = requireEngine(io);
  const { resources } = await stateOf(io, engine, stack);
  // A deploy without the state fails, but may leave records of ours: they are written over.
  const real = resources.filter(({ type }) => type !== 'terraform_data');
  if (real.length > 0) refuse(notLost(stack, real.length));
  const present = await readStateVersion(engine, { cwd: stack.folder, env: io.env });
  const declared = readDeclaredStack(synthesized(stack));
  const reading = await readCluster(
    clusterOf(io, options, stack),
    namespacesOf(declared),
    furtherKinds(declared.objects.map(({ object }) => object.resource)),
  );
  const objects = ownObjects(stack, reading, namespacesOf(declared));
  const version = {
    lineage:
      present?.lineage ??
      lineageOf(
        stack,
        objects.map(({ uid }) => uid),
      ),
    serial: (present?.serial ?? 0) + 1,
  };
  const rebuilt = rebuildState({ declared, objects, now: io.now(), engine, version });
  if (rebuilt.found.length === 0) refuse(nothingThere(stack));
  print(io, JSON.stringify(rebuilt.state, null, 2));
  tell(io, stack, declared, rebuilt);
  return EXIT.ok;
}

function namespacesOf({ objects }: DeclaredStack): ReadonlySet<string> {
  const own = objects.filter(({ type }) => type === 'kubernetes_namespace_v1');
  return new Set(own.map(({ object }) => object.name));
}

/** Only what lies in namespaces that this stack made: another's must not be taken over. */
function ownObjects(stack: Stack, reading: ClusterReading, declared: ReadonlySet<string>) {
  const namespaces = reading.namespaces.filter(({ name }) => declared.has(name));
  const others = namespaces.filter((it) => ownerOf(it) !== stack.name);
  if (others.length > 0) refuse(notOurs(stack, others.map(nameOf)));
  const own = new Set(namespaces.map(({ name }) => name));
  return [...namespaces, ...reading.objects.filter((it) => own.has(it.namespace ?? ''))];
}

/** The same for the same objects, so that the output is too. */
function lineageOf(stack: Stack, uids: readonly string[]): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([stack.name, ...uids]))
    .digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}

function tell(io: Io, stack: Stack, declared: DeclaredStack, rebuilt: RebuiltState): void {
  const missing = declared.objects.filter((each) => !rebuilt.found.includes(each));
  say(io, `${plural(rebuilt.found.length, 'object')} of ${stack.name} found in the cluster.`);
  for (const { object, target } of missing) {
    say(io, `not there, so the next deploy makes it: ${named(target ?? object.name)}`);
  }
  for (const address of declared.unknown) {
    say(io, `to be imported by hand, its object can't be told from the code: ${named(address)}`);
  }
  for (const each of rebuilt.deletions) say(io, aboutDeletion(each));
  const folder = relative(io.cwd, stack.folder);
  say(
    io,
    [
      `Keep this output in ${stack.name}.tfstate, compare the deadlines with what you know, and then:`,
      `  terraform -chdir=${folder} state push "$PWD/${stack.name}.tfstate"`,
      `  npx cdktf deploy ${stack.name}`,
    ].join('\n'),
  );
}

function aboutDeletion({ target, clock }: RebuiltDeletion): string {
  if (clock === 'no-deadline') {
    return `${named(target)}: no deadline in the cluster, so its period begins with the next deploy.`;
  }
  if (clock === 'over') {
    return `${named(target)}: its deadline has passed. A lost state can't vouch for that, so its period begins anew with the next deploy.`;
  }
  return `${named(target)}: recoverable until ${clock.deadline.toISOString().replace('.000Z', 'Z')}, as before.`;
}

function noCluster({ name }: Stack) {
  return {
    code: 'cluster/other-target',
    message: `${name} is a sandbox: what it had was in its state and nowhere else.`,
    remedy: `Deploy it anew: npx cdktf deploy ${name}`,
  };
}

function notLost({ name }: Stack, count: number) {
  return {
    code: 'cluster/state-there',
    message: `The state of ${name} is not lost: it has ${plural(count, 'resource')}.`,
    remedy:
      'Deploy as usual. If it is the wrong state, check backend and workspace; if it was damaged, bring back an earlier version first.',
  };
}

function notOurs({ name }: Stack, namespaces: readonly string[]) {
  return {
    code: 'cluster/not-ours',
    message: `${namespaces.map(named).join(', ')}: not made by the stack ${name}, so nothing is taken over.`,
    remedy:
      'See npx reprieve cluster audit for whose it is. To take over one of nobody, say adoptNamespace: true and deploy.',
  };
}

function nothingThere({ name }: Stack) {
  return {
    code: 'cluster/nothing-there',
    message: `The cluster has nothing of ${name}.`,
    remedy: 'Check --kubeconfig and --context. If nothing was deployed yet, deploy as usual.',
  };
}
