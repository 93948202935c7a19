import { relative, resolve } from 'node:path';
import { App, LocalBackend, TerraformBackend, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Problem, Source } from '../base/problem.js';
import { type DeletionRequest, requestsFor } from '../files/deletions.js';
import { type LockedStack, lockedStack } from '../files/projects-lock.js';
import type { LockedEncryption } from '../files/projects-lock-types.js';
import { DEFAULT_PERIODS, type Settings, stackSettings } from '../files/settings.js';
import { type EncryptionSpec, encryptionFaults } from '../model/encryption.js';
import type { CredentialSpec } from '../model/specification.js';
import { rulesInput } from '../state/clock.js';
import { literal } from '../state/expression.js';
import { RULES_NAME } from '../state/records.js';
import { rememberSource } from './call-site.js';
import { mark } from './context.js';
import { credentialVariable } from './credential.js';
import { DeclarationError } from './declaration-error.js';
import { lateChanges } from './late-changes.js';
import { checkResources } from './lost-resources.js';
import type { Project } from './project.js';
import { type ProjectFiles, projectFilesOf } from './project-files.js';
import { protectJson } from './protected-json.js';
import type { Reclamation } from './reclamation.js';
import { reconcile } from './reconcile.js';
import { StateRecord } from './record.js';
import { protectedIn, referenceProblems } from './referrers.js';
import { prepareLean, renderLean } from './rendering.js';
import { report } from './report.js';
import { checkStack } from './stack-checks.js';
import { type StackTarget, Target, type TerraformJson } from './targets/index.js';

/** What a stack needs to know. */
export interface ReprieveStackProps {
  /**
   * Where its projects are made: `Target.kubernetes({…})` or `Target.sandbox()`.
   *
   * @default - `Target.terraform()`: resources of any provider, and no projects
   */
  readonly target?: StackTarget;
  /**
   * How this stack's cluster is to encrypt what it keeps in etcd. It names keys and holds none;
   * `reprieve encryption` writes the API server's configuration, rotates keys and verifies.
   *
   * @default - what reprieve.yaml declares
   */
  readonly encryption?: EncryptionSpec;
}

/**
 * A Terraform stack whose projects, and other resources, can be restored after a deletion. It keeps Terraform's state wherever a
 * cdktf backend says; without one, in `terraform.<stack>.tfstate` beside cdktf.json.
 *
 * @example
 * const sandbox = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
 * new Project(sandbox, 'billing');
 *
 * const databases = new ReprieveStack(app, 'databases');
 * Reclamation.protect(new DbInstance(databases, 'orders', { … }), { name: 'orders-db' });
 */
export class ReprieveStack extends TerraformStack {
  /** Where the stack's projects are made. */
  readonly target: StackTarget;
  /** How its cluster is to encrypt what it keeps in etcd, where anybody has said so. */
  readonly encryption?: EncryptionSpec;
  private readonly files: ProjectFiles;
  private readonly declaredProjects: Project[] = [];
  private readonly declaredReclamations: Reclamation[] = [];
  private readonly credentials = new Map<string, Set<string>>();
  private ownState?: string;
  private sealed = false;

  constructor(scope: Construct, id: string, props: ReprieveStackProps = {}) {
    super(scope, id);
    mark(this, 'stack');
    rememberSource(this);
    this.target = props.target ?? Target.terraform();
    this.files = projectFilesOf(this);
    this.target.prepare(this);
    const { encryption = this.settings.encryption } = props;
    if (encryption !== undefined) this.encryption = encryption;
    if (props.encryption !== undefined) {
      report(this, ...encryptionFaults(props.encryption).map(({ problem }) => problem));
    }
  }

  /**
   * The state file's path, where it is a local one without a backend of the user's.
   *
   * @internal
   */
  get localState(): string | undefined {
    return this.ownState;
  }

  /**
   * reprieve.yaml.
   *
   * @internal
   */
  get settings(): Settings {
    return this.files.settings;
  }

  /** The projects of this stack, the rehydrated ones included. */
  get projects(): readonly Project[] {
    return this.declaredProjects;
  }

  /**
   * Everything that can be restored: the projects' and that of other resources.
   *
   * @internal
   */
  get reclamations(): readonly Reclamation[] {
    return this.declaredReclamations;
  }

  /**
   * What projects.lock.yaml knows of this stack.
   *
   * @internal
   */
  get locked(): LockedStack | undefined {
    return lockedStack(this.files.lock.lock, this.node.id);
  }

  /**
   * What the lock is to know of encryption: only a cluster keeps anything in etcd.
   *
   * @internal
   */
  get lockedEncryption(): LockedEncryption | undefined {
    if (this.encryption === undefined || this.target.name !== 'kubernetes') return undefined;
    const { provider, key, resources = [] } = this.encryption;
    return {
      provider,
      ...(key === undefined ? {} : { key }),
      ...(resources.length === 0 ? {} : { resources }),
    };
  }

  /**
   * Where the lock describes the stack or a project, for messages.
   *
   * @internal
   */
  lockSource(project?: string): Source {
    return this.files.lock.at(this.node.id, project);
  }

