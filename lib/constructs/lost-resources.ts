import { quoteName } from '../base/inert.js';
import { formatSource, NOT_REBUILT, type Problem } from '../base/problem.js';
import type { LockedReclaimable } from '../files/projects-lock.js';
import { closeCommand, requestCommand } from '../model/commands.js';
import { goesWith, itemTarget, RESOURCES } from '../model/deletion-target.js';
import { withoutIndex } from '../state/address.js';
import { declaredMoves } from './moves.js';
import type { Project } from './project.js';
import { report } from './report.js';
import type { StackView } from './stack-view.js';

/**
 * Compares the addresses that the lock has with what is protected now. A resource of another library
 * can't be rebuilt from the lock: where its code is gone, the next deploy would delete its object, so
 * that is a problem. Only a move keeps an object under another address.
 *
 * @returns the targets whose code is gone
 */
export function checkResources(stack: StackView): ReadonlySet<string> {
  const lost = new LostResources(stack);
  for (const [name, entry] of Object.entries(stack.locked?.projects ?? {})) {
    const project = successorOf(stack, entry);
    if (project !== undefined) lost.checkProject(name, entry, project);
  }
  for (const [name, entry] of Object.entries(stack.locked?.reclaimables ?? {})) {
    lost.checkReclaimable(name, entry);
  }
  return lost.targets;
}

/** What an entry of the lock is in the code; another place without a move is a problem already. */
function successorOf(stack: StackView, { path }: LockedReclaimable): Project | undefined {
  return stack.projects.find((it) => it.node.path === path || it.movedFrom === path);
}

/** What the lock has, and the code has not. */
interface Lost {
  /** What it belongs to, as the code names it now. */
  readonly owner: string;
  /** The same in the lock. */
  readonly lockedAs: string;
  /** Its own target: the owner's, unless it has one of its own. */
  readonly target: string;
  readonly path: string;
  readonly addresses: readonly string[];
}

class LostResources {
  readonly targets = new Set<string>();
  private moves: ReadonlyMap<string, string> | undefined;

  constructor(private readonly stack: StackView) {}

  checkProject(lockedAs: string, entry: LockedReclaimable, project: Project): void {
    const known = new KnownAddresses(project.protectedAddresses);
    const owner = project.name;
    const { path } = project.node;
    const addresses = this.lostOf(entry.resources, known);
    if (addresses.length > 0) {
      const lost = { owner, lockedAs, target: owner, path, addresses };
      const code = project.rehydrated ? NOT_REBUILT : 'lock/lost-resource';
      report(project, this.problem(lost, code, partOfProject(this.stack, lost)));
    }
    // Without the project's code there is one thing to close: all of it.
    const pathOf = project.rehydrated ? () => path : (part: string) => pathOfPart(path, part);
    this.checkParts({ owner, lockedAs, pathOf }, entry, known);
  }

  checkReclaimable(name: string, entry: LockedReclaimable): void {
    const { stack } = this;
    const declared = stack.reclamations.find((it) => !it.ofProject && it.target === name);
    const known = new KnownAddresses(declared?.protectedAddresses ?? []);
    const addresses = this.lostOf(entry.resources, known);
    const { path } = entry;
    const lost = { owner: name, lockedAs: name, target: name, path, addresses };
    if (declared === undefined) {
      if (this.isRenamed(name, entry)) return;
      const isAsked = stack.requestOf(name) !== undefined;
      const all = [...entry.resources, ...Object.values(entry.parts ?? {}).flat()];
      const gone = { ...lost, addresses: all };
      const code = isAsked ? NOT_REBUILT : 'lock/missing';
      const unasked = isAsked ? '' : ', and nobody asked for its deletion';
      const message = `${quoteName(name)} is no longer declared${unasked}: the next deploy would delete ${all.map(quoteName).join(', ')} for good.`;
      report(stack, { ...this.problem(gone, code, outside(stack, gone)), message });
      return;
    }
    if (addresses.length > 0) {
      report(stack, this.problem(lost, this.codeOf(name), outside(stack, lost)));
    }
    const pathOf = (part: string) => pathOfPart(path, part);
    this.checkParts({ owner: name, lockedAs: name, pathOf }, entry, known);
  }

  private checkParts(
    {
      pathOf,
      ...whose
    }: Pick<Lost, 'owner' | 'lockedAs'> & {
      readonly pathOf: (part: string) => string;
    },
    entry: LockedReclaimable,
    known: KnownAddresses,
  ): void {
    for (const [part, all] of Object.entries(entry.parts ?? {})) {
      const target = itemTarget(whose.owner, RESOURCES, part);
      const isOfInstances = all.every((address) => address !== withoutIndex(address));
      const isLeft = isOfInstances && this.isUndeclared(target);
      const addresses = isLeft ? all : this.lostOf(all, known);
      if (addresses.length === 0) continue;
      const lost = { ...whose, target, path: pathOf(part), addresses };
      report(this.stack, this.problem(lost, this.codeOf(target), outside(this.stack, lost)));
    }
  }

