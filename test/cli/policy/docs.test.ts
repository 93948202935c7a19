import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../../support/cli.js';
import { ROOT } from '../../support/scratch.js';

const PAGE = join(ROOT, 'docs/policies.md');
const HEAD = `<!-- Written by \`UPDATE=1 npx vitest run test/cli/policy/docs.test.ts\`. -->\n`;

it('has a page of every policy with its cases', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-docs-'));
  try {
    cpSync(join(ROOT, 'policies'), join(folder, 'policies'), { recursive: true });
    writeFileSync(join(folder, 'reprieve.yaml'), 'version: 1\npolicies: { paths: [policies] }\n');
    const { code, stdout } = await runCli(folder, ['policy', 'docs']);
    expect(code).toBe(0);
    if (process.env['UPDATE'] === '1') writeFileSync(PAGE, HEAD + stdout);
    expect(readFileSync(PAGE, 'utf8')).toBe(HEAD + stdout);
    expect(stdout).toContain('- fail: a port is no tag');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
