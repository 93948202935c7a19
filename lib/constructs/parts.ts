import type { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { itemTarget, RESOURCES } from '../model/deletion-target.js';
import { checkResourceName } from '../model/names.js';
import { targetByPlace } from './below.js';
import type { PartOptions } from './context.js';
import { protectedTwice, targetTaken } from './reclamation-problems.js';
import { report } from './report.js';

/** What parts belong to. */
export interface Whole {
  readonly target: string;
  readonly isProject: boolean;
  readonly below: Construct | undefined;
}

/** The resources that belong to something, and were given a name of their own in it. */
export class Parts {
  private readonly named = new Map<TerraformResource, PartOptions>();

  constructor(private readonly whole: Whole) {}

  /** Gives a resource a target of its own. */
  name(resource: TerraformResource, options: PartOptions, isProtected: boolean): string {
    const target = itemTarget(this.whole.target, RESOURCES, options.name);
    const known = [...this.named].find(([, { name }]) => name === options.name)?.[0];
    report(resource, ...checkResourceName(options.name));
    if (known !== undefined) report(resource, targetTaken(target, known));
    const isTwice = isProtected || this.named.has(resource);
    if (isTwice) report(resource, protectedTwice(target));
    else this.named.set(resource, options);
    return target;
  }

  /** What was said of a resource when it was named. */
  optionsOf(resource: TerraformResource): PartOptions | undefined {
    return this.named.get(resource);
  }

  /** Its own name; in a project, else the place of its code there; else that of the whole. */
  targetOf(resource: TerraformResource): string {
    const { target, isProject, below } = this.whole;
    const named = this.named.get(resource);
    if (named !== undefined) return itemTarget(target, RESOURCES, named.name);
    return isProject ? targetByPlace(target, resource, below) : target;
  }
}
