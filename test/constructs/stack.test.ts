import { S3Backend } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { Project } from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';
import { cluster, sandbox, TF } from '../support/declaring.js';

describe('a stack', () => {
  it('keeps its state beside cdktf.json, unless a backend says where', () => {
    const local = synthesizeApp((app) => void sandbox(app)).json(TF);
    expect(local['terraform']?.['backend']).toHaveProperty('local');
    const remote = synthesizeApp((app) => {
      new S3Backend(sandbox(app), { bucket: 'b', key: 'k', region: 'r' });
    }).json(TF);
    expect(Object.keys(remote['terraform']?.['backend'] ?? {})).toEqual(['s3']);
  });

  it('knows its projects, and shows open deletions in its output', () => {
    const deletions = softDeletions('billing');
    const { json } = synthesizeApp(
      (app) => {
        const stack = cluster(app);
        const billing = new Project(stack, 'billing');
        expect(stack.projects).toEqual([billing]);
      },
      { deletions },
    );
    const [shown] = [json(TF)['output']?.['reclamations']?.['value']].flat();
    expect(shown).toMatchObject({ target: 'billing', images: [] });
  });
});
