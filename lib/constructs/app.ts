import { join } from 'node:path';
import { App, type AppConfig, TerraformStack } from 'cdktf';
import { quoteName } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { formatSource, type Problem, STALE_LOCK } from '../base/problem.js';
import { writeAtomically } from '../files/disk.js';
import { LOCK_FILE } from '../files/file-names.js';
import { diffLocks, type ProjectsLock, unreadableLock } from '../files/projects-lock.js';
import { RESOURCES } from '../model/deletion-target.js';
import { DeclarationError } from './declaration-error.js';
import { emptyProjectFiles, type ProjectFiles, provideProjectFiles } from './project-files.js';
import { problemsUnder } from './report.js';
import { sourcesOf } from './sources.js';
import { isReprieveStack, type ReprieveStack } from './stack.js';
import { reportStatesInProjects } from './state-namespace.js';
import { endTracing, traceConstructs } from './tracing.js';

/** What an app is made with. */
export interface ReprieveAppProps extends AppConfig {
  /**
   * deletions.yaml, reprieve.yaml and projects.lock.yaml.
   *
   * @default - none of them
   * @internal
   */
  readonly files?: ProjectFiles;
  /** Whether the lock has to be as the code says, as in CI. @default false */
  readonly frozenLock?: boolean;
}

/**
 * A cdktf app whose stacks know the deletion requests, the settings and the lock. `synthesize`
 * makes one from the files beside main.ts.
 *
 * @example
 * await synthesize((app) => {
 *   new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
 * });
 */
export class ReprieveApp extends App {
  private readonly files: ProjectFiles;
  private readonly frozenLock: boolean;

  constructor(props: ReprieveAppProps = {}) {
    const { files = emptyProjectFiles(), frozenLock = false, ...config } = props;
    // A trace for every element would cost more than the rest of the synthesis.
    super({ stackTraces: false, ...config });
    this.files = files;
    this.frozenLock = frozenLock;
    provideProjectFiles(this, files);
    // Who refers to what is being deleted is named with its line.
    if (isAboutResources(files)) traceConstructs(this);
  }

  /**
   * Whether the lock may not be written.
   *
   * @internal
   */
  get isLockFrozen(): boolean {
    return this.frozenLock;
  }

  /** The stacks of ours. */
  get stacks(): readonly ReprieveStack[] {
    return this.node.findAll().filter(isReprieveStack);
  }

  /**
   * What the lock has to say after this synthesis.
   *
   * @internal
   */
  get lock(): ProjectsLock {
    const stacks = this.stacks.map((stack) => {
      const projects = stack.projects.map((project) => [project.name, project.locked] as const);
      const others = stack.reclamations
        .filter(({ ofProject }) => !ofProject)
        .map((each) => [each.target, each.locked] as const);
      return [
        stack.node.id,
        {
          target: stack.target.name,
          ...(stack.lockedEncryption === undefined ? {} : { encryption: stack.lockedEncryption }),
          projects: Object.fromEntries(projects),
          ...(others.length === 0 ? {} : { reclaimables: Object.fromEntries(others) }),
        },
      ] as const;
    });
    return { version: 2, stacks: Object.fromEntries(stacks) };
  }

  /** Completes every stack and says everything that is wrong. */
  check(): readonly Problem[] {
    endTracing(this);
    for (const stack of this.stacks) stack.seal();
    reportStatesInProjects(this, this.stacks);
    const declared = [
      ...this.files.problems,
      ...this.lostStacks(),
      ...this.strayRequests(),
      ...this.sharedNamespaces(),
      ...problemsUnder(this),
    ];
    const problems = [...declared, ...this.referenceProblems(declared.length > 0)];
    return problems.length > 0 ? problems : [...this.unreadableLock(), ...this.staleLock()];
  }

  /**
   * Writes the stacks for Terraform, unless there are problems.
   *
   * @throws DeclarationError with all of them
   */
  override synth(): void {
    const problems = this.check();
    if (problems.length > 0) throw new DeclarationError(problems);
    super.synth();
    for (const stack of this.stacks) this.describe(stack);
  }

  /** Notes for the command line and for reviews: what is declared where. */
  private describe(stack: ReprieveStack): void {
    const folder = join(this.outdir, 'stacks', stack.node.id);
    const all = stack.projects.flatMap((project) => [project, ...project.items]);
    const targets = (rehydrated: boolean) => {
      const those = all.filter((it) => it.rehydrated === rehydrated);
      const resources = rehydrated
        ? []
        : stack.reclamations.flatMap((each) => each.resourceTargets);
      return [
        ...new Set([...those.map((it) => ('target' in it ? it.target : it.name)), ...resources]),
      ].sort();
    };
    writeJson(join(folder, 'targets.json'), {
      version: 1,
      target: stack.target.name,
      declared: targets(false),
      rehydrated: targets(true),
    });
    writeJson(join(folder, 'reprieve.json'), sourcesOf(stack));
  }

