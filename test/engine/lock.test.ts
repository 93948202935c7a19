import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeLock, lockIn } from '../../lib/engine/lock.js';
import { EngineError, mustRun } from '../../lib/engine/run.js';

/** As Terraform 1.11 prints it, with and without the frame that it draws on a terminal. */
const LOCKED = `
╷
│ Error: Error acquiring the state lock
│ 
│ Error message: the state is already locked by another terraform client
│ Lock Info:
│   ID:        21278396-66bf-df91-85cd-47778a632323
│   Path:      
│   Operation: OperationTypeApply
│   Who:       ann@laptop
│   Version:   1.11.4
│   Created:   2026-01-01 00:33:39.211909762 +0000 UTC
│   Info:      
╵
`;
const TERRAFORM = { name: 'Terraform', program: 'terraform', version: '1.11.4' } as const;

const folder = mkdtempSync(join(tmpdir(), 'reprieve a-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a state that is locked', () => {
  it('is told from other errors, with everything that is known of the lock', () => {
    const lock = {
      id: '21278396-66bf-df91-85cd-47778a632323',
      operation: 'Apply',
      who: 'ann@laptop',
      created: '2026-01-01 00:33:39.211909762 +0000 UTC',
    };
    expect(lockIn(LOCKED)).toEqual(lock);
    expect(lockIn(LOCKED.replaceAll('│', ''))).toEqual(lock);
    expect(lockIn('Error: Invalid count argument\n  ID: 1')).toBeUndefined();
    const denied =
      'Error: Error acquiring the state lock\n\nError message: mkdir .terraform: permission denied';
    expect(lockIn(denied)).toBeUndefined();
  });

  it('is told with the command that takes the lock away', async () => {
    const program = join(folder, 'terraform');
    writeFileSync(program, `#!/bin/sh\ncat >&2 <<'E'\n${LOCKED}\nE\nexit 1\n`);
    chmodSync(program, 0o755);
    const run = mustRun({ ...TERRAFORM, program }, ['plan'], { cwd: folder, env: {} });
    const error = await run.catch((each: unknown) => each);
    expect(EngineError.isEngineError(error)).toBe(true);
    const where = relative(process.cwd(), folder);
    expect(String(error)).toContain(
      `'${program}' -chdir='${where}' force-unlock 21278396-66bf-df91-85cd-47778a632323`,
    );
  });

  it('never lets the backend write a command of its own', () => {
    const lock = { id: '1; rm -rf /', operation: '', who: 'a\u001b[2J', created: '' };
    const told = describeLock(TERRAFORM, lock, process.cwd());
    expect(told).not.toContain('rm -rf');
    expect(told).not.toContain('\u001b');
    expect(told).not.toContain('force-unlock');
  });
});
