import type { Construct } from 'constructs';
import { checkConfigMap } from '../model/config-map.js';
import { declare, Item, type ItemProps } from './item.js';

/** Settings that are not secret. */
export interface ConfigMapProps extends ItemProps {
  readonly data: Readonly<Record<string, string>>;
}

/**
 * A config map that job templates read as environment or files.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-configmap
 */
export class ConfigMap extends Item<'config-maps'> {
  constructor(scope: Construct, id: string, props: ConfigMapProps) {
    super(
      scope,
      id,
      declare('config-maps', id, props, (_name, rest) => checkConfigMap(rest)),
    );
  }
}
