import { S3Backend, TerraformBackend, type TerraformRemoteState, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { Project, type ReprieveApp, ReprieveStack, Target } from '../../lib/index.js';
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

  describe('whose state is kept in a cluster', () => {
    const codes = (declare: Parameters<typeof synthesizeApp>[0]) =>
      synthesizeApp(declare).problems.map(({ code }) => code);

    it('may not have it in a namespace that the app protects', () => {
      const { problems } = synthesizeApp((app) => {
        const stack = cluster(app);
        new Project(stack, 'Billing: 1', { namespace: 'billing' });
        new KubernetesBackend(stack, { namespace: 'billing', secret_suffix: 'prod' });
      });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject({
        code: 'stack/state-in-project',
        path: 'prod/backend',
        message: expect.stringMatching(/`prod`.*billing.*Billing: 1.*its own apply/),
        remedy: expect.stringContaining('namespace'),
      });
    });

    it('nor may another stack, or one that is not ours', () => {
      for (const make of [sandboxBeside, (app: ReprieveApp) => new TerraformStack(app, 'other')]) {
        const found = codes((app) => {
          new Project(cluster(app), 'billing');
          new KubernetesBackend(make(app), { namespace: 'billing' });
        });
        expect(found).toEqual(['stack/state-in-project']);
      }
    });

    it('may have it anywhere else, and wherever it likes beside a sandbox', () => {
      const beside = (declare: typeof cluster, namespace: string) =>
        codes((app) => {
          const stack = declare(app);
          new Project(stack, 'billing');
          new KubernetesBackend(stack, { namespace });
        });
      expect(beside(cluster, 'states')).toEqual([]);
      expect(beside(sandbox, 'billing')).toEqual([]);
    });
  });
});

function sandboxBeside(app: ReprieveApp): ReprieveStack {
  return new ReprieveStack(app, 'beside', { target: Target.sandbox() });
}

/** cdktf has no class for this backend; users write one. */
class KubernetesBackend extends TerraformBackend {
  constructor(
    scope: Construct,
    private readonly settings: Readonly<Record<string, string>>,
  ) {
    super(scope, 'backend', 'kubernetes');
  }

  protected override synthesizeAttributes() {
    return this.settings;
  }

  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error('not used');
  }
}
