import { isRecord } from '../../base/guards.js';
import { keysOf, type Part, partOf, stepOf } from './part.js';
import { isThere, type Placed } from './placed.js';
import { CONTAINER_LISTS, composedPod, type FoundContainer } from './pod-composition.js';
import { withTemplate } from './step-template.js';

/** Why something that may run containers was not looked into. */
export type Unseen = 'image' | 'unknown' | 'depth' | 'text' | 'source';

/** Deeper than any object has its pods. */
const DEEPEST = 64;

/** How a custom kind may call containers, besides Kubernetes' own lists. */
const OTHER_LISTS = ['steps', 'sidecars'] as const;
const SINGLE = ['container', 'script', 'stepTemplate', 'model'] as const;

/** What Tekton's steps take from it is seen in them. */
const TEMPLATE = 'stepTemplate';

/** What only pods have. */
const OF_PODS = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

/** What only the security context of a container has. */
const OF_CONTAINERS = ['privileged', 'capabilities', 'allowPrivilegeEscalation', 'procMount'];

type Covered = ReadonlySet<string>;

/** Keys of a container that policies see, or in which nothing else can be: programs are no manifests. */
const OF_CONTAINER: Covered = new Set([
  ...['args', 'command', 'env', 'envFrom', 'image', 'imagePullPolicy', 'lifecycle'],
  ...['livenessProbe', 'name', 'ports', 'readinessProbe', 'resizePolicy', 'resources'],
  ...['restartPolicy', 'restartPolicyRules', 'securityContext', 'script', 'source'],
  ...['startupProbe', 'stdin', 'stdinOnce', 'targetContainerName', 'terminationMessagePath'],
  ...['terminationMessagePolicy', 'tty', 'volumeDevices', 'volumeMounts', 'workingDir'],
  // Tekton's and Argo's own.
  ...['computeResources', 'params', 'results', 'when', 'mirrorVolumeMounts'],
]);

const OF_VOLUMES: Covered = new Set(['image', 'name', 'configMap', 'secret', 'downwardAPI']);

/** Names under which some kinds have what they add to their pods. */
const POD_NAMES: ReadonlySet<unknown> = new Set(['podTemplate', 'podSpec']);

