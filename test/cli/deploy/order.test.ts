import { describe, expect, it } from 'vitest';
import { layersOf, noteOnOrder } from '../../../lib/cli/deploy/order.js';

const stack = (name: string, ...dependencies: readonly string[]) => ({ name, dependencies });
const NETWORK = stack('network');
const DATABASE = stack('database', 'network');
const WEB = stack('web', 'database');
const OTHER = stack('other');
const ALL = [WEB, OTHER, DATABASE, NETWORK];
const names = (layers: readonly (readonly { readonly name: string }[])[]) =>
  layers.map((layer) => layer.map(({ name }) => name));

describe('the order of stacks', () => {
  it('has each after what it refers to, however they were named', () => {
    expect(names(layersOf(ALL, ALL))).toEqual([['other', 'network'], ['database'], ['web']]);
  });

  it('holds across a stack that is not deployed', () => {
    expect(names(layersOf([WEB, NETWORK], ALL))).toEqual([['network'], ['web']]);
    expect(names(layersOf([WEB, OTHER], ALL))).toEqual([['web', 'other']]);
  });

  it('loses no stack to a circle', () => {
    const circle = [stack('a', 'b'), stack('b', 'a'), stack('c', 'c')];
    expect(names(layersOf(circle, circle))).toEqual([['c'], ['a', 'b']]);
  });

  it('says what is not deployed with a stack that needs it', () => {
    expect(noteOnOrder(WEB, [WEB, NETWORK])).toContain('`database`');
    expect(noteOnOrder(WEB, [WEB, DATABASE])).toBeUndefined();
  });
});
