import { afterAll, describe, expect, it } from 'vitest';
import { Scratch, seconds } from '../support/scratch.js';

const DECLARATION = `
  const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
  for (const name of ['a', 'b', 'c']) {
    const project = new Project(stack, name);
    for (const item of ['x', 'y', 'z']) project.addConfigMap(item, { data: { A: '1' } });
  }
`;

describe('many deployments, each killed at another moment', () => {
  const scratch = new Scratch();
  const apply = ['apply', '-auto-approve', '-input=false'];
  afterAll(() => scratch.remove());

  it('lose nothing and never set a clock back', { timeout: 900_000 }, async () => {
    scratch.write('reprieve.yaml', 'version: 1\nreclamation: { period: 3h, floor: 1h }\n');
    scratch.declare(DECLARATION);
    scratch.synth();
    scratch.terraform('sandbox', 'init', '-input=false');
    scratch.terraform('sandbox', ...apply);
    const first = scratch.ids();
    let cut = 0;
    for (let round = 0; round < 60; round += 1) {
      if (round % 2 === 0) scratch.requestDeletions({ target: 'a' }, { target: 'b' });
      else scratch.write('deletions.yaml', 'version: 1\ndeletions: []\n');
      scratch.synth();
      const started = scratch.startTerraform('sandbox', ...apply);
      const ended = new Promise((done) => started.on('exit', done));
      await seconds(0.02 * (1 + (round % 30)));
      started.kill('SIGKILL');
      await ended;
      if (scratch.mendState()) cut += 1;
      expect(scratch.terraform('sandbox', ...apply).output).toContain('Apply complete!');
      expect(scratch.ids()).toMatchObject(first);
    }
    console.log(`${cut} of 60 kills cut Terraform's state off; each was noticed and mended.`);
  });
});