  /**
   * The open deletion requests that name this stack, or none at all.
   *
   * @internal
   */
  get requests(): readonly DeletionRequest[] {
    return requestsFor(this.files.deletions, this.node.id);
  }

  /**
   * The open deletion request of a target in this stack.
   *
   * @internal
   */
  requestOf(target: string): DeletionRequest | undefined {
    return this.requests.find((request) => request.target === target);
  }

  /**
   * Called by every project of the stack.
   *
   * @internal
   */
  addProject(project: Project): void {
    this.declaredProjects.push(project);
  }

  /**
   * Called by everything that can be restored.
   *
   * @internal
   */
  addReclamation(reclamation: Reclamation): void {
    this.declaredReclamations.push(reclamation);
  }

  /**
   * Declares a credential's variable. `neededBy` is left out where the value isn't going to be
   * written, as for something soft-deleted.
   *
   * @internal
   */
  useCredential(credential: CredentialSpec, neededBy: string | undefined): void {
    const users = this.credentials.get(credential.variable) ?? new Set();
    if (neededBy !== undefined) users.add(neededBy);
    this.credentials.set(credential.variable, users);
  }

  /**
   * Whether a deploy of this stack handles credentials; known once it is sealed.
   *
   * @internal
   */
  get handlesCredentials(): boolean {
    return this.target.takesCredentials && this.credentials.size > 0;
  }

  /**
   * Called by cdktf before it resolves anything: the last moment to add constructs.
   *
   * @internal
   */
  override prepareStack(): void {
    this.seal();
    prepareLean(this, () => super.prepareStack());
  }

  /**
   * Brings back what only the lock knows, checks the whole, and writes the guards.
   *
   * @internal
   */
  seal(): void {
    if (this.sealed) return;
    this.sealed = true;
    reconcile(this);
    for (const project of this.projects) project.seal();
    for (const reclamation of this.reclamations) reclamation.seal();
    checkStack(this, checkResources(this));
    this.recordRules();
    this.addReclamationsOutput();
    this.useRelativeState();
  }

  /** @internal */
  override toTerraform(): TerraformJson {
    const { json, problems } = this.render();
    // Those that the app's check has not seen come from aspects, which run after it.
    if (problems.length > 0) throw new DeclarationError(problems);
    return json;
  }

  /**
   * The stack's JSON, and what is wrong with what it has become.
   *
   * @internal
   */
  render(): { readonly json: TerraformJson; readonly problems: readonly Problem[] } {
    const json: TerraformJson = renderLean(this, () => super.toTerraform());
    const variables = this.credentialVariables;
    const written =
      Object.keys(variables).length === 0
        ? json
        : { ...json, variable: { ...Object(json['variable']), ...variables } };
    const sealed = this.reclamations.flatMap((each) => each.sealedMembers);
    const rewritten = this.target.rewrite(written);
    const { json: own, ...found } = protectJson(rewritten, protectedIn(this));
    const problems = [
      ...lateChanges(rewritten, sealed, this.node.id),
      ...referenceProblems(this, found),
    ];
    return { json: own, problems };
  }

  /**
   * The declarations of its credentials' variables, by name; known once it is sealed.
   *
   * @internal
   */
  get credentialVariables(): TerraformJson {
    if (!this.handlesCredentials) return {};
    return Object.fromEntries(
      [...this.credentials].map(([name, users]) => [
        name,
        credentialVariable(name, [...users].sort()),
      ]),
    );
  }

  /** The floor and the approvers, where reprieve.yaml says any and there is something to protect. */
  private recordRules(): void {
    const { approvers } = this.settings;
    const { floor } = stackSettings(this.settings, this.node.id);
    const isSaid = approvers.length > 0 || floor.seconds !== DEFAULT_PERIODS.floor.seconds;
    if (!isSaid || this.reclamations.length === 0) return;
    new StateRecord(this, RULES_NAME, rulesInput(this.node.id, floor.text, approvers));
  }

  private addReclamationsOutput(): void {
    const own = this.reclamations.filter((each) => !each.ofProject);
    const value = [
      ...this.projects.flatMap((project) => project.reclamations()),
      ...own.flatMap((each) => each.summaries().map((summary) => ({ ...summary, images: [] }))),
    ].map((each) => ({
      ...each,
      target: literal(each.target),
      images: literal(each.images),
    }));
    new TerraformOutput(this, 'reclamations', {
      value,
      description: 'Open deletions: until when they can be taken back, and what goes with them.',
    }).overrideLogicalId('reclamations');
  }

  /** cdktf's default is an absolute path, which would differ from one checkout to the next. */
  private useRelativeState(): void {
    if (this.node.findAll().some((construct) => TerraformBackend.isBackend(construct))) return;
    const folder = resolve(App.of(this).outdir, 'stacks', this.node.id);
    this.ownState = resolve(`terraform.${this.node.id}.tfstate`);
    new LocalBackend(this, { path: relative(folder, this.ownState).replaceAll('\\', '/') });
  }
}

/** Whether a construct is a stack of ours. */
export function isReprieveStack(construct: unknown): construct is ReprieveStack {
  return TerraformStack.isStack(construct) && 'lockSource' in construct;
}
