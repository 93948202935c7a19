import { expect, it } from 'vitest';
import { parseImageReference } from '../../lib/model/image-reference.js';
import { deleteCommand } from '../../lib/registry/delete-command.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const of = (text: string, digest?: string) => {
  const { value } = parseImageReference(text);
  return value === undefined ? expect.fail(text) : deleteCommand(value, digest);
};

it('deletes on Docker Hub by tag, and no official image', () => {
  expect(of('example/app:1.4', DIGEST).command).toContain('/repositories/example/app/tags/1.4/');
  for (const text of ['busybox:1.37', `docker.io/library/busybox:1.37@${DIGEST}`, 'busybox']) {
    expect(of(text, DIGEST)).toEqual({
      command: null,
      note: expect.stringContaining('only Docker'),
    });
  }
});

it('gives no command for a tag where the reference is a digest', () => {
  for (const text of [`example/app:1.4@${DIGEST}`, `example/app@${DIGEST}`]) {
    expect(of(text).command).toBeNull();
  }
  expect(of(`registry.example.org/app:1.4@${DIGEST}`).command).toContain(`manifests/${DIGEST}`);
});
