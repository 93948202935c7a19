/** Which ports something is let in on. */
export interface IngressOptions {
  /**
   * TCP ports from 1 to 65535.
   *
   * @default - every port, and every protocol
   * @example [8080]
   */
  readonly ports?: readonly number[];
}

/**
 * Who may reach a project's pods, where that is not another project of the app.
 *
 * @example
 * billing.allowIngressFrom(NetworkPeer.namespace('monitoring'), { ports: [9090] });
 */
export class NetworkPeer {
  /** A text is no peer. */
  declare private readonly brand: 'network-peer';

  private constructor(
    /** @internal */
    readonly peer: { readonly namespace: string } | { readonly cidr: string },
  ) {}

  /**
   * Every pod of a namespace that this app does not declare.
   *
   * @example NetworkPeer.namespace('monitoring')
   */
  static namespace(name: string): NetworkPeer {
    return new NetworkPeer({ namespace: name });
  }

  /**
   * Addresses outside of the cluster: an address, a slash and the number of its leading bits.
   *
   * @example NetworkPeer.cidr('10.0.0.0/8')
   */
  static cidr(range: string): NetworkPeer {
    return new NetworkPeer({ cidr: range });
  }
}
