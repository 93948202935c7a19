import { nearest } from '../../base/nearest.js';
import type { PolicyDocument } from '../../model/policy-document.js';
import { isWorkload } from '../shape/pods.js';
import { FieldShape } from './field-shape.js';
import type { FieldFile } from './schema.js';

const POD_TEMPLATES = ['core.v1.PodTemplateSpec', 'core.v1.Pod'];
const CONTAINERS = ['core.v1.Container', 'core.v1.EphemeralContainer'];
const METADATA = 'meta.v1.ObjectMeta';

/** The prefix of the provider's types, which no other provider's have. */
const PREFIX = 'kubernetes_';

/** Targets whose fields are Kubernetes' own or the provider's. */
const OWN_TARGETS = ['manifest', 'pod-template', 'container', 'resource'];

/** What policies' targets can have. */
export class Fields {
  constructor(
    private readonly kubernetes: FieldFile,
    private readonly terraform: FieldFile,
    /** By target, for those that are neither of Kubernetes nor of its provider. */
    private readonly others: ReadonlyMap<string, FieldShape> = new Map(),
  ) {}

  /** What the objects that a policy looks at can have; anything, where nothing is known of them. */
  of({ target, kinds }: Pick<PolicyDocument, 'target' | 'kinds'>): FieldShape {
    const other = this.others.get(target);
    if (other !== undefined) return other;
    if (target === 'manifest') return kinds === undefined ? this.manifest() : this.ofKinds(kinds);
    if (target === 'pod-template') return this.ofPods(POD_TEMPLATES, kinds);
    if (target === 'container') return this.ofPods(CONTAINERS, kinds);
    return shapeOf(this.terraform, this.terraform.targets[target] ?? []);
  }

  /** What manifests of some kinds can have. */
  ofKinds(kinds: readonly string[]): FieldShape {
    const known = kinds.map((kind) => this.definitionsOf(kind));
    // A kind that isn't Kubernetes' own may have anything but in its metadata.
    if (known.includes(undefined)) return this.manifest();
    return shapeOf(
      this.kubernetes,
      known.flatMap((each) => each ?? []),
    );
  }

  /** Types of the provider; undefined where a target is one of them, or none of its kind. */
  missingType(target: string): readonly string[] | undefined {
    const { targets } = this.terraform;
    if (!target.startsWith(PREFIX) || Object.hasOwn(targets, target)) return undefined;
    return Object.keys(targets);
  }

  /**
   * The target that one most likely means which is none of ours, and hardly a type of Terraform's:
   * those start with their provider's name and `_`.
   */
  meantTarget(target: string): string | undefined {
    const known = [...OWN_TARGETS, ...this.others.keys()];
    if (known.includes(target)) return undefined;
    if (!target.includes('_')) return nearest(target, known);
    const hyphened = target.replaceAll('_', '-');
    return known.find((each) => each === hyphened);
  }

  private manifest(): FieldShape {
    const text = { type: 'string' };
    const properties = {
      apiVersion: text,
      kind: text,
      metadata: { $ref: `#/$defs/${METADATA}` },
    };
    const any = { type: 'object', properties };
    return FieldShape.of([any], this.kubernetes.$defs) ?? FieldShape.ANYTHING;
  }

  private ofPods(names: readonly string[], kinds: readonly string[] = []): FieldShape {
    // Custom resources have pod templates, too, of which nothing is known.
    const isKnown = kinds.every(isWorkload);
    return isKnown ? shapeOf(this.kubernetes, names) : FieldShape.ANYTHING;
  }

  private definitionsOf(kind: string): readonly string[] | undefined {
    const { targets } = this.kubernetes;
    return Object.hasOwn(targets, kind) ? targets[kind] : undefined;
  }
}

function shapeOf({ $defs }: FieldFile, names: readonly string[]): FieldShape {
  const shapes = names.map((name) => ({ $ref: `#/$defs/${name}` }));
  return FieldShape.of(shapes, $defs) ?? FieldShape.ANYTHING;
}
