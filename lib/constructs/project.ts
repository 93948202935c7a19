import { dependable, TerraformResource } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import type { Source } from '../model/problem.js';
import { ITEM_KINDS, type ItemSpecs, type ProjectSpec } from '../model/specification.js';
import type { LockedProject } from '../reclamation/lock.js';
import { rememberSource } from './call-site.js';
import { ConfigMap, type ConfigMapProps } from './config-map.js';
import { type ItemContext, mark, type ProjectContext, stackOf } from './context.js';
import { JobTemplate, type JobTemplateProps } from './job-template.js';
import { renderAccess } from './kubernetes/access.js';
import { type Marks, markRawResource } from './kubernetes/metadata.js';
import { renderBounds, renderNamespace, watchAdopted } from './kubernetes/namespace.js';
import { isMovedAway, moveResources } from './moves.js';
import {
  type ProjectDeclaration,
  type ProjectProps,
  resolveProject,
} from './project-declaration.js';
import { Reclamation, type ReclamationSummary } from './reclamation.js';
import { StateRecord } from './record.js';
import { RegistrySecret, type RegistrySecretProps } from './registry-secret.js';
import { report } from './report.js';
import { Secret, type SecretProps } from './secret.js';

/** An open deletion with the image references whose data stays in a registry. */
export interface ProjectReclamation extends ReclamationSummary {
  readonly images: readonly string[];
}

/**
 * A project: a namespace with its quota, network and service accounts, and the items in it. It
 * can be deleted, and taken back until its reclamation period is over.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-manage-project
 */
export class Project extends Construct implements ProjectContext {
  readonly name: string;
  /** The namespace in the cluster; what is in the project depends on it. */
  readonly namespace: TerraformResource;
  /** Where the code used to be, if it was moved. */
  readonly movedFrom?: string;
  /** Whether it is there only because the lock knows it, its code being gone. */
  readonly rehydrated: boolean;
  private readonly quota: TerraformResource;
  private readonly declaration: ProjectDeclaration;
  private readonly reclamation: Reclamation;
  private readonly declaredItems: ItemContext[] = [];

  /** `lockedAt` is for what the lock brings back: where it stands there. */
  constructor(scope: Construct, id: string, props: ProjectProps = {}, lockedAt?: Source) {
    super(scope, id);
    mark(this, 'project');
    rememberSource(this, lockedAt);
    const stack = stackOf(this);
    this.declaration = resolveProject(stack, id, props);
    report(this, ...this.declaration.problems);
    this.name = this.declaration.name;
    this.rehydrated = lockedAt !== undefined;
    if (props.movedFrom !== undefined) this.movedFrom = props.movedFrom;
    this.reclamation = new Reclamation(this, 'reclamation', {
      target: this.name,
      period: this.declaration.period,
      planMaxAge: this.declaration.planMaxAge,
      requestOf: (target) => stack.requestOf(target),
      addressOf: (resource) => stack.target.addressOf(resource),
      uidOf: (resource) => stack.target.uidOf(resource),
    });
    const { namespace, quota } = this.render();
    this.namespace = namespace;
    this.quota = quota;
    stack.addProject(this);
  }

  /** The namespace's name in the cluster. */
  get namespaceName(): string {
    return this.declaration.namespace;
  }

  /** The items of every kind, in the order of their declaration. */
  get items(): readonly ItemContext[] {
    return this.declaredItems;
  }

  /** Declares access to an image registry: see `RegistrySecret.dockerHub` and its like. */
  addRegistrySecret(id: string, props: RegistrySecretProps): RegistrySecret {
    return new RegistrySecret(this, id, props);
  }

  /** Declares a secret that job templates can read. */
  addSecret(id: string, props: SecretProps): Secret {
    return new Secret(this, id, props);
  }

  /** Declares settings that job templates can read. */
  addConfigMap(id: string, props: ConfigMapProps): ConfigMap {
    return new ConfigMap(this, id, props);
  }

  /** Declares a job template. */
  addJobTemplate(id: string, props: JobTemplateProps): JobTemplate {
    return new JobTemplate(this, id, props);
  }

  /** Called by every item of the project. */
  addItem(item: ItemContext): void {
    this.declaredItems.push(item);
  }

