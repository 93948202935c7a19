import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { built, ROOT } from '../support/built.js';
import { surfaceOf } from './surface.js';

const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const entries = ['.', './admission', './reclamation', './testing'].map((name) => exports[name]);

/** What constructs use among themselves. */
const INTERNAL = [
  ...['addProject', 'addItem', 'useCredential', 'lockSource', 'marksOf', 'locked', 'requests'],
  ...['specification', 'letRead', 'elsewhere', 'handlesCredentials', 'localState', 'prepare'],
  ...['rewrite', 'files', 'peer'],
];

describe('what users see of the package', () => {
  const surface = surfaceOf(
    entries.map(({ types }) => built(types.slice(2))),
    join(ROOT, 'dist'),
  );

  it('exports every type that it names', () => {
    expect([...surface.unexported]).toEqual([]);
  });

  it('has nothing of what constructs use among themselves', () => {
    expect(INTERNAL.filter((name) => surface.members.has(name))).toEqual([]);
    expect(surface.members).toContain('grantRead');
  });

  it('says what everything is, with an example of each', () => {
    expect([...surface.undocumented]).toEqual([]);
    expect([...surface.withoutExample]).toEqual([]);
  });
});

describe('an entry point', () => {
  it('loads nothing of the others', () => {
    const main = filesOf('dist/index.js');
    expect(main.has('dist/constructs/project.js')).toBe(true);
    expect([...main].filter((file) => /admission|testing|exports\//.test(file))).toEqual([]);
    const reclamation = filesOf('dist/exports/reclamation.js');
    expect(
      [...reclamation].filter((file) => /constructs\/project|kubernetes|\/app\//.test(file)),
    ).toEqual([]);
  });
});

/** Every file of the package that a file imports when it is loaded. */
function filesOf(entry: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  const code = readFileSync(built(entry), 'utf8');
  for (const [, path = ''] of code.matchAll(/^(?:import|export) .*?from '(\.[^']+)';/gm)) {
    filesOf(join(entry, '..', path), found);
  }
  return found;
}
