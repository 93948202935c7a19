import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYamlFile } from '../../../lib/files/yaml-file.js';
import { POD_SECURITY_VERSIONS, type PodSecurityProfile } from '../../../lib/model/pod-security.js';
import type { PolicyDocument } from '../../../lib/model/policy-document.js';
import { judgementOf } from '../../../lib/policy/evaluate.js';
import { Compiler } from '../../../lib/policy/json-schema/compiler.js';
import type { SchemaVerdict } from '../../../lib/policy/json-schema/verdict.js';
import { ObjectIndex } from '../../../lib/policy/object-index.js';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.js';
import type { PlannedResource } from '../../../lib/policy/resource.js';
import { Views } from '../../../lib/policy/targets.js';
import { ROOT } from '../built.js';

const FOLDER = join(ROOT, 'policies/pod-security');

/** Those of this package's policies that are controls of the standards. */
const CONTROLS: readonly PolicyDocument[] = readdirSync(FOLDER)
  .sort()
  .map((name) => documentIn(name))
  .filter(({ standard }) => standard !== undefined);

/** One policy in the versions in which it says the same. */
interface Revision {
  readonly policy: Policy;
  readonly versions: readonly string[];
}

const COMPILER = new Compiler();
const REVISIONS = CONTROLS.flatMap(revisionsOf);
const NOTHING = new ObjectIndex();

/** A verdict, and the policies that refuse the pod. */
export interface OurVerdict {
  readonly verdict: SchemaVerdict;
  readonly by: string;
}

/** What our policies say of a resource, by profile and version. */
export type OurVerdicts = Readonly<
  Record<PodSecurityProfile, Readonly<Record<string, OurVerdict>>>
>;

export function ourVerdicts(resource: PlannedResource): OurVerdicts {
  const views = new Views(resource);
  const said = REVISIONS.map(({ policy, versions }) => ({
    policy,
    versions,
    verdict: worst(
      views
        .of(policy.document.target)
        .map((view) => judgementOf(policy, view, NOTHING)?.verdict ?? 'pass'),
    ),
  }));
  const of = (profile: PodSecurityProfile) =>
    Object.fromEntries(
      POD_SECURITY_VERSIONS.map((version) => {
        const held = said.filter(
          ({ policy, versions }) =>
            policy.document.standard?.profiles.includes(profile) === true &&
            versions.includes(version),
        );
        const by = held
          .filter(({ verdict }) => verdict === 'fail')
          .map(({ policy }) => policy.document.id);
        return [version, { verdict: worst(held.map(({ verdict }) => verdict)), by: by.join(', ') }];
      }),
    );
  return { baseline: of('baseline'), restricted: of('restricted') };
}

function worst(verdicts: readonly SchemaVerdict[]): SchemaVerdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('undecided') ? 'undecided' : 'pass';
}

function documentIn(name: string): PolicyDocument {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const { value, problems } = parseYamlFile(name, text, 'policy');
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value.value;
}

function revisionsOf(document: PolicyDocument): readonly Revision[] {
  const known = new Map<string, { policy: Policy; versions: string[] }>();
  for (const version of POD_SECURITY_VERSIONS) {
    const { value, problems } = compilePolicy(document, {}, COMPILER, false, version);
    if (value === undefined) throw new Error(JSON.stringify(problems));
    const key = JSON.stringify(value.schemas);
    const revision = known.get(key) ?? { policy: value, versions: [] };
    revision.versions.push(version);
    known.set(key, revision);
  }
  return [...known.values()];
}
