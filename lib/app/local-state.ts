import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';

/**
 * Looks whether a local state file is whole. Terraform rewrites it in place: when it is killed in
 * the middle, an empty file can be left, which it would take for "nothing has been made yet" and
 * make everything anew.
 */
export function checkLocalState(path: string): readonly Problem[] {
  if (!existsSync(path) || isWhole(path)) return [];
  const name = basename(path);
  const backup = `${name}.backup`;
  return [
    {
      code: 'state/damaged',
      message: `The state ${quoteName(name)} is cut off: Terraform was ended while it wrote it. A deploy would not know what exists.`,
      remedy: existsSync(`${path}.backup`)
        ? `Bring back the state before that deploy: cp ${backup} ${name}. ${GO_ON}`
        : `There is no ${backup}, so nothing had been deployed before: remove ${name}. ${GO_ON}`,
      source: { file: name },
    },
  ];
}

const GO_ON =
  'Then deploy again; if that says that something exists already, run: npx reprieve recover';

/** Whether it begins and ends as a JSON object does; the file may be too large to read whole. */
function isWhole(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const part = (from: number) => {
      const bytes = Buffer.alloc(Math.min(16, size));
      readSync(descriptor, bytes, 0, bytes.length, from);
      return bytes.toString('latin1').trim();
    };
    return size > 1 && part(0).startsWith('{') && part(Math.max(0, size - 16)).endsWith('}');
  } finally {
    closeSync(descriptor);
  }
}
