import { expect } from 'vitest';
import { ROOT } from './built.js';
import { LONG_PERIOD, type Outcome, Scratch } from './scratch.js';

/** What Terraform says to whoever ends what has `prevent_destroy`. */
export const REFUSED = /nstance cannot be destroyed/;

/** A stack of resources of any provider: no cluster, no project. */
export class PlainStack {
  static readonly id = 'plain';
  readonly scratch: Scratch;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.scratch = new Scratch(env);
    this.scratch.write('reprieve.yaml', LONG_PERIOD);
  }

  /** Writes the app; `body` fills the stack. */
  declare(body: string): void {
    this.scratch.write(
      this.scratch.main,
      [
        "import { Aspects, DataResource, TerraformHclModule, TerraformLocal, TerraformOutput, TerraformResource } from 'cdktf';",
        "import { Construct } from 'constructs';",
        `import { Reclaimable, Reclamation, ReprieveStack, synthesize } from '${ROOT}/dist/index.js';`,
        'await synthesize((app) => {',
        `  const stack = new ReprieveStack(app, '${PlainStack.id}');`,
        body,
        '});',
      ].join('\n'),
    );
  }

  /** Synthesizes, and expects no problem. */
  synthesized(body?: string): void {
    if (body !== undefined) this.declare(body);
    const { code, output } = this.scratch.synth();
    expect(code, output).toBe(0);
  }

  planned(...args: readonly string[]): Outcome {
    return this.scratch.plan(PlainStack.id, ...args);
  }

  /** The codes of what the review of a plan says, or its verdict. */
  reviewed(...args: readonly string[]): readonly string[] {
    const made = this.planned('-out=plan', ...args);
    expect(made.code, made.output).toBe(0);
    this.scratch.write(
      'plan.json',
      this.scratch.terraform(PlainStack.id, 'show', '-json', 'plan').stdout,
    );
    const { stdout, output } = this.scratch.reprieve(
      ...['review', 'plan.json', '--stack', PlainStack.id, '--format', 'json'],
    );
    expect(stdout, output).not.toBe('');
    const { verdict, why } = JSON.parse(stdout);
    return verdict === 'pass' ? [verdict] : why.map(({ code }: { code: string }) => code);
  }

  /** The ids of what is there, but for the records, by address. */
  ids(): Readonly<Record<string, unknown>> {
    const state = this.scratch
      .state(PlainStack.id)
      .map(({ address, values }) => ({ address, values }));
    const own = state.filter(({ address }) => !/reclamation|rules/.test(address));
    return Object.fromEntries(own.map(({ address, values }) => [address, values['id']]));
  }
}
