import { isRecord, isText } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { MAX_ENTRIES } from './limits.js';
import { foreignProperties } from './not-covered.js';
import { hasOther, sourceReference } from './references.js';
import type { VolumeMountSpec } from './specification.js';

/** A secret or config map as files below a path. */
export type VolumeMountProps =
  | { readonly path: string; readonly secret: string }
  | { readonly path: string; readonly configMap: string };

const MAX_PATH = 256;

/**
 * Checks the volume mounts of a job template.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-secretcm-mount
 */
export function checkVolumeMounts(
  mounts: readonly VolumeMountProps[] | undefined,
): Checked<readonly VolumeMountSpec[]> {
  if (mounts === undefined) return { value: [], problems: [] };
  if (!Array.isArray(mounts) || mounts.length > MAX_ENTRIES) {
    return { problems: [wrong('mounts', mounts, `at most ${MAX_ENTRIES} mounts`)] };
  }
  const problems = new Problems();
  const seen = new Set<string>();
  const checked = mounts.map((mount: unknown, index) =>
    problems.take(checkMount(`mounts[${index}]`, mount, seen)),
  );
  return problems.result(checked.filter((entry) => entry !== undefined));
}

function checkMount(field: string, mount: unknown, seen: Set<string>): Checked<VolumeMountSpec> {
  const foreign = foreignProperties(mount, `${field}.`);
  if (foreign.length > 0) return { problems: foreign };
  const source = isRecord(mount) ? sourceReference(mount) : undefined;
  if (
    !isRecord(mount) ||
    source === undefined ||
    hasOther(mount, ['path', 'secret', 'configMap'])
  ) {
    return { problems: [wrong(field, mount, '{ path, secret } or { path, configMap }')] };
  }
  const path = withoutLastSlash(mount['path']);
  if (!isMountPath(path)) {
    const rule = `an absolute path of at most ${MAX_PATH} characters without \`..\`, \`:\`, control characters or empty parts`;
    return { problems: [wrong(`${field}.path`, path, rule)] };
  }
  if (seen.has(path))
    return { problems: [wrong(`${field}.path`, path, 'a path of its own: this one is taken')] };
  seen.add(path);
  return { value: { path, ...source }, problems: [] };
}

/** `/etc/app/` is the same place as `/etc/app`. */
function withoutLastSlash(path: unknown): unknown {
  return typeof path === 'string' && path.length > 1 ? path.replace(/\/$/, '') : path;
}

function isMountPath(path: unknown): path is string {
  if (!isText(path) || path.length > MAX_PATH || /[:\p{Cc}]/u.test(path)) return false;
  const [first, ...parts] = path.split('/');
  return first === '' && parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

function wrong(field: string, value: unknown, rule: string): Problem {
  return {
    code: 'job-template/mount',
    message: `\`${field}\` is ${quote(value)}.`,
    remedy: `Use ${rule}.`,
  };
}
