import type { Site } from './site.js';

/** Who does something, and how the API server knows them. */
export const PEOPLE = {
  'a developer': { as: 'ann' },
  'a cluster-admin': { as: 'root' },
  'an approver': { as: 'bob' },
  'the pipeline': { as: 'deploy' },
  Kubernetes: { as: 'admin' },
  'the autoscaler': account('kube-system:horizontal-pod-autoscaler'),
  'the cron job controller': account('kube-system:cronjob-controller'),
  'the volume binder': account('kube-system:persistent-volume-binder'),
  'the load balancer controller': account('kube-system:service-controller'),
  'Argo CD': account('argocd:argocd-application-controller'),
  Flux: account('flux-system:kustomize-controller'),
  'cert-manager': account('cert-manager:cert-manager'),
  'a renewer under `cluster.pipelines`': account('renewal:renewer'),
  Velero: account('velero:velero'),
} as const satisfies Record<string, { as: 'ann' | 'root' | 'bob' | 'deploy' | 'admin' } | Acting>;

interface Acting {
  readonly as: 'admin';
  /** The account in whose name, with every right but the name. */
  readonly actingAs: string;
}

function account(name: string): Acting {
  return { as: 'admin', actingAs: `system:serviceaccount:${name}` };
}

export type Person = keyof typeof PEOPLE;

export const PHASES = ['live', 'soft-deleted'] as const;
export type Phase = (typeof PHASES)[number];

/** Allowed, or the setting, label or way that leads to the same. */
export type Verdict = 'allowed' | { readonly instead: string };

export const allowed = 'allowed';
export const denied = (instead: string): Verdict => ({ instead });

/** What came of it. Neither is an error of the test. */
export interface Outcome {
  readonly isAllowed: boolean;
  readonly said: string;
}

export type Do = (site: Site) => Outcome | Promise<Outcome>;

/** Something that people and their tools do every day in the namespace of a project. */
export interface Act {
  readonly topic: string;
  readonly act: string;
  readonly who: Person;
  /** On what. */
  readonly on: string;
  readonly verdicts: Readonly<Partial<Record<Phase, Verdict>>>;
  readonly run: Do;
}

/** An act as it went. */
export interface Result extends Pick<Act, 'topic' | 'act' | 'who' | 'on'> {
  readonly while: Phase;
  readonly answer: 'allowed' | 'denied';
  readonly instead?: string;
}

/** What is done, by whom, on what, what comes of it while the project lives and after, and how. */
type Line = readonly [string, Person, string, Verdict | undefined, Verdict | undefined, Do];

export function acts(topic: string, lines: readonly Line[]): readonly Act[] {
  return lines.map(([act, who, on, live, deleted, run]) => ({
    topic,
    act,
    who,
    on,
    verdicts: {
      ...(live === undefined ? {} : { live }),
      ...(deleted === undefined ? {} : { 'soft-deleted': deleted }),
    },
    run,
  }));
}

/** The acts of a phase as they are to go. */
export function expected(list: readonly Act[], phase: Phase): readonly Result[] {
  return list.flatMap(({ topic, act, who, on, verdicts }) => {
    const verdict = verdicts[phase];
    if (verdict === undefined) return [];
    const told = { topic, act, who, on, while: phase };
    return verdict === 'allowed'
      ? { ...told, answer: 'allowed' as const }
      : { ...told, answer: 'denied' as const, instead: verdict.instead };
  });
}
