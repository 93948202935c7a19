import { spawnSync } from 'node:child_process';

import { findVersion } from '../../../scripts/engines/cache.mjs';
import { askForProvider, controlPlaneMissing, PROVIDER } from '../../support/engines.js';
import { installed } from './installation.js';

/** Versions that are used together. */
export interface Combination {
  /** `Terraform` or `OpenTofu` with a version. */
  readonly engine: string;
  readonly kubernetes: string;
  readonly provider: string;
  /** `cdktf` or its successor `cdktn`, with a version. */
  readonly framework: string;
  /** What the projects were deployed with before, where that was something else. */
  readonly from?: Partial<Versions>;
}

export type Versions = Omit<Combination, 'from'>;

/** What the ordinary tests run on. */
const BASE: Versions = {
  engine: 'Terraform 1.11.4',
  kubernetes: '1.34.4',
  provider: PROVIDER,
  framework: 'cdktf 0.21.0',
};

const TERRAFORM = { engine: 'Terraform 1.14.3' };
const NEWEST_TERRAFORM = { engine: 'Terraform 1.16.0' };
const OPENTOFU = { engine: 'OpenTofu 1.12.6' };
const OLDEST_KUBERNETES = { kubernetes: '1.30.14' };
const NEWEST_KUBERNETES = { kubernetes: '1.37.2' };
const NEW_PROVIDER = { provider: '3.2.1' };
const CDKTN = { framework: 'cdktn 0.24.0' };
const NEWEST = { ...BASE, ...NEWEST_KUBERNETES, ...NEW_PROVIDER, ...CDKTN };
const { engine, provider, framework } = BASE;

/** One thing changed at a time, then the newest of all; the oldest of all is the base on 1.30. */
export const COMBINATIONS: readonly Combination[] = [
  BASE,
  { ...BASE, ...OLDEST_KUBERNETES },
  { ...BASE, ...NEWEST_KUBERNETES },
  { ...BASE, ...TERRAFORM },
  { ...BASE, ...NEWEST_TERRAFORM },
  { ...BASE, ...OPENTOFU },
  { ...BASE, ...NEW_PROVIDER },
  { ...BASE, ...TERRAFORM, ...NEW_PROVIDER },
  { ...BASE, ...OPENTOFU, ...NEW_PROVIDER },
  { ...BASE, ...CDKTN },
  { ...BASE, ...NEW_PROVIDER, from: { provider } },
  { ...BASE, ...TERRAFORM, from: { engine } },
  { ...BASE, ...CDKTN, from: { framework } },
  { ...NEWEST, ...TERRAFORM, from: { engine, provider, framework } },
  { ...NEWEST, ...NEWEST_TERRAFORM },
  { ...NEWEST, ...OPENTOFU, from: { provider, framework } },
];

/** What it is called in a test's name. */
export function nameOf({ engine, kubernetes, provider, framework, from }: Combination): string {
  const now = [engine, `Kubernetes ${kubernetes}`, `provider ${provider}`, framework].join(', ');
  return from === undefined ? now : `${now}, before ${namesIn(from)}`;
}

/** The versions that projects were deployed with before. */
export function namesIn({ engine, provider, framework }: Partial<Versions>): string {
  const names = [engine, provider === undefined ? undefined : `provider ${provider}`, framework];
  return names.filter((name) => name !== undefined).join(', ');
}

/** The versions that the projects are created with. */
export function firstOf({ from, ...versions }: Combination): Versions {
  return { ...versions, ...from };
}

/** The program of an engine in exactly that version, if it is here: built, or on the PATH. */
export function programOf(engine: string): string | undefined {
  const [name = '', version = ''] = engine.split(' ');
  const program = name === 'OpenTofu' ? 'tofu' : 'terraform';
  const built = findVersion(program, `${name.toLowerCase()}-${version}`);
  if (built !== undefined) return built;
  const asked = spawnSync(program, ['version'], { encoding: 'utf8' });
  const isIt = asked.stdout?.split('\n').some((line) => line === `${name} v${version}`);
  if (!isIt) return undefined;
  return spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim();
}

/** Why a combination can't be tried here, and what would enable it; undefined if it can. */
export function missingOf(combination: Combination): string | undefined {
  const both = [firstOf(combination), combination];
  return (
    controlPlaneMissing(combination.kubernetes) ??
    first(both, ({ engine }) => engineMissing(engine)) ??
    first(both, ({ engine, provider }) => providerMissing(engine, provider)) ??
    first(both, ({ framework }) => frameworkMissing(framework))
  );
}

function first<T>(each: readonly T[], find: (one: T) => string | undefined): string | undefined {
  return each.map(find).find((found) => found !== undefined);
}

function engineMissing(engine: string): string | undefined {
  return programOf(engine) === undefined
    ? `no ${engine}: run \`npm run engines ${engine.toLowerCase().replace(' ', '-')}\``
    : undefined;
}

/** What was found, so that it is asked once. */
const asked = new Map<string, string | undefined>();

function providerMissing(engine: string, provider: string): string | undefined {
  const key = `${engine} ${provider}`;
  if (!asked.has(key)) asked.set(key, askForProvider(provider, programOf(engine)));
  return asked.get(key);
}

function frameworkMissing(framework: string): string | undefined {
  const { problem } = installed(framework);
  return problem;
}
