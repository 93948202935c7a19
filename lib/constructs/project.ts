import type { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1/index.js';
import { TerraformResource } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import type { LockedProject } from '../files/projects-lock.js';
import { checkIngress } from '../model/network.js';
import { foreignProperties } from '../model/not-covered.js';
import {
  type IngressSpec,
  ITEM_KINDS,
  type ItemSpecs,
  type ProjectSpec,
  type ServiceAccount,
} from '../model/specification.js';
import { rememberSource } from './call-site.js';
import { isSameCluster, otherCluster } from './clusters.js';
import { ConfigMap, type ConfigMapProps } from './config-map.js';
import { mark, type PartOptions, stackOf } from './context.js';
import type { ReclamationSummary } from './deletion-state.js';
import type { Item } from './item.js';
import { JobTemplate, type JobTemplateProps } from './job-template.js';
import { renderAccess } from './kubernetes/access.js';
import { markRawResource, type ObjectLabels } from './kubernetes/metadata.js';
import {
  ingressRules,
  renderBounds,
  renderNamespace,
  watchAdopted,
} from './kubernetes/namespace.js';
import { overwrittenMarks } from './kubernetes/overwritten.js';
import { lockedPartOf } from './locked-project.js';
import { moveResources } from './moves.js';
import { type IngressOptions, NetworkPeer } from './network-peer.js';
import {
  type ProjectDeclaration,
  type ProjectProps,
  resolveProject,
} from './project-declaration.js';
import { Reclamation } from './reclamation.js';
import { withoutCluster } from './reclamation-problems.js';
import { StateRecord } from './record.js';
import { accountReference, type IProject, type IServiceAccount } from './references.js';
import { RegistrySecret, type RegistrySecretProps } from './registry-secret.js';
import { report } from './report.js';
import { Secret, type SecretProps } from './secret.js';
import { ownAddress } from './targets/target.js';
import type { ProtectedResource } from './while-soft-deleted.js';

/** An open deletion with the image references whose data stays in a registry. */
export interface ProjectReclamation extends ReclamationSummary {
  readonly images: readonly string[];
}

/**
 * A project: a namespace with its quota, network and service accounts, and the items in it. It
 * can be deleted, and taken back until its reclamation period is over.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-manage-project
 * @example
 * const billing = new Project(stack, 'billing', {
 *   reclamationPeriod: Duration.days(14),
 *   labels: { 'example.org/team': 'finance' },
 * });
 */
export class Project extends Construct implements IProject {
  /** The project's name. */
  readonly name: string;
  /**
   * The namespace in the cluster, the same as `node.defaultChild`; what is in the project depends
   * on it.
   */
  readonly namespace: TerraformResource;
  /** Where the code used to be, if it was moved. */
  readonly movedFrom?: string;
  /** Whether it is there only because the lock knows it, its code being gone. */
  readonly rehydrated: boolean;
  private readonly quota: TerraformResource;
  private readonly network: NetworkPolicyV1;
  private readonly ingress: IngressSpec[] = [];
  private readonly declaration: ProjectDeclaration;
  private readonly reclamation: Reclamation;
  private readonly declaredItems: Item[] = [];

  constructor(scope: Construct, id: string, props: ProjectProps = {}) {
    super(scope, id);
    mark(this, 'project');
    mark(this, 'owner');
    const { lockedAt, ingress = [] } = lockedPartOf(props) ?? {};
    rememberSource(this, lockedAt);
    const stack = stackOf(this);
    this.declaration = resolveProject(stack, id, props);
    report(this, ...this.declaration.problems, ...foreignProperties(props));
    if (stack.target.name === 'terraform') report(this, withoutCluster(stack));
    this.name = this.declaration.name;
    this.rehydrated = lockedAt !== undefined;
    if (props.movedFrom !== undefined) this.movedFrom = props.movedFrom;
    this.reclamation = new Reclamation(this, 'reclamation', {
      name: this.name,
      period: this.declaration.period,
      below: this,
    });
    const { namespace, quota, network } = this.render();
    this.namespace = namespace;
    this.node.defaultChild = namespace;
    this.quota = quota;
    this.network = network;
    for (const each of ingress) this.letIn(each);
    stack.addProject(this);
  }

  /** The namespace's name in the cluster. */
  get namespaceName(): string {
    return this.declaration.namespace;
  }

  /** The namespace's labels that were declared, without Reprieve's own. */
  get labels(): Readonly<Record<string, string>> {
    return { ...this.declaration.metadata.labels };
  }

  /** The namespace's annotations that were declared, without Reprieve's own. */
  get annotations(): Readonly<Record<string, string>> {
    return { ...this.declaration.metadata.annotations };
  }

  /** The items of every kind, in the order of their declaration. */
  get items(): readonly Item[] {
    return this.declaredItems;
  }

  /**
   * One of the project's service accounts: `default` has no permission of its own, `reader`,
   * `writer` and `manager` have Kubernetes' roles `view`, `edit` and `admin` in the project, and
   * `none` has no token.
   *
   * @example
   * api.grantRead(billing.serviceAccount('reader'));
   */
  serviceAccount(name: ServiceAccount): IServiceAccount {
    return accountReference(name, this);
  }

  /**
   * Lets others reach the pods of this project. Without it, only the project's own pods can; what
   * its pods may reach is not limited.
   *
   * @example
   * billing.allowIngressFrom(reports, { ports: [8080] });
   * billing.allowIngressFrom(NetworkPeer.namespace('monitoring'), { ports: [9090] });
   */
  allowIngressFrom(peer: IProject | NetworkPeer, { ports }: IngressOptions = {}): void {
    const from = peer instanceof NetworkPeer ? peer.peer : { namespace: peer.namespaceName };
    if (!(peer instanceof NetworkPeer) && !isSameCluster(this, peer)) {
      report(this, otherCluster(peer));
      return;
    }
    const { value, problems } = checkIngress(ports === undefined ? from : { ...from, ports });
    report(this, ...problems);
    if (value !== undefined) this.letIn(value);
  }

  /**
   * Declares access to an image registry, like `new RegistrySecret(project, id, props)`.
   *
   * @example
   * billing.addRegistrySecret('registry', {
   *   server: 'registry.example.org',
   *   username: 'billing',
   *   password: Credential.fromVariable('registry_token', { revision: 1 }),
   * });
   */
  addRegistrySecret(id: string, props: RegistrySecretProps): RegistrySecret {
    return new RegistrySecret(this, id, props);
  }

  /**
   * Declares a secret that job templates can read, like `new Secret(project, id, props)`.
   *
   * @example
   * billing.addSecret('api', {
   *   format: 'generic',
   *   data: { API_KEY: Credential.fromVariable('api_key', { revision: 1 }) },
   * });
   */
  addSecret(id: string, props: SecretProps): Secret {
    return new Secret(this, id, props);
  }

  /**
   * Declares settings that job templates can read, like `new ConfigMap(project, id, props)`.
   *
   * @example
   * billing.addConfigMap('settings', { data: { CURRENCY: 'EUR' } });
   */
  addConfigMap(id: string, props: ConfigMapProps): ConfigMap {
    return new ConfigMap(this, id, props);
  }

  /**
   * Declares a job template, like `new JobTemplate(project, id, props)`.
   *
   * @example
   * billing.addJobTemplate('nightly', { image: 'docker.io/example/invoices:1.4.2' });
   */
  addJobTemplate(id: string, props: JobTemplateProps): JobTemplate {
    return new JobTemplate(this, id, props);
  }

  /**
   * Called by every item of the project.
   *
   * @internal
   */
  addItem(item: Item): void {
    this.declaredItems.push(item);
  }

  /**
   * What an object of this project says about itself in the cluster.
   *
   * @internal
   */
  marksOf(target: string): ObjectLabels {
    return {
      project: this.name,
      namespace: this.declaration.namespace,
      stack: stackOf(this).node.id,
      period: this.declaration.period,
      fate: this.reclamation.fateOf(target),
    };
  }

  /** @internal */
  namePart(resource: TerraformResource, options: PartOptions): ProtectedResource {
    return this.reclamation.namePart(resource, options);
  }

  /**
   * Puts a resource under the project's protection. It goes with `target`.
   *
   * @internal
   */
  protect(target: string, resource: TerraformResource): void {
    this.reclamation.protect(target, resource);
    // A restore that has to make an item anew must find the quota open again.
    if (target !== this.name) {
      resource.dependsOn = [...(resource.dependsOn ?? []), ownAddress(this.quota)];
    }
  }

  /**
   * The specification, as far as the declarations have no problems.
   *
   * @internal
   */
  get specification(): ProjectSpec {
    const { quota, ownPeriod, adoptNamespace, metadata } = this.declaration;
    const items = ITEM_KINDS.map((kind) => [kind, this.itemsOf(kind)] as const);
    return {
      ...(ownPeriod === undefined ? {} : { period: ownPeriod }),
      quota,
      ...(adoptNamespace ? { adoptNamespace } : {}),
      ...metadata,
      ...(this.ingress.length === 0 ? {} : { ingress: [...this.ingress] }),
      ...Object.fromEntries(items.filter(([, entries]) => Object.keys(entries).length > 0)),
    };
  }

  /**
   * What projects.lock.yaml is to know.
   *
   * @internal
   */
  get locked(): LockedProject {
    const { resources, parts } = this.reclamation.locked;
    return {
      path: this.node.path,
      namespace: this.declaration.namespace,
      spec: this.specification,
      resources,
      ...(parts === undefined ? {} : { parts }),
    };
  }

  /**
   * The addresses of everything that is protected here; complete once the project is sealed.
   *
   * @internal
   */
  get protectedAddresses(): readonly string[] {
    return this.reclamation.protectedAddresses;
  }

  /**
   * The open deletions in this project.
   *
   * @internal
   */
  reclamations(): readonly ProjectReclamation[] {
    return this.reclamation.summaries().map((summary) => ({
      ...summary,
      images: this.imagesOf(summary.target),
    }));
  }

  /**
   * Completes the project once everything in it is declared. Called by its stack.
   *
   * @internal
   */
  seal(): void {
    for (const resource of this.resources()) report(resource, ...overwrittenMarks(resource));
    for (const { resource, target } of this.reclamation.unclaimed()) {
      markRawResource(resource, this.marksOf(target));
    }
    this.reclamation.seal();
    for (const moved of [...this.items, this]) {
      if (moved.movedFrom !== undefined) moveResources(moved, moved.movedFrom);
    }
  }

  private render() {
    const marks = this.marksOf(this.name);
    const { adoptNamespace, metadata: own } = this.declaration;
    const namespace = renderNamespace(this, { ...marks, own }, adoptNamespace);
    if (adoptNamespace && !marks.fate.doomed) {
      namespace.importFrom(this.declaration.namespace);
      watchAdopted(this, marks);
    }
    const bounds = renderBounds(this, marks, this.declaration.quota, namespace);
    const { quota, limits, network } = bounds;
    const access = renderAccess(this, marks, namespace);
    for (const resource of [namespace, quota, limits, network, ...access]) {
      this.protect(this.name, resource);
    }
    return { namespace, quota, network };
  }

  /** The same twice is once. */
  private letIn(ingress: IngressSpec): void {
    const text = JSON.stringify(ingress);
    if (this.ingress.some((each) => JSON.stringify(each) === text)) return;
    this.ingress.push(ingress);
    this.network.putSpec(ingressRules(this.ingress));
  }

  /** All resources below the project, but for the records of its reclamation. */
  private resources(): readonly TerraformResource[] {
    return this.node
      .findAll()
      .filter((construct: IConstruct): construct is TerraformResource =>
        TerraformResource.isTerraformResource(construct),
      )
      .filter((it) => !StateRecord.isStateRecord(it));
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
