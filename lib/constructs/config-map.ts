import type { Construct } from 'constructs';
import { checkConfigMap } from '../model/config-map.js';
import { projectOf } from './context.js';
import { declare, type ItemProps } from './item.js';
import { ReadableItem } from './readable-item.js';
import { elsewhere, type IConfigMap } from './references.js';

/** Settings that are not secret. */
export interface ConfigMapProps extends ItemProps {
  /**
   * Texts by key, 1 MiB in all. A key has 1 to 253 letters, digits, `-`, `_` and `.`.
   *
   * @example { CURRENCY: 'EUR' }
   */
  readonly data: Readonly<Record<string, string>>;
}

/**
 * A config map that job templates read as environment or files.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-configmap
 * @example
 * const settings = new ConfigMap(billing, 'settings', { data: { CURRENCY: 'EUR' } });
 * new JobTemplate(billing, 'nightly', {
 *   image: 'busybox',
 *   environmentFrom: [{ configMap: settings }],
 * });
 */
export class ConfigMap extends ReadableItem<'config-maps'> {
  constructor(scope: Construct, id: string, props: ConfigMapProps) {
    super(scope, id, () =>
      declare('config-maps', id, props, (_name, rest) => checkConfigMap(rest)),
    );
  }

  /**
   * A config map that something other than this app makes in the project of `scope`. Nothing is
   * declared, and nothing checks that it is there.
   *
   * @example
   * const shared = ConfigMap.fromName(billing, 'cluster-info');
   * new JobTemplate(billing, 'nightly', {
   *   image: 'busybox',
   *   environmentFrom: [{ configMap: shared }],
   * });
   */
  static fromName(scope: Construct, name: string): IConfigMap {
    return elsewhere('config-maps', name, projectOf(scope));
  }
}
