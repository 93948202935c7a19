import { describe, expect, it } from 'vitest';
import { Standing } from '../../../lib/cli/deploy/standing.js';

const STACKS = ['network', 'my web', 'other'];

describe('what stands after a deployment that did not end well', () => {
  it('is nothing where nothing was begun', () => {
    const standing = new Standing(STACKS);
    expect(standing.lines()).toEqual(['Nothing was changed.']);
    standing.wrote('The state of ‘network’ was put right.');
    expect(standing.lines()).toEqual([
      'The state of ‘network’ was put right.',
      'Nothing else was changed.',
    ]);
  });

  it('names what was applied, in part, and not at all, and how to go on', () => {
    const standing = new Standing(STACKS);
    standing.ends('network');
    standing.begins('my web', () => '3 of 7 done');
    expect(standing.lines()).toEqual([
      'Applied: network',
      'Applied in part (3 of 7 done; the state has what was done): my web',
      'Not applied: other',
      "To go on: npx reprieve deploy 'my web' other",
    ]);
  });

  it('names what goes on without anybody waiting for it', () => {
    const standing = new Standing(STACKS);
    standing.ends('network');
    standing.begins('my web', () => '3 of 7 done');
    standing.goesOn('my web');
    expect(standing.lines()).toEqual([
      'Applied: network',
      'Still being applied: my web',
      'Not applied: other',
      "When that has ended, go on: npx reprieve deploy 'my web' other",
    ]);
  });
});