  /**
   * What can only be seen in what Terraform gets: who refers to what is being deleted. All stacks have
   * to be prepared for that, since one may refer to another.
   */
  private referenceProblems(isFaulty: boolean): readonly Problem[] {
    const deleting = this.stacks.filter(({ requests }) => requests.length > 0);
    if (deleting.length === 0) return [];
    try {
      for (const each of this.node.findAll()) {
        if (TerraformStack.isStack(each)) each.prepareStack();
      }
      return deleting.flatMap((stack) => stack.render().problems);
    } catch (error) {
      // What is declared wrongly need not be renderable; its problems are known already.
      if (isFaulty) return [];
      throw error;
    }
  }

  private lostStacks(): readonly Problem[] {
    const present = new Set(this.stacks.map((stack) => stack.node.id));
    return Object.keys(this.files.lock.lock.stacks)
      .filter((name) => !present.has(name))
      .map((name) => ({
        code: 'lock/lost-stack',
        message: `The stack ${quoteName(name)} is no longer declared, but projects.lock.yaml knows its projects: nobody could restore or reclaim them.`,
        remedy: `Restore its code. Only if its state is empty: delete the key \`${name}\` at ${formatSource(this.files.lock.at(name))}, with everything indented below it.`,
        source: this.files.lock.at(name),
      }));
  }

  /** Requests that name a stack that is not there, or none where there are several. */
  private strayRequests(): readonly Problem[] {
    const names = this.stacks.map((stack) => stack.node.id);
    return this.files.deletions.flatMap((request) => {
      const where = { path: `deletions[${request.index}]`, source: request.source };
      if (request.stack === undefined) {
        return names.length === 1 ? [] : [{ ...where, ...unnamedStack(request.target, names) }];
      }
      return names.includes(request.stack)
        ? []
        : [{ ...where, ...unknownStack(request.stack, names) }];
    });
  }

  /** Namespaces that several stacks for one cluster declare: each deploy would undo the other's. */
  private sharedNamespaces(): readonly Problem[] {
    const owners = new Map<string, ReprieveStack>();
    return this.stacks.flatMap((stack) =>
      stack.projects.flatMap(({ namespaceName, node }) => {
        const key = `${stack.target.cluster} ${namespaceName}`;
        const owner = owners.get(key) ?? stack;
        owners.set(key, owner);
        if (stack.target.cluster === undefined || owner === stack) return [];
        return [claimedTwice(node.path, namespaceName, owner.node.id)];
      }),
    );
  }

  /** A lock that could not be read back would stop every later synthesis: not written at all. */
  private unreadableLock(): readonly Problem[] {
    return unreadableLock(LOCK_FILE, this.lock);
  }

  private staleLock(): readonly Problem[] {
    if (!this.frozenLock) return [];
    const differences = diffLocks(this.files.lock.lock, this.lock);
    if (differences.length === 0) return [];
    return [
      {
        code: STALE_LOCK,
        message: `projects.lock.yaml does not say what the code declares:\n${differences.map((line) => `    ${line}`).join('\n')}`,
        remedy: 'Run `npx cdktf synth` outside CI and commit projects.lock.yaml.',
        source: { file: LOCK_FILE },
      },
    ];
  }
}

/** Whether something is being deleted that others can refer to: a project's items go by names. */
function isAboutResources({ deletions, lock }: ProjectFiles): boolean {
  const stacks = Object.values(lock.lock.stacks);
  const isPlain = (name: string) =>
    stacks.some(({ projects }) => {
      const project = Object.hasOwn(projects, name) ? projects[name] : undefined;
      return project !== undefined && project.parts === undefined;
    });
  return deletions.some(({ project, item }) => item?.kind === RESOURCES || !isPlain(project));
}

function claimedTwice(path: string, namespace: string, owner: string): Problem {
  return {
    code: 'app/namespace-claimed',
    message: `The namespace \`${namespace}\` is declared by the stack ${quoteName(owner)} too, for the same cluster.`,
    remedy: 'Give one of the projects another `namespace`.',
    path,
  };
}

function unnamedStack(target: string, names: readonly string[]) {
  return {
    code: 'deletions/stack-missing',
    message: `The request for ${quoteName(target)} names no stack, and there are several: ${names.map(quoteName).join(', ')}.`,
    remedy: 'Add `stack:` to the request.',
  };
}

function unknownStack(stack: string, names: readonly string[]) {
  return {
    code: 'deletions/unknown-stack',
    message: `There is no stack \`${stack}\`.${didYouMean(stack, names)}`,
    remedy: `Name one of: ${names.join(', ') || 'none is declared'}.`,
  };
}

/** Beside what cdktf writes, which is made again by every synthesis. */
function writeJson(path: string, value: unknown): void {
  writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`, false);
}
