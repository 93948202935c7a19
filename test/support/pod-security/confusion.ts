import {
  POD_SECURITY_PROFILES,
  POD_SECURITY_VERSIONS,
  type PodSecurityProfile,
} from '../../../lib/model/pod-security.js';
import type { Carried } from './carriers.js';
import { kubernetesReasons } from './evaluator.js';
import { type OurVerdict, ourVerdicts } from './verdicts.js';

/** How often Kubernetes and our policies say what. */
export interface Counts {
  admitted: number;
  refused: number;
  /** Kubernetes refuses it, and no policy does. */
  missed: number;
  /** Kubernetes admits it, and a policy doesn't. */
  wronglyRefused: number;
}

/** A pod about which they disagree. */
export interface Difference {
  readonly profile: PodSecurityProfile;
  readonly version: string;
  readonly carrier: string;
  readonly kubernetes: string;
  readonly ours: string;
  readonly pod: unknown;
}

interface Compared extends Carried {
  readonly profile: PodSecurityProfile;
  readonly version: string;
  readonly kubernetes: string;
  readonly said: OurVerdict;
}

/** Differences beyond these are only counted. */
const MOST_TOLD = 100;

/** What is compared, by profile and version. */
export class Confusion {
  readonly differences: Difference[] = [];
  private readonly counts = new Map<string, Counts>();

  add(carried: readonly Carried[]): void {
    const reasons = kubernetesReasons(carried.map(({ pod }) => pod));
    for (const [index, each] of carried.entries()) {
      const ours = ourVerdicts(each.resource);
      for (const profile of POD_SECURITY_PROFILES) {
        for (const version of POD_SECURITY_VERSIONS) {
          const kubernetes = reasons[index]?.[profile][version];
          const said = ours[profile][version];
          if (kubernetes === undefined || said === undefined) throw new Error(`no ${version}`);
          this.count({ ...each, profile, version, kubernetes, said });
        }
      }
    }
  }

  private count({ profile, version, carrier, pod, kubernetes, said }: Compared): void {
    const counts = this.of(profile, version);
    const isRefused = kubernetes !== '';
    if (said.verdict === (isRefused ? 'fail' : 'pass')) {
      counts[isRefused ? 'refused' : 'admitted'] += 1;
      return;
    }
    counts[isRefused ? 'missed' : 'wronglyRefused'] += 1;
    const ours = `${said.verdict} ${said.by}`;
    if (this.differences.length < MOST_TOLD)
      this.differences.push({ profile, version, carrier, kubernetes, ours, pod });
  }

  of(profile: PodSecurityProfile, version: string): Counts {
    const key = `${profile} ${version}`;
    const known = this.counts.get(key);
    if (known !== undefined) return known;
    const counts = { admitted: 0, refused: 0, missed: 0, wronglyRefused: 0 };
    this.counts.set(key, counts);
    return counts;
  }
}
