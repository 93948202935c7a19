import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePorts } from './ports.js';

/** Where Debian puts each version. */
const DEBIAN = '/usr/lib/postgresql';

/** Why no PostgreSQL can be started here, or undefined if one can. */
export function postgresMissing(): string | undefined {
  return binaries() === undefined ? "no PostgreSQL: install Debian's postgresql" : undefined;
}

function binaries(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort().reverse() : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find((folder) =>
    ['initdb', 'postgres', 'psql'].every((name) => existsSync(join(folder, name))),
  );
}

/** A server of PostgreSQL's own on loopback, whose data is in a folder of its own. */
export class Postgres {
  private constructor(
    private readonly bin: string,
    private readonly folder: string,
    private readonly server: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<Postgres> {
    const bin = binaries();
    if (bin === undefined) throw new Error(postgresMissing());
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-postgres-'));
    const [port = 0] = await freePorts(1);
    const user = serverUser();
    const { uid, gid } = user;
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const options = { ...user, cwd: folder, stdio: 'ignore' } as const;
    const init = ['--auth=trust', '--username=postgres', '--no-sync', '--encoding=UTF8'];
    execFileSync(join(bin, 'initdb'), [...init, '--locale=C', '-D', join(folder, 'data')], options);
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
    const args = ['-D', join(folder, 'data'), '-p', `${port}`];
    const server = spawn(
      join(bin, 'postgres'),
      [...args, ...settings.flatMap((each) => ['-c', each])],
      options,
    );
    const postgres = new Postgres(bin, folder, server, port);
    await postgres.untilReady();
    return postgres;
  }

  /** The command line that runs SQL, for a provisioner; quotes in the SQL are single ones. */
  command(sql: string, database = 'postgres'): string {
    return `${join(this.bin, 'psql')} ${this.login('postgres', database).join(' ')} -c "${sql}"`;
  }

  /** What a query prints, or undefined where it fails: as the superuser, or as another. */
  query(sql: string, database = 'postgres', user = 'postgres'): string | undefined {
    const login = this.login(user, database);
    const done = spawnSync(join(this.bin, 'psql'), [...login, '-At', '-c', sql], {
      encoding: 'utf8',
    });
    return done.status === 0 ? done.stdout.trim() : undefined;
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.server.once('exit', done));
    this.server.kill('SIGINT');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private login(user: string, database: string): readonly string[] {
    return ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', `${this.port}`].concat([
      '-U',
      user,
      '-d',
      database,
    ]);
  }

  private async untilReady(): Promise<void> {
    for (let tries = 0; this.query('select 1') === undefined; tries += 1) {
      if (tries > 600 || this.server.exitCode !== null)
        throw new Error('PostgreSQL did not start.');
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

/** PostgreSQL refuses to run as root: there, it runs as Debian's user for it, or as nobody. */
function serverUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout) || 65534;
  return { uid: id('-u'), gid: id('-g') };
}
