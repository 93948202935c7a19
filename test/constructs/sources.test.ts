import { Manifest } from '@cdktf/provider-kubernetes/lib/manifest/index.js';
import { DataResource, TerraformResource } from 'cdktf';
import { expect, it } from 'vitest';
import { Project, type ReprieveApp } from '../../lib/index.js';
import { synthesizeApp } from '../support/app.js';
import { cluster } from '../support/declaring.js';

const SETTINGS = { settings: 'version: 1\npolicies: { profiles: [workload] }\n' };

function lineHere(): number {
  const [, , line = ''] = (new Error().stack ?? '').split('\n');
  return Number(/:(\d+):\d+\)?$/.exec(line)?.[1]);
}

it('names the line of each construct, of whichever library it is', () => {
  const lines: Record<string, number> = {};
  const declare = (app: ReprieveApp) => {
    const stack = cluster(app);
    lines['prod/own'] = lineHere() + 1;
    new Manifest(stack, 'own', { manifest: { kind: 'Pod' } });
    lines['prod/other'] = lineHere() + 1;
    new TerraformResource(stack, 'other', { terraformResourceType: 'other_thing' });
    lines['prod/billing/inside'] = lineHere() + 2;
    const project = new Project(stack, 'billing');
    new DataResource(project, 'inside', { input: {} });
  };
  const found: Readonly<Record<string, { path: string; line: number }>> = Object(
    synthesizeApp(declare, SETTINGS).json('stacks/prod/reprieve.json'),
  );
  const told = Object.values(found).map(({ path, line }) => [path, line] as const);
  expect(Object.fromEntries(told)).toMatchObject(lines);
  expect(new Set(Object.values(lines)).size).toBe(3);
});
