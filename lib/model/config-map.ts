import { byteLength, isRecord, isText } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { atMost, unknownProperties } from '../base/texts.js';
import { MAX_DATA_BYTES } from './limits.js';
import { dataKeyProblem, isDataKey } from './references.js';
import type { ConfigMapSpec } from './specification.js';

/** A config map as a user declares it. */
export interface ConfigMapProps {
  readonly data: Readonly<Record<string, string>>;
}

/**
 * Checks a config map: texts by key, 1 MiB in all.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-configmap
 */
export function checkConfigMap(props: ConfigMapProps): Checked<ConfigMapSpec> {
  const problems = new Problems();
  for (const problem of unknownProperties(props, ['data'])) problems.add(problem);
  if (!isRecord(props) || !isRecord(props.data)) {
    problems.add(wrongData(isRecord(props) ? props['data'] : props));
    return { problems: problems.all };
  }
  const data: Record<string, unknown> = props.data;
  const wrong = Object.entries(data).flatMap(([key, value]) => [
    ...(isDataKey(key) ? [] : [dataKeyProblem('data', key)]),
    ...(isText(value) ? [] : [wrongValue(key, value)]),
  ]);
  problems.take({ problems: atMost(wrong) });
  const bytes = Object.entries(data).reduce(
    (sum, [key, value]) => sum + byteLength(key) + (isText(value) ? byteLength(value) : 0),
    0,
  );
  if (bytes > MAX_DATA_BYTES) problems.add(tooLarge(bytes));
  return problems.result({ data: { ...props.data } });
}

function wrongData(value: unknown): Problem {
  return {
    code: 'config-map/data',
    message: `\`data\` is ${quote(value)}.`,
    remedy: "Write texts by key: { CURRENCY: 'EUR' }.",
  };
}

function wrongValue(key: string, value: unknown): Problem {
  return {
    code: 'config-map/value',
    message: `\`data\` has ${quote(value)} under ${quote(key)}.`,
    remedy: 'Write every value as a text that UTF-8 can hold.',
  };
}

function tooLarge(bytes: number): Problem {
  return {
    code: 'config-map/size',
    message: `\`data\` has ${bytes} bytes, more than the ${MAX_DATA_BYTES} that fit into a config map.`,
    remedy: 'Split it, or put large data into the image or an object store.',
  };
}
