import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ROOT } from '../support/built.js';
import { Postgres, postgresMissing } from '../support/postgres.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = postgresMissing();

/** How the table is filled that has to survive. */
const ROWS = 'create table bills as select generate_series(1, 1000) as id';

describe.skipIf(missing !== undefined)('a real database behind a destroy-time provisioner', () => {
  const it = story();
  let server: Postgres;
  let scratch: Scratch;
  beforeAll(async () => {
    server = await Postgres.start();
    server.query('create role app login');
    scratch = new Scratch();
    scratch.write('reprieve.yaml', LONG_PERIOD);
  });
  afterAll(async () => {
    scratch?.remove();
    await server?.stop();
  });

  const count = (user: string) => server.query('select count(*) from bills', 'orders', user);
  const exists = () => server.query("select 1 from pg_database where datname = 'orders'") === '1';

  /** An app that declares the database, and who may connect to it. */
  function declare(): void {
    const provision = (when: string, ...commands: readonly string[]) =>
      commands.map((command) =>
        JSON.stringify({ type: 'local-exec', command, ...(when === '' ? {} : { when }) }),
      );
    const created = provision(
      '',
      server.command('create database orders'),
      server.command('revoke connect on database orders from public'),
      server.command(`${ROWS}; grant select on bills to app`, 'orders'),
    );
    const dropped = provision('destroy', server.command('drop database if exists orders (force)'));
    const [open] = provision('', server.command('grant connect on database orders to app'));
    const [close] = provision('', server.command('revoke connect on database orders from app'));
    scratch.write(
      scratch.main,
      [
        "import { DataResource } from 'cdktf';",
        `import { Reclamation, ReprieveStack, synthesize } from '${ROOT}/dist/index.js';`,
        'await synthesize((app) => {',
        "  const stack = new ReprieveStack(app, 'databases');",
        "  const orders = new DataResource(stack, 'orders', {",
        `    provisioners: [${[...created, ...dropped].join(', ')}],`,
        '  });',
        "  const { isBeingDeleted } = Reclamation.protect(orders, { name: 'orders-db', beforeReclaim: 'Export the bills.' });",
        "  new DataResource(stack, isBeingDeleted ? 'closed' : 'open', {",
        `    provisioners: [isBeingDeleted ? ${close} : ${open}],`,
        '    dependsOn: isBeingDeleted ? [] : [orders],',
        '  });',
        '});',
      ].join('\n'),
    );
  }

  const settle = () => scratch.settle('databases');
  const id = () => scratch.ids('databases')['terraform_data.orders'];
  let first: unknown;

  it('is created, with rows in it', () => {
    declare();
    expect(settle()).toMatchObject({ code: 0 });
    expect(count('app')).toBe('1000');
    first = id();
    expect(first).toBeTypeOf('string');
  });

  it('is not dropped with its line, by a destroy, by -target or by -replace', () => {
    const { code, output } = scratch.terraform(
      'databases',
      'destroy',
      '-auto-approve',
      '-no-color',
    );
    expect({ code, output }).toMatchObject({
      code: 1,
      output: expect.stringContaining('prevent_destroy'),
    });
    for (const how of [
      ['-destroy', '-target=terraform_data.orders'],
      ['-replace=terraform_data.orders'],
    ]) {
      expect(scratch.apply('databases', ...how).flat).toContain('Instance cannot be destroyed');
    }
    const text = scratch.read(scratch.main);
    scratch.write(scratch.main, `${text.split('const orders')[0]}});`);
    const refused = settle();
    expect(refused).toMatchObject({ code: 1, destroyed: 0 });
    expect(refused.output).toContain('reprieve reclamation request orders-db');
    expect(count('app')).toBe('1000');
  });

  it('is soft-deleted: nobody can connect, and the rows are still there', () => {
    declare();
    const requested = scratch.reprieve(
      ...['reclamation', 'request', 'orders-db', '--force', '--reason', 'Moved to the new cluster'],
    );
    expect(requested.output).toContain('Keep its code until the deletion is over');
    expect(scratch.reprieve('plan', 'databases').code).toBe(0);
    const review = scratch.reprieve('review', 'cdktf.out/plans/databases.json');
    expect(review.output).toContain('Before `orders-db` is reclaimed: `Export the bills.`');
    expect(settle()).toMatchObject({ code: 0 });
    expect(id()).toBe(first);
    expect(count('app')).toBeUndefined();
    expect(count('postgres')).toBe('1000');
    const list = scratch.reprieve('list');
    expect(list.output).toMatch(/^orders-db +resources +soft deleted +databases +20\S+Z/m);
    expect(scratch.reprieve('reclamation', 'get', 'orders-db').output).toContain(
      'Export the bills.',
    );
    expect(scratch.plan('databases', '-detailed-exitcode').code).toBe(0);
  });

  it('is restored as it was', () => {
    expect(scratch.reprieve('reclamation', 'restore', 'orders-db').code).toBe(0);
    expect(settle()).toMatchObject({ code: 0 });
    expect(id()).toBe(first);
    expect(count('app')).toBe('1000');
  });

  it('is soft-deleted again, whenever Terraform is killed on the way', async () => {
    scratch.requestDeletions({ target: 'orders-db' });
    expect(scratch.synth().code).toBe(0);
    for (const events of [0, 1, 2]) {
      const moment = { events, milliseconds: events === 0 ? 400 : 5, withProvider: true };
      await scratch.killTerraform(moment, 'databases', 'apply', '-auto-approve', '-no-color');
      scratch.removeIfThere('.terraform.databases.tfstate.lock.info');
      scratch.mendState('databases');
      expect(count('postgres')).toBe('1000');
    }
    expect(settle()).toMatchObject({ code: 0 });
    expect(count('postgres')).toBe('1000');
    expect(id()).toBe(first);
    expect(scratch.reclamations('databases')).toMatchObject([
      { target: 'orders-db', status: 'soft deleted' },
    ]);
  });

  it('is dropped at the end of its period and not before, killed or not', async () => {
    expect(settle()).toMatchObject({ code: 0, destroyed: 0 });
    scratch.turnBackClocks(2, 'databases');
    expect(exists()).toBe(true);
    expect(scratch.synth().code).toBe(0);
    const moment = { events: 1, milliseconds: 20, withProvider: true };
    await scratch.killTerraform(moment, 'databases', 'apply', '-auto-approve', '-no-color');
    scratch.removeIfThere('.terraform.databases.tfstate.lock.info');
    scratch.mendState('databases');
    const reclaimed = settle();
    expect(reclaimed).toMatchObject({ code: 0 });
    expect(exists()).toBe(false);
    expect(id()).toBeUndefined();
    expect(settle()).toMatchObject({ code: 0, added: 0, destroyed: 0 });
  });

  it('is closed once its code is gone, and then nothing of it is left', () => {
    expect(scratch.reprieve('reclamation', 'close', 'orders-db').output).toContain(
      'the code still declares it',
    );
    const text = scratch.read(scratch.main);
    scratch.write(scratch.main, `${text.split('const orders')[0]}});`);
    expect(scratch.synth().output).toContain(
      'Keep its code until the deletion of orders-db is over',
    );
    expect(scratch.reprieve('reclamation', 'close', 'orders-db')).toMatchObject({ code: 0 });
    expect(scratch.read('projects.lock.yaml')).not.toContain('orders');
    expect(settle()).toMatchObject({ code: 0 });
    expect(scratch.ids('databases')).toEqual({});
  });
});
