import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { built, ROOT } from '../support/built.js';

/** The ways in which a user's compiler finds the package. */
export const MODES = {
  node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  nodenext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
} as const;

const PROGRAM = join(ROOT, 'test/fixtures/first-program');

/** Makes a folder with the program, and with the package as it would be published. */
export function installed(folder: string, tarball?: string): void {
  const modules = join(ROOT, 'node_modules');
  const own = join(folder, 'node_modules/reprieve');
  cpSync(PROGRAM, folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(modules)) {
    symlinkSync(join(modules, name), join(folder, 'node_modules', name));
  }
  if (tarball !== undefined) {
    execFileSync('tar', ['xzf', tarball, '-C', own, '--strip-components=1']);
    return;
  }
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of ['package.json', ...files]) {
    cpSync(name === 'dist' ? built('dist') : join(ROOT, name), join(own, name), {
      recursive: true,
    });
  }
}

/** What `npm pack` makes. Returns its path. */
export function packed(folder: string): string {
  built('dist');
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }));
  return join(folder, filename);
}

/** What the compiler says of the program, the package's own declarations checked too. */
export function problemsIn(
  folder: string,
  mode: (typeof MODES)[keyof typeof MODES],
): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const program = ts.createProgram(
    files.map((name) => join(folder, name)),
    {
      ...mode,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts'],
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    },
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ messageText, file }) =>
        `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}
