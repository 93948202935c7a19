import { expect, it } from 'vitest';
import { closeCommand, deleteCommand, restoreCommand } from '../../lib/model/commands.js';

it('prints commands that a shell takes as they are meant', () => {
  expect(closeCommand('billing', 'prod')).toBe(
    'npx reprieve reclamation close billing --stack prod',
  );
  expect(closeCommand('Größe: 1', 'prod')).toBe(
    "npx reprieve reclamation close 'Größe: 1' --stack prod",
  );
  expect(restoreCommand("a'b;c", '$(x)')).toBe(
    "npx reprieve reclamation restore 'a'\\''b;c' --stack '$(x)'",
  );
});

it('names the group of commands that a target belongs to', () => {
  expect(deleteCommand('billing', 'prod')).toContain('reprieve project delete billing');
  expect(deleteCommand('billing/secrets/db', 'prod')).toContain('reprieve secret delete billing/');
  expect(deleteCommand('billing/job-templates/x', 'prod')).toContain('reprieve job delete');
  expect(deleteCommand('billing/config-maps/x', 'prod')).toContain('reprieve configmap delete');
});