/** Text in which a manifest, or a part of one, may be. */
const LIKE_A_POD = /\b(?:containers|initContainers|hostNetwork|securityContext|image)["']?\s*:/;

/** Kinds that only name where others come from. */
const SOURCES: ReadonlySet<unknown> = new Set([
  ...['Application', 'ApplicationSet', 'HelmRelease', 'HelmChart', 'HelmChartConfig'],
  'Kustomization',
]);

/** On the way from a workload to its pods. */
const WAY: ReadonlySet<string> = new Set(['spec', 'template', 'jobTemplate']);

/**
 * Looks for pods in an object of any kind: wherever there are containers, one by one or in lists, with
 * what stands beside them as the rest of the pod.
 */
export class PodSearch {
  private readonly templates: Placed[] = [];
  private readonly unseen = new Set<Unseen>();
  private readonly steps: (string | number)[] = [];
  /** JSON pointers of what is part of a pod that was found, and which of its own keys that covers. */
  private readonly taken = new Map<string, Covered>();
  /** What an Argo workflow says of the pods of all its steps. */
  private readonly shared: Placed | undefined;

  /** @param mayBePod - whether it is on the way to the pods of one of Kubernetes' own kinds */
  constructor(
    private readonly manifest: Part,
    private readonly mayBePod: boolean,
  ) {
    if (SOURCES.has(partOf(manifest, 'kind').value)) this.unseen.add('source');
    this.shared = sharedIn(manifest);
  }

  result(): { readonly templates: readonly Placed[]; readonly unseen: readonly Unseen[] } {
    this.visit(this.manifest, undefined, this.mayBePod);
    return { templates: this.templates, unseen: [...this.unseen] };
  }

  /** @param around - the object that it is a member of */
  private visit(at: Part, around: Part | undefined, isOnWay: boolean): void {
    if (at.unknown === true) this.open(at, isOnWay);
    else if (this.steps.length > DEEPEST) this.unseen.add('depth');
    else if (typeof at.value === 'string') this.text(at.value);
    else if (Array.isArray(at.value)) this.each(at, [...at.value.keys()], isOnWay);
    else this.object(at, around, isOnWay);
  }

  private open(at: Part, isOnWay: boolean): void {
    if (isOnWay) this.templates.push({ ...at, pointer: this.pointer });
    else this.unseen.add('unknown');
  }

  private text(text: string): void {
    if (LIKE_A_POD.test(text)) this.unseen.add('text');
  }

  private object(at: Part, around: Part | undefined, isOnWay: boolean): void {
    const containers = containersAt(at);
    const name = this.steps.at(-1);
    const isPod = containers.length > 0 || hasPodFields(at) || isRest(name, at);
    if (isPod) this.pod(at, name === 'spec' ? around : undefined, containers);
    else if (hasContainerFields(at)) this.lone(at);
    else if (has(at, 'image')) this.unseen.add('image');
    this.each(
      at,
      keysOf(at).filter((key) => !isPlain(partOf(at, key))),
      isOnWay,
    );
  }

  private each(at: Part, keys: readonly (string | number)[], isOnWay: boolean): void {
    for (const key of keys) {
      this.steps.push(key);
      const leads = isOnWay && typeof key === 'string' && WAY.has(key);
      const covered = this.taken.size > 0 ? this.taken.get(this.pointer) : undefined;
      if (covered === undefined) this.visit(partOf(at, key), at, leads);
      else this.rest(partOf(at, key), covered);
      this.steps.pop();
    }
  }

  /** A kind may have pods in what it adds to a container or a volume. */
  private rest(at: Part, covered: Covered): void {
    if (Array.isArray(at.value)) {
      for (const index of at.value.keys()) {
        this.steps.push(index);
        this.rest(partOf(at, index), covered);
        this.steps.pop();
      }
    } else if (at.unknown !== true) {
      const others = keysOf(at).filter((key) => !covered.has(key) && !isPlain(partOf(at, key)));
      this.each(at, others, false);
    }
  }

  private pod(at: Part, around: Part | undefined, containers: readonly FoundContainer[]): void {
    const isPlainPod =
      around !== undefined &&
      this.shared === undefined &&
      containers.every(({ way, list }) => way.length === 2 && way[0] === list);
    const { pointer } = this;
    const parent = this.steps.slice(0, -1).map(stepOf).join('');
    this.templates.push(
      isPlainPod
        ? { ...around, pointer: parent }
        : composedPod({ ...at, pointer }, containers, {
            around: around && { ...around, pointer: parent },
            shared: this.shared?.pointer === pointer ? undefined : this.shared,
          }),
    );
    this.taken.set(`${pointer}/volumes`, OF_VOLUMES);
    this.taken.set(`${pointer}/stepTemplate`, OF_CONTAINER);
    for (const { way } of containers)
      this.taken.set(`${pointer}${way.map(stepOf).join('')}`, OF_CONTAINER);
  }

  /** A container under a name that nobody knows. */
  private lone(at: Part): void {
    const container: FoundContainer = { ...at, list: 'containers', way: [] };
    const holder = { value: {}, unknown: undefined, pointer: this.pointer };
    const beside = { around: undefined, shared: undefined };
    this.templates.push(composedPod(holder, [container], beside));
  }

  private get pointer(): string {
    return this.steps.map(stepOf).join('');
  }
}

/** The containers directly in an object, under whatever name. */
function containersAt(at: Part): readonly FoundContainer[] {
  const lists = CONTAINER_LISTS.flatMap((key) => elements(at, [key], key, true));
  const others = OTHER_LISTS.flatMap((key) => elements(at, [key], 'containers', false));
  const steps = others.filter(({ way }) => way[0] === 'steps');
  const template = partOf(at, TEMPLATE);
  const single = SINGLE.flatMap((key): readonly FoundContainer[] => {
    if (key === TEMPLATE && steps.length > 0) return [];
    const part = partOf(at, key);
    const isOne = part.unknown === true ? key === 'container' : isContainer(part, key);
    return isOne ? [{ ...part, list: 'containers', way: [key] }] : [];
  });
  const set = elements(at, ['containerSet', 'containers'], 'containers', true);
  const run = others.map((each) => (each.way[0] === 'steps' ? stepAt(each, template) : each));
  return [...lists, ...run, ...single, ...set];
}

function stepAt(step: FoundContainer, template: Part): FoundContainer {
  const elsewhere = new Map<string, string>();
  const tell = (inner: string, from: string) => elsewhere.set(inner, `/${TEMPLATE}${from}`);
  return { ...step, ...withTemplate(step, template, tell), elsewhere };
}

/** @param isSure - whether nothing else goes by that name */
function elements(
  at: Part,
  way: readonly string[],
  list: FoundContainer['list'],
  isSure: boolean,
): readonly FoundContainer[] {
  const [key] = way;
  const all = way.reduce<Part>(partOf, at);
  if (all.unknown === true) return isSure ? [{ ...all, list, way }] : [];
  if (!Array.isArray(all.value)) return [];
  return all.value.flatMap((_, index): readonly FoundContainer[] => {
    const part = partOf(all, index);
    const isOne = isSure
      ? part.unknown !== undefined || isRecord(part.value)
      : isContainer(part, key === 'steps' && has(at, TEMPLATE) ? TEMPLATE : 'step');
    return isOne ? [{ ...part, list, way: [...way, index] }] : [];
  });
}

/** What tells a container from other things of its name. */
function isContainer(part: Part, key: string): boolean {
  if (!isRecord(part.value)) return false;
  if (key === 'container' || key === 'stepTemplate') return true;
  return ['image', 'securityContext', 'modelFormat'].some((name) => has(part, name));
}

/** Whether it has what only pods have; a list without any container is one of them. */
function hasPodFields(at: Part): boolean {
  const lists = CONTAINER_LISTS.map((key) => partOf(at, key).value);
  const isEmpty = lists.some((list) => Array.isArray(list) && list.length === 0);
  return isEmpty || OF_PODS.some((key) => has(at, key));
}

function hasContainerFields(at: Part): boolean {
  const context = partOf(at, 'securityContext');
  return OF_CONTAINERS.some((key) => has(context, key));
}

/** Whether it is what a kind adds to its pods, without their containers. */
function isRest(name: unknown, at: Part): boolean {
  return POD_NAMES.has(name) && !has(at, 'spec') && isRecord(at.value);
}

function has(at: Part, key: string): boolean {
  return isThere(partOf(at, key));
}

/** Whether nothing can be in it. */
function isPlain({ value, unknown }: Part): boolean {
  if (unknown !== undefined || typeof value === 'string') return false;
  return typeof value !== 'object' || value === null;
}

/** Where kinds have what holds for all of their pods. */
const SHARED_BY: readonly (readonly [api: RegExp, kind: RegExp, way: readonly string[]])[] = [
  [/^argoproj\.io\//, /^CronWorkflow$/, ['spec', 'workflowSpec']],
  [/^argoproj\.io\//, /Workflow/, ['spec']],
  [/^tekton\.dev\//, /^TaskRun$/, ['spec', 'podTemplate']],
  [/^tekton\.dev\/v1$/, /^PipelineRun$/, ['spec', 'taskRunTemplate', 'podTemplate']],
  [/^tekton\.dev\//, /^PipelineRun$/, ['spec', 'podTemplate']],
];

/**
 * @see https://argo-workflows.readthedocs.io/en/latest/fields/#workflowspec
 * @see https://tekton.dev/docs/pipelines/podtemplates/
 */
function sharedIn(manifest: Part): Placed | undefined {
  const [apiVersion, kind] = ['apiVersion', 'kind'].map((key) =>
    String(partOf(manifest, key).value),
  );
  const found = SHARED_BY.find(
    ([api, name]) => api.test(apiVersion ?? '') && name.test(kind ?? ''),
  );
  if (found === undefined) return undefined;
  const [, , way] = found;
  const shared = way.reduce<Part>(partOf, manifest);
  return isThere(shared) ? { ...shared, pointer: way.map(stepOf).join('') } : undefined;
}
