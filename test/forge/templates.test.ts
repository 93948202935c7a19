import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/scratch.js';

const TEMPLATES = join(ROOT, 'templates');
const workflows = readdirSync(join(TEMPLATES, 'github'));
const read = (name: string) => readFileSync(join(TEMPLATES, name), 'utf8');

/** Every call of ours in a text: the command and its options. */
function calls(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/(?:--no-install |run: )reprieve ((?:[a-z]+ ?){1,2})([^\n]*)/g)].map(
    ([, command = '', rest = '']) => [command.trim(), ...(rest.match(/--[a-z-]+/g) ?? [])],
  );
}

function help(command: string): string {
  const words = command.split(' ').slice(0, command.startsWith('reclamation') ? 2 : 1);
  return execFileSync(process.execPath, [join(ROOT, 'bin/reprieve.js'), ...words, '--help'], {
    encoding: 'utf8',
  });
}

describe('the templates', () => {
  it.each(workflows)('%s asks for no more than it needs', (name) => {
    const { permissions } = parse(read(`github/${name}`));
    const comments = name === 'review.yml' ? { 'pull-requests': 'write' } : {};
    expect(permissions).toEqual({ contents: 'read', ...comments });
  });

  it.each([
    ...workflows.map((name) => `github/${name}`),
    'gitlab/reprieve.gitlab-ci.yml',
    'atlantis/repos.yaml',
    'shell/review.sh',
  ])('%s calls commands and options that there are', (name) => {
    const found = calls(read(name));
    expect(found.length).toBeGreaterThan(0);
    for (const [command = '', ...options] of found) {
      const text = help(command);
      for (const option of options) expect(text).toContain(option);
    }
  });

  it.each([
    ...workflows.map((name) => `github/${name}`),
    'gitlab/reprieve.gitlab-ci.yml',
    'atlantis/repos.yaml',
    'shell/review.sh',
    'init/reprieve.yaml',
  ])('%s never has the word of a file suffice', (name) => {
    expect(read(name)).not.toMatch(/approvals:\s*file/);
  });

  it('is a script that a plain shell reads', () => {
    expect(
      execFileSync('sh', ['-n', join(TEMPLATES, 'shell/review.sh')], { encoding: 'utf8' }),
    ).toBe('');
  });
});
