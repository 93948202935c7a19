import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { quote } from '../../base/inert.js';
import { nearest, perhaps } from '../../base/nearest.js';
import { makeFolder } from '../../files/disk.js';
import { shippedIds } from '../../validation/profiles.js';
import { targetFields } from '../../validation/target-fields.js';
import { findProject } from '../review/context.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { unwritable } from '../workspace/unwritable.js';
import { namingOf, ownFolder } from './own-folder.js';

export interface NewPolicyOptions {
  /** What it is about. @default 'manifest' */
  readonly target?: string;
}

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const TARGET = /^[a-z][a-z0-9_-]*$/;

/** `policy new`: writes a policy that can be tried at once, with a case that passes and one that fails. */
export function newPolicy(io: Io, id: string, { target = 'manifest' }: NewPolicyOptions): ExitCode {
  if (!ID.test(id) || id.length > 128) misuse(wrongId(id));
  checkTarget(target);
  const { folder = io.cwd, settings } = findProject(io);
  const { place, isNamed } = ownFolder(settings);
  const file = join(folder, place, `${id}.yaml`);
  const shown = relative(io.cwd, file);
  if (!existsSync(file) && shippedIds().has(id)) misuse(shipped(id));
  try {
    makeFolder(dirname(file));
    writeFileSync(file, policyText(id, target), { flag: 'wx' });
  } catch (error) {
    if (Object(error).code === 'EEXIST') misuse(exists(shown));
    misuse(unwritable(shown, error));
  }
  print(io, shown);
  if (!isNamed) say(io, `It does not count yet. ${namingOf(settings, place)}`);
  say(io, 'Change it, and try it on its own cases: reprieve policy test --watch');
  return EXIT.ok;
}

function checkTarget(target: string): void {
  const fields = targetFields();
  const types = fields.missingType(target);
  const meant = types === undefined ? fields.meantTarget(target) : nearest(target, types);
  if (!TARGET.test(target) || types !== undefined || meant !== undefined)
    misuse(wrongTarget(target, meant));
}

/** A policy about the first thing that its target can have. */
export function policyText(id: string, target: string): string {
  // A custom kind may have any name, and every manifest has these.
  const known = target === 'manifest' ? ['metadata'] : targetFields().of({ target }).names;
  const names = [...(known ?? [])];
  const field = ['metadata', 'image', 'spec', 'name'].find((each) => names.includes(each));
  const name = field ?? names[0] ?? 'tags';
  return `# yaml-language-server: $schema=../node_modules/reprieve/dist/schemas/policy.schema.json
id: ${id}
title: Every one has \`${name}\`
category: own
why: Say what goes wrong otherwise.
remediation: Say what to do about a finding.
target: ${target}
schema: # JSON Schema 2020-12
  type: object
  required: [${name}]
tests:
  - { name: it has, verdict: pass, object: { ${name}: something } }
  - { name: it has not, verdict: fail, object: {} }
  - { name: not known before the apply, verdict: undecided, object: { ${name}: { $unknown: true } } }
`;
}

function wrongId(id: string) {
  return {
    code: 'policy/id',
    message: `${quote(id)} is no name of a policy.`,
    remedy: 'Use small letters, digits and single hyphens, such as images-are-ours.',
  };
}

function shipped(id: string) {
  return {
    code: 'policy/shipped',
    message: `A policy ${quote(id)} comes with Reprieve, and two can't have one id.`,
    remedy: `Take another id. \`reprieve policy explain ${id}\` says what that one wants, once its profile is on.`,
  };
}

function wrongTarget(target: string, meant: string | undefined) {
  return {
    code: 'policy/target',
    message: `${quote(target)} is nothing that a policy can be about.${perhaps(meant)}`,
    remedy:
      'Name a Terraform type, resource for all, or manifest, pod-template, container, docker-config, project, job-template, deletion and others: policies/README.md has them.',
  };
}

function exists(file: string) {
  return {
    code: 'policy/exists',
    message: `${quote(file)} is there already. Nothing was written.`,
    remedy: 'Give the policy another id.',
  };
}
