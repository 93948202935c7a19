// What should exist. The stack `sandbox` needs nothing but Terraform or OpenTofu.
import {
  Credential,
  JobTemplate,
  Project,
  RegistrySecret,
  ReprieveStack,
  Size,
  synthesize,
  Target,
} from 'reprieve';

/** A tag can be moved to another image; a digest is the image. */
const BUSYBOX = 'sha256:9db7b59979c38555a39def84a31fb98b5296952f9e3afd4f6f11f05b07adfab0';

await synthesize((app) => {
  const sandbox = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
  declareHello(sandbox);

  // The real thing. Keep its state in a backend of cdktf's, such as new S3Backend(production, …).
  // const production = new ReprieveStack(app, 'production', {
  //   target: Target.kubernetes({ configPath: '~/.kube/config' }),
  // });
  // declareHello(production);
});

function declareHello(stack: ReprieveStack): void {
  const hello = new Project(stack, 'hello');

  // On a cluster, TF_VAR_dockerhub_token holds the token; it is never written to a file.
  const dockerhub = RegistrySecret.dockerHub(hello, 'dockerhub', {
    username: 'example',
    password: Credential.fromVariable('dockerhub_token', { revision: 1, rotated: '{{today}}' }),
  });

  new JobTemplate(hello, 'greet', {
    image: `docker.io/library/busybox:1.37@${BUSYBOX}`,
    imageSecret: dockerhub,
    command: ['echo'],
    arguments: ['hello'],
    serviceAccount: 'none',
    runAsUser: 65534,
    readOnlyRootFilesystem: true,
    cpu: 0.25,
    memory: Size.megabytes(500),
  });
}
