import { basename } from 'node:path';
import { quoteName } from '../../base/inert.js';
import { checkConfigMap } from '../../model/config-map.js';
import type { ConfigMapSpec } from '../../model/specification.js';
import { nameIn } from '../subject/subject.js';
import { type ExitCode, type Io, misuse } from '../terminal/io.js';
import {
  type CreateOptions,
  fileText,
  lockedItem,
  originalFor,
  printItem,
} from '../workspace/declaring.js';
import { Workspace } from '../workspace/workspace.js';

/** Code Engine's flags. */
export interface CreateConfigMapOptions extends CreateOptions {
  /** KEY=VALUE. */
  readonly fromLiteral?: readonly string[];
  /** KEY=FILE or FILE. */
  readonly fromFile?: readonly string[];
  readonly fromEnvFile?: readonly string[];
}

/** `configmap create`: prints the lines that declare a config map. */
export async function createConfigMap(
  io: Io,
  argument: string | undefined,
  options: CreateConfigMapOptions,
): Promise<ExitCode> {
  const name = nameIn(argument, options) ?? '';
  const workspace = Workspace.find(io);
  const original = await originalFor(io, workspace, 'configmap', options);
  const copied =
    original?.item === undefined
      ? undefined
      : lockedItem(original.locked, 'config-maps', original.item.name);
  const spec = copied ?? specificationOf(io, options);
  return printItem(io, workspace, options, { kind: 'config-maps', name, spec });
}

function specificationOf(io: Io, options: CreateConfigMapOptions): ConfigMapSpec {
  const { fromLiteral = [], fromFile = [], fromEnvFile = [] } = options;
  const entries = [
    ...fromEnvFile.flatMap((file) => linesIn(fileText(io, file), file)),
    ...fromFile.map((text) => {
      const at = text.indexOf('=');
      const file = text.slice(at + 1);
      return [at === -1 ? basename(file) : text.slice(0, at), fileText(io, file)] as const;
    }),
    ...fromLiteral.map((text) => pairIn(text, '--from-literal')),
  ];
  if (entries.length === 0) {
    misuse({
      code: 'create/missing',
      message: 'It is missing what the config map holds.',
      remedy: 'Add --from-literal KEY=VALUE, --from-file FILE, --from-env-file FILE or --copy-of.',
    });
  }
  const { value, problems } = checkConfigMap({ data: Object.fromEntries(entries) });
  return value ?? misuse(...problems);
}

function pairIn(text: string, where: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  return misuse({
    code: 'create/pair',
    message: `${where} has a value without a name.`,
    remedy: 'Write KEY=VALUE.',
  });
}

/** Lines KEY=VALUE; empty ones and comments count for nothing. */
function linesIn(text: string, file: string): readonly (readonly [string, string])[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .map((line) => pairIn(line, quoteName(file)));
}
