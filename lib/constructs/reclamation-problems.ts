import type { IConstruct } from 'constructs';
import { quote, quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { UsageError } from './context.js';

/** The thing to be protected is no resource at all. */
export function notAResource(value: unknown): UsageError {
  const path = isConstruct(value) ? value.node.path : String(value);
  return new UsageError(
    `${path} is not a Terraform resource, so it can't be protected.`,
    'Pass a resource. A module is protected from inside: declare its resources below a Reclaimable, or use the modules `clock` and `guard` in its own HCL. A data source has nothing that could be deleted.',
  );
}

/** A module below something that can be restored. */
export function moduleInside(target: string): Problem {
  return {
    code: 'reclamation/module',
    message: `A module below ${quote(target)} can't be protected: what it creates has addresses of its own, which no guard of this stack can list, and deletes itself when its line is removed.`,
    remedy:
      'Declare its resources here instead, or protect them inside the module with the modules `clock` and `guard`, and move this call to a place outside.',
  };
}

/** An override without effect. */
export function ignoredOverride(paths: readonly string[]): Problem {
  return {
    code: 'reclamation/ignored-override',
    message: `\`whileSoftDeleted\` sets ${paths.join(', ')}, and \`lifecycle.ignore_changes\` ignores changes to it: it would have no effect, or a restore would never put it back.`,
    remedy: 'Take it out of one of them.',
  };
}

/** Two resources want one target. */
export function targetTaken(target: string, by: IConstruct): Problem {
  return {
    code: 'reclamation/name-taken',
    message: `The name ${quote(target)} is taken by ${quoteName(by.node.path)}.`,
    remedy:
      'Give it another `name`, or declare both below one Reclaimable: then they are deleted and restored together.',
  };
}

/** One resource, two targets. */
export function protectedTwice(target: string): Problem {
  return {
    code: 'reclamation/protected-twice',
    message: `This resource is protected already, so it can't be ${quote(target)} too.`,
    remedy: 'Protect each resource once.',
  };
}

/** One scope in another: which clock would count? */
export function nested(name: string, outer: IConstruct): Problem {
  return {
    code: 'reclamation/nested',
    message: `${quote(name)} lies below ${quoteName(outer.node.path)}, which protects everything below it already.`,
    remedy:
      'Declare it beside that one, or name single resources of it: Reclamation.protect(resource, { name }).',
  };
}

/** Period and note belong to the whole. */
export function ownersMatter(name: string, owner: IConstruct): Problem {
  return {
    code: 'reclamation/part-with-period',
    message: `${quote(name)} is a part of ${quoteName(owner.node.path)}: \`period\` and \`beforeReclaim\` are those of the whole.`,
    remedy: `Set them there, or declare the resource outside of it.`,
  };
}

/** An instance of what there is once. */
export function noInstances(): Problem {
  return {
    code: 'reclamation/no-instances',
    message: '`instances` is set, and the resource has neither `count` nor `for_each`.',
    remedy: 'Leave `instances` out: the resource is one target.',
  };
}

/** What is no key of the resource. */
export function instanceKey(key: unknown, isCounted: boolean): Problem {
  return {
    code: 'reclamation/instance-key',
    message: `${quote(key)} can't name an instance of a resource with ${isCounted ? '`count`' : '`for_each`'}.`,
    remedy: isCounted
      ? 'Use its index, a number: instances: [2].'
      : "Use its key, a text without quotes, backslashes, `$`, `%` and characters that can’t be seen: instances: ['eu'], or { NAME: 'KEY' } where the key is no name.",
  };
}

/** An instance that the code doesn't have. */
export function unknownInstance(address: string, known: readonly (string | number)[]): Problem {
  return {
    code: 'reclamation/unknown-instance',
    message: `There is no ${quoteName(address)}: the keys are ${known.map((key) => quoteName(String(key))).join(', ') || 'none'}.`,
    remedy:
      'Correct `instances`. If the instance was taken out of the code, put it back: it stays there until its deletion is over.',
  };
}

/** One instance, two names. */
export function instanceTwice(target: string, address: string): Problem {
  return {
    code: 'reclamation/protected-twice',
    message: `\`instances\` has ${quoteName(address)}, ${quote(target)}, twice.`,
    remedy: 'Name each instance once.',
  };
}

/** An index that others follow. */
export function notTheLast(target: string, address: string, count: number | undefined): Problem {
  const last = count === undefined ? undefined : count - 1;
  return {
    code: 'reclamation/not-the-last',
    message:
      last === undefined
        ? `The deletion of ${quote(target)} is requested, and \`count\` is an expression: nobody can tell at synthesis whether ${quoteName(address)} is the last one, and only that can be deleted alone.`
        : `The deletion of ${quote(target)} is requested, and ${quoteName(address)} is not the last one: the instances after it would move, and the one with index ${last} would be deleted instead.`,
    remedy:
      'Only the highest index of a `count` can be deleted, one at a time: close its deletion before you request the next. For any other, use `for_each`.',
  };
}

/** Instances of what is part of something. */
export function instancesInside(name: string, owner: IConstruct): Problem {
  return {
    code: 'reclamation/instances-inside',
    message: `${quote(name)} is a part of ${quoteName(owner.node.path)}, so its instances can't be targets of their own.`,
    remedy: 'Leave `instances` out, or declare the resource outside of it.',
  };
}

/** A project needs a cluster, or the sandbox. */
export function withoutCluster(stack: IConstruct): Problem {
  return {
    code: 'project/no-cluster',
    message: `The stack ${quoteName(stack.node.path)} has no cluster, so it can't have projects.`,
    remedy:
      'Give it one: new ReprieveStack(app, id, { target: Target.kubernetes({ … }) }), or Target.sandbox().',
  };
}

function isConstruct(value: unknown): value is IConstruct {
  return typeof value === 'object' && value !== null && 'node' in value;
}