  /** What an object of this project says about itself in the cluster. */
  marksOf(target: string): Marks {
    return {
      project: this.name,
      namespace: this.declaration.namespace,
      stack: stackOf(this).node.id,
      period: this.declaration.period,
      fate: this.reclamation.fateOf(target),
    };
  }

  /** Puts a resource under the project's protection. It goes with `target`. */
  protect(target: string, resource: TerraformResource): void {
    this.reclamation.protect(target, resource);
    // A restore that has to make an item anew must find the quota open again.
    if (target !== this.name) {
      resource.dependsOn = [...(resource.dependsOn ?? []), dependable(this.quota)];
    }
  }

  /** The specification, as far as the declarations have no problems. */
  get specification(): ProjectSpec {
    const { quota, ownPeriod, adoptNamespace } = this.declaration;
    const items = ITEM_KINDS.map((kind) => [kind, this.itemsOf(kind)] as const);
    return {
      ...(ownPeriod === undefined ? {} : { period: ownPeriod }),
      quota,
      ...(adoptNamespace ? { adoptNamespace } : {}),
      ...Object.fromEntries(items.filter(([, entries]) => Object.keys(entries).length > 0)),
    };
  }

  /** What projects.lock.yaml is to know. */
  get locked(): LockedProject {
    return {
      path: this.node.path,
      namespace: this.declaration.namespace,
      spec: this.specification,
      resources: this.reclamation.members
        .filter((member) => member.target === this.name)
        .map((member) => member.address)
        .sort(),
    };
  }

  /** The addresses of everything that is protected here; complete once the project is sealed. */
  get protectedAddresses(): readonly string[] {
    return this.reclamation.members.map((member) => member.address);
  }

  /** The open deletions in this project. */
  reclamations(): readonly ProjectReclamation[] {
    return this.reclamation.summaries().map((summary) => ({
      ...summary,
      images: this.imagesOf(summary.target),
    }));
  }

  /** Completes the project once everything in it is declared. Called by its stack. */
  seal(): void {
    for (const resource of this.rawResources()) {
      markRawResource(resource, this.marksOf(this.name));
      this.protect(this.name, resource);
    }
    this.reclamation.seal();
    for (const moved of [...this.items, this]) {
      if (moved.movedFrom !== undefined) moveResources(moved, moved.movedFrom);
    }
  }

  private render(): { readonly namespace: TerraformResource; readonly quota: TerraformResource } {
    const marks = this.marksOf(this.name);
    const namespace = renderNamespace(this, marks);
    if (this.declaration.adoptNamespace && !marks.fate.doomed) {
      namespace.importFrom(this.declaration.namespace);
      watchAdopted(this, marks);
    }
    const [quota, ...bounds] = renderBounds(this, marks, this.declaration.quota, namespace);
    const access = renderAccess(this, marks, namespace);
    for (const resource of [namespace, quota, ...bounds, ...access]) {
      this.protect(this.name, resource);
    }
    return { namespace, quota };
  }

  /** Resources that a user declared below the project: they belong to it as a whole. */
  private rawResources(): readonly TerraformResource[] {
    return this.node
      .findAll()
      .filter((construct: IConstruct): construct is TerraformResource =>
        TerraformResource.isTerraformResource(construct),
      )
      .filter((it) => !StateRecord.isStateRecord(it) && !this.reclamation.protects(it))
      .filter((it) => !isMovedAway(it));
  }

  private itemsOf(kind: keyof ItemSpecs): Readonly<Record<string, ItemSpecs[keyof ItemSpecs]>> {
    const entries = this.items.flatMap((item) =>
      item.kind === kind && item.specification !== undefined
        ? [[item.name, item.specification] as const]
        : [],
    );
    return Object.fromEntries(entries);
  }

  private imagesOf(target: string): readonly string[] {
    const templates = this.items.filter(
      (item) => item.kind === 'job-templates' && (target === this.name || item.target === target),
    );
    const images = templates.flatMap(({ specification }) =>
      specification !== undefined && 'image' in specification ? [specification.image] : [],
    );
    return [...new Set(images)].sort();
  }
}
