// What should exist. Two stacks declare the same projects: `sandbox` needs nothing but Terraform,
// `production` is the real thing. Elsewhere than in this repository, import from 'reprieve'.
import {
  ConfigMap,
  Credential,
  Duration,
  JobTemplate,
  Project,
  RegistrySecret,
  ReprieveStack,
  Size,
  synthesize,
  Target,
} from './lib/index.js';

await synthesize((app) => {
  const sandbox = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
  const production = new ReprieveStack(app, 'production', {
    target: Target.kubernetes({ configPath: '~/.kube/config' }),
  });
  for (const stack of [sandbox, production]) declareBilling(stack);
});

function declareBilling(stack: ReprieveStack): void {
  const billing = new Project(stack, 'billing');

  const dockerhub = RegistrySecret.dockerHub(billing, 'dockerhub', {
    username: 'example',
    password: Credential.fromVariable('dockerhub_token', { revision: 1 }),
  });
  RegistrySecret.ibmContainerRegistry(billing, 'icr', {
    region: 'de',
    apiKey: Credential.fromVariable('icr_api_key', { revision: 1 }),
  });

  const settings = new ConfigMap(billing, 'settings', { data: { CURRENCY: 'EUR' } });

  new JobTemplate(billing, 'nightly', {
    image: 'docker.io/example/invoices:1.4.2',
    imageSecret: dockerhub,
    command: ['/app/invoices'],
    arguments: ['--since', 'yesterday'],
    environment: { MODE: 'full' },
    environmentFrom: [{ configMap: settings }],
    cpu: 2,
    memory: Size.gigabytes(8),
    arraySize: 4,
    maxExecutionTime: Duration.hours(1),
    runAsUser: 1000,
  });
}
