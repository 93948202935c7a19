import { createRequire } from 'node:module';
import { isRecord, memberOf } from '../base/guards.js';
import * as marks from '../model/marks.js';

/** A setting by which a provider leaves marks of ours out of what it reads. */
export interface HidingSetting {
  /** The provider's configuration, such as `kubernetes` or `module.a:kubernetes.other`. */
  readonly provider: string;
  readonly setting: string;
  /** Undefined where the plan doesn't tell it, or it can't be read. */
  readonly pattern: string | undefined;
}

/** Each takes regular expressions, any of which hides a name that it is found in. */
const SETTINGS = ['ignore_labels', 'ignore_annotations'];

/** Every label and annotation of ours that a provider has to see. */
const NAMES: readonly string[] = Object.values(marks)
  .filter((mark) => typeof mark === 'string')
  .filter((mark) => mark.startsWith('reprieve.dev/') && !marks.WRITTEN_BY_APPROVERS.includes(mark));

/** Which settings in `configuration.provider_config` hide marks of ours. */
export function hidingSettings(configurations: unknown): readonly HidingSetting[] {
  if (!isRecord(configurations)) return [];
  return Object.entries(configurations).flatMap(([provider, configuration]) =>
    SETTINGS.flatMap((setting) => {
      const expression = memberOf(memberOf(configuration, 'expressions'), setting);
      const pattern = hidingPattern(expression);
      return pattern === NONE ? [] : [{ provider, setting, pattern }];
    }),
  );
}

const NONE = null;

function hidingPattern(expression: unknown): string | undefined | typeof NONE {
  if (expression === undefined) return NONE;
  const value = memberOf(expression, 'constant_value');
  if (value === null) return NONE;
  if (!Array.isArray(value)) return undefined;
  const hiding = value.find((each) => typeof each !== 'string' || hides(each));
  if (hiding === undefined) return NONE;
  return typeof hiding === 'string' ? hiding : undefined;
}

/** What isn't a regular expression could be one for the provider. */
function hides(pattern: string): boolean {
  if (pattern === marks.WRITTEN_BY_APPROVERS_PATTERN) return false;
  try {
    const compiled = re2().compile(pattern);
    return NAMES.some((name) => compiled.matcher(name).find());
  } catch {
    return true;
  }
}

/** Only a provider with patterns of its own has to wait for it. */
function re2(): typeof import('re2js').RE2JS {
  const module: typeof import('re2js') = createRequire(import.meta.url)('re2js');
  return module.RE2JS;
}
