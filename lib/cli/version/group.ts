import { type Group, withExamples } from '../command/group.js';
import { version as own } from '../command/version.js';
import { EXIT, print } from '../terminal/io.js';

export const version: Group = (program, { io, done }) => {
  const command = program
    .command('version')
    .description('Print the version of this package.')
    .action(() => {
      print(io, own());
      done(EXIT.ok);
    });
  withExamples(command, 'version');
};
