import { naming } from '../command/flags.js';
import { clusterOptions, type Group, withExamples } from '../command/group.js';

export const certificate: Group = (group, { io, done }) => {
  const command = clusterOptions(naming(group.command('certificate')))
    .description(
      'State what a deletion took along, and what was checked since; exit 1 unless it is gone.',
    )
    .option('--evidence <file>', 'the evidence to use, where there is more than one')
    .option('--out <folder>', 'where JSON, Markdown and HTML are written (default: certificates)')
    .option(
      '--ask-backend',
      'ask the backend s3 for older versions of the state, with the credentials of AWS here',
    )
    .option('--etcd <url>', 'etcd’s client URL, where you may read it: https://10.0.0.1:2379')
    .option('--etcd-ca <file>', 'whom etcd’s certificate comes from')
    .option('--etcd-cert <file>', 'the client’s certificate')
    .option('--etcd-key <file>', 'its key; only its owner may be able to read it')
    .option('--etcd-prefix <prefix>', 'where the API server keeps its keys (default: /registry/)')
    .option(
      '--etcd-files <files...>',
      'snapshots, a member’s db and *.wal, or its folder, to search',
    )
    .option('--old-key <key>', 'the key that encrypted the objects, as stored: aesgcm:v1:key1')
    .option('--key-destroyed-by <name>', 'who states that this key was destroyed')
    .option('--key-destroyed-at <time>', 'when it was destroyed, as RFC 3339')
    .option('--no-registries', 'ask no registry about images')
    .option(
      '--private-registries <hosts...>',
      'registries on this machine or in a private network that may be asked',
    )
    .option('--sign-key <file>', 'sign the JSON with this Ed25519 key: FILE.sig')
    .option('--accept-unknown', 'exit 0 also where nothing was found and not everything was seen')
    .action(async (target, options) => {
      const { certificate: run } = await import('./certificate.js');
      done(await run(io, target, options));
    });
  withExamples(
    command,
    'reclamation certificate billing',
    'reclamation certificate billing --sign-key ed25519.pem',
    'reclamation certificate billing --ask-backend',
    'reclamation certificate verify certificates/billing-20260101T000000Z.json --key ed25519.pub',
  );
  const verify = command
    .command('verify <file>')
    .description('Check a certificate against its evidence, its plan and its signature.')
    .option('--evidence <file>', 'the evidence, where it isn’t where the certificate says')
    .option('--plan <file>', 'the plan that was kept')
    .option('--key <file>', 'the public key of whoever signed')
    .action(async (file, options) => {
      const { verifyCertificate } = await import('./verify.js');
      // What stands before `verify` has the same names.
      done(await verifyCertificate(io, file, { ...command.opts(), ...options }));
    });
  withExamples(verify, 'reclamation certificate verify certificates/billing-20260101T000000Z.json');
};