  /**
   * Where an expression says which instances there are, nobody sees at synthesis that one has left; its
   * target has, and its deletion is what there is to close.
   */
  private isUndeclared(target: string): boolean {
    const { requests, reclamations } = this.stack;
    if (!requests.some((each) => each.target === target)) return false;
    return !reclamations.some((each) => each.resourceTargets.includes(target));
  }

  /** Under another name, all of it is still there: the review sees to it that no clock is lost. */
  private isRenamed(name: string, { resources, parts }: LockedReclaimable): boolean {
    if (this.stack.requests.some(({ target }) => goesWith(name, target))) return false;
    const all = [...resources, ...Object.values(parts ?? {}).flat()];
    return this.stack.reclamations.some((heir) => {
      const isNew = !Object.hasOwn(this.stack.locked?.reclaimables ?? {}, heir.target);
      if (heir.ofProject || !isNew) return false;
      return this.lostOf(all, new KnownAddresses(heir.protectedAddresses)).length === 0;
    });
  }

  /** Once its deletion is requested, the lock's entry is all that there is to close. */
  private codeOf(target: string): string {
    const isAsked = this.stack.requests.some((each) => goesWith(each.target, target));
    return isAsked ? NOT_REBUILT : 'lock/lost-resource';
  }

  private lostOf(addresses: readonly string[], known: KnownAddresses): readonly string[] {
    return addresses.filter((address) => {
      if (known.has(address)) return false;
      this.moves ??= declaredMoves(this.stack);
      return !known.has(destination(this.moves, address));
    });
  }

  private problem(lost: Lost, code: string, wayOut: string): Problem {
    const { owner, lockedAs, addresses, path, target } = lost;
    this.targets.add(target);
    const source = this.stack.lockSource(lockedAs);
    const [first = ''] = addresses;
    const [are, objects] = addresses.length === 1 ? ['is', 'its object'] : ['are', 'their objects'];
    return {
      code,
      path,
      message: `${quoteName(owner)} also has ${addresses.map(quoteName).join(', ')}, which ${are} no longer declared in it: the next deploy would delete ${objects} for good.`,
      remedy: [
        wayOut,
        `  If it was renamed or moved within ${owner}, call .moveFromId('${first}') on the new resource.`,
        ...(first === withoutIndex(first) || target !== owner ? [] : [instanceAlone(owner)]),
        `  If it was never deployed, remove its address from ${lockedAs} in ${formatSource(source)}.`,
      ].join('\n'),
      source,
    };
  }
}

/** The construct's path that a problem with a part of something has. */
export function pathOfPart(path: string, part: string): string {
  return `${path}/${RESOURCES}/${part}`;
}

/** The addresses that are protected now, with an index where the code says how many there are. */
class KnownAddresses {
  private readonly all: ReadonlySet<string>;

  constructor(addresses: readonly string[]) {
    this.all = new Set([...addresses, ...addresses.map((each) => `${withoutIndex(each)}*`)]);
  }

  /** Terraform itself moves from no index to the first one, and back. */
  has(address: string): boolean {
    const base = withoutIndex(address);
    if (this.all.has(address) || this.all.has(`${base}[*]`)) return true;
    if (address === base) return this.all.has(`${base}*`);
    return address === `${base}[0]` && this.all.has(base);
  }
}

/** Where an address is after the moves; a move takes all instances along. */
function destination(moves: ReadonlyMap<string, string>, address: string): string {
  const passed = new Set<string>();
  const base = withoutIndex(address);
  let at = base;
  for (let next = moves.get(at); next !== undefined && !passed.has(at); next = moves.get(at)) {
    passed.add(at);
    at = next;
  }
  return `${at}${address.slice(base.length)}`;
}

/** An instance needs a target to be deleted without the others. */
function instanceAlone(owner: string): string {
  return `  To delete an instance and keep the others, put it back, give it a target of its own (\`instances\` of Reclamation.protect), and request ${owner}/${RESOURCES}/INSTANCE.`;
}

/** What belongs to a project as a whole has no deletion of its own. */
function partOfProject(stack: StackView, { owner }: Lost): string {
  return stack.requestOf(owner) === undefined
    ? `Restore its code: the lock can't rebuild a resource of another library. It has no deletion of its own; to delete it, delete ${owner}.`
    : keepCode(stack, owner);
}

function outside(stack: StackView, { target }: Lost): string {
  const request = stack.requests.find((each) => goesWith(each.target, target));
  if (request !== undefined) return keepCode(stack, request.target);
  return `Restore its code. To delete it, keep the code and request the deletion first (${requestCommand(target, stack.node.id)}): the lock can't rebuild a resource of another library, so its code has to stay until the deletion is over.`;
}

function keepCode(stack: StackView, target: string): string {
  return `Keep its code until the deletion of ${target} is over: the lock can't rebuild a resource of another library. Then: ${closeCommand(target, stack.node.id)}`;
}
