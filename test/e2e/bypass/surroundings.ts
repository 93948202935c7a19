/** What a cluster has besides projects, for attempts on it. */

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
export const WEBHOOKS = `${ADMISSION}/mutatingwebhookconfigurations`;
export const PROBE = '/api/v1/namespaces/kube-system/configmaps/reprieve-clock-lease';
export const DEFINITION =
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.org';

/** Somebody's own, on pods, as many clusters have one. It fails open, since nobody answers. */
export const WEBHOOK = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'pods' },
  webhooks: [
    {
      ...{ name: 'a.example.org', sideEffects: 'None', admissionReviewVersions: ['v1'] },
      ...{ failurePolicy: 'Ignore', timeoutSeconds: 1 },
      clientConfig: { url: 'https://127.0.0.1:1/' },
      rules: [
        {
          ...{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'] },
          resources: ['pods'],
        },
      ],
    },
  ],
};

/** The definition of a custom kind whose objects have these properties. */
export function widgets(properties: object) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [
        {
          ...{ name: 'v1', served: true, storage: true },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties } },
            },
          },
        },
      ],
    },
  };
}
