// Compiles lib/ to dist/, puts the published JSON schemas beside it, and prepares the help, the
// policies and the checks of the project's files.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
cpSync('lib/schemas', 'dist/schemas', { recursive: true });

const { helpPages } = await import('../dist/cli/command/help-pages.js');
writeFileSync('dist/cli/help.json', JSON.stringify(await helpPages()));

const { checkBuiltIn } = await import('../dist/validation/built-in.js');
writeFileSync('dist/validation/built-in.json', JSON.stringify(checkBuiltIn('policies')));

const { preparedChecks } = await import('../dist/files/prepare-checks.js');
mkdirSync('dist/files/prepared');
for (const [name, code] of preparedChecks()) writeFileSync(`dist/files/prepared/${name}`, code);
