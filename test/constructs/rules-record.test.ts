import { describe, expect, it } from 'vitest';
import { Project } from '../../lib/index.js';
import { readRecord } from '../../lib/state/records.js';
import { synthesizeApp } from '../support/app.js';
import { sandbox, TF } from '../support/declaring.js';

/** The record of the rules that a stack is to have, as a review reads it. */
function recordIn(settings: string, projects: readonly string[] = ['billing']) {
  const { json } = synthesizeApp(
    (app) => {
      const stack = sandbox(app);
      for (const name of projects) new Project(stack, name);
    },
    { settings: `version: 1\n${settings}` },
  );
  const block = json(TF)['resource']?.['terraform_data']?.['reprieve-rules'];
  return { block, record: readRecord(block?.['input']) };
}

describe('the record of a stack’s rules', () => {
  it('has its floor and its approvers, in a fixed order, and can’t be destroyed', () => {
    const { block, record } = recordIn(
      'stacks: { prod: { floor: 48h } }\napprovers: [{ id: dan, github: dan-o, kubernetesUser: d }, { id: bob }]\n',
    );
    expect(record).toEqual({
      kind: 'Rules',
      target: 'prod',
      floor: '48h',
      approvers: [{ id: 'bob' }, { id: 'dan', github: 'dan-o' }],
    });
    expect(block?.['lifecycle']).toEqual({ prevent_destroy: true });
  });

  it('has texts as they are, which no expression can be made of', () => {
    const { block } = recordIn("approvers: [{ id: '${file(1)}' }]\n");
    expect(block?.['input']?.['approvers']).toEqual([{ id: '$${file(1)}' }]);
  });

  it('is there where something is said and protected, and not otherwise', () => {
    expect(recordIn('reclamation: { floor: 12h }\n').record).toMatchObject({ approvers: [] });
    expect(recordIn('').block).toBeUndefined();
    expect(recordIn('approvers: [{ id: bob }]\n', []).block).toBeUndefined();
  });
});
