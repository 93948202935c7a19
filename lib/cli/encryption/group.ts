import { type Command, Option } from 'commander';
import { several } from '../command/flags.js';
import { type Group, outputOption, stackOption, withExamples } from '../command/group.js';
import { etcdOptions } from './etcd-options.js';
import { serverOptions } from './reading.js';

export const encryption: Group = (program, { io, done }) => {
  const group = program
    .command('encryption')
    .description('Encryption at rest: what etcd holds, by which key, and a new key.');
  withExamples(
    group,
    'encryption verify --etcd https://127.0.0.1:2379 --etcd-ca ca.crt --etcd-cert etcd.crt --etcd-key etcd.key',
    'encryption config --out encryption.yaml',
    'encryption rotate --config encryption.yaml',
  );
  const verify = etcdOptions(serverOptions(group.command('verify')))
    .description('Show by which key each object is encrypted, by its stored bytes; exit 1 if not.')
    .option('--config <file>', 'a configuration that has to read them; repeatable', several)
    .option('--accept-unknown', 'exit 0 although only the metrics could be read')
    .addOption(whoseOption())
    .addOption(outputOption('json', 'yaml'))
    .action(async (options) => {
      const { verifyEncryption } = await import('./verify.js');
      done(await verifyEncryption(io, options));
    });
  withExamples(
    verify,
    'encryption verify --etcd https://127.0.0.1:2379 --etcd-ca ca.crt --etcd-cert etcd.crt --etcd-key etcd.key',
    'encryption verify --config next.yaml --etcd http://127.0.0.1:2379',
    'encryption verify --accept-unknown -o json',
  );
  const config = keyOptions(group.command('config'))
    .description('Write an API server’s EncryptionConfiguration, with a new key if it is local.')
    .option('--out <file>', 'a new file, for its owner alone (0600)')
    .option('--fresh', 'without plain text: for a cluster that holds nothing yet')
    .option('--second', 'read before written: for several API servers')
    .action(async (options) => {
      const { writeEncryptionConfig } = await import('./config.js');
      done(await writeEncryptionConfig(io, options));
    });
  withExamples(
    config,
    'encryption config --out encryption.yaml',
    'encryption config --provider kms --key vault --endpoint unix:///run/kms.sock',
  );
  const rotate = keyOptions(etcdOptions(serverOptions(group.command('rotate'))))
    .description('Show where the rotation to a key is and what is next; exit 1 until it is done.')
    .option('--config <file>', 'the configuration of each API server; repeatable', several)
    .option('--apply', 'do the next step')
    .addOption(
      new Option('--step <step>', 'fail unless this is the next step').choices([
        ...['add', 'promote', 'reload', 'rewrite', 'drop', 'done'],
      ]),
    )
    .option('--reloaded', 'every API server works with its file, where it doesn’t show that')
    .option('--accept-unknown', 'drop the old key although etcd could not be read')
    .addOption(outputOption('json', 'yaml'))
    .action(async (options) => {
      const { rotateEncryption } = await import('./rotate.js');
      done(await rotateEncryption(io, options));
    });
  withExamples(
    rotate,
    'encryption rotate --config encryption.yaml --etcd http://127.0.0.1:2379',
    'encryption rotate --config one.yaml --config two.yaml --key key-2 --apply',
  );
};

/** Whose declaration counts. */
function whoseOption(): Option {
  return stackOption('the stack of this cluster, where stacks declare different encryption');
}

/** Which key is meant, where it isn't declared. */
function keyOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--provider <provider>', 'otherwise what is declared').choices([
        ...['kms', 'secretbox', 'aesgcm'],
      ]),
    )
    .option('--key <name>', 'the name of the key; with kms, of the plugin')
    .option('--endpoint <url>', 'where the KMS plugin listens: unix:///run/kms.sock')
    .option('--timeout <duration>', 'how long the API server waits for it: 3s')
    .addOption(whoseOption());
}
