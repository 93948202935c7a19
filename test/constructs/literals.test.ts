import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import type { FileTexts } from '../../lib/files/user-files.js';
import { Credential, Project, type ReprieveApp, ReprieveStack, Target } from '../../lib/index.js';
import { synthesizeApp } from '../support/app.js';
import { TF } from '../support/declaring.js';

const MARK = 'MARK';
/** What Terraform would evaluate, in either form, and what only looks like it. */
const hostile = fc
  .tuple(
    fc.constantFrom('${', '%{', '$${', '%%{', '$$${', '}${'),
    fc.constantFrom('file("/x")', 'a'),
  )
  .map(([begin, what]) => `x${begin}${what}}${MARK}`);

/** Every text of Terraform's JSON, names included. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [name, ...textsIn(each)]);
}

/** Whether Terraform evaluates a part of a text that came from outside; around it may be our own template. */
function isEvaluated(text: string): boolean {
  const open = text.replaceAll(/\$\$\{|%%\{/g, '.');
  return text.includes(MARK) && /[$%]\{(?:file\(|a\})/.test(open);
}

function declare(
  app: ReprieveApp,
  text: string,
  target: ReturnType<typeof Target.sandbox>,
): ReprieveStack {
  const stack = new ReprieveStack(app, 'prod', { target });
  const project = new Project(stack, 'billing', { annotations: { 'example.org/note': text } });
  const password = Credential.fromVariable('token', { revision: 1 });
  project.addRegistrySecret('hub', { server: 'registry.example', username: text, password });
  project.addConfigMap('settings', { data: { text }, annotations: { 'example.org/note': text } });
  project.addJobTemplate('nightly', {
    image: 'example/x:1',
    command: [text],
    arguments: [text],
    environment: { TEXT: text },
  });
  return stack;
}

it.each(['kubernetes', 'sandbox'] as const)(
  'evaluates no text of the lock and of requests, for %s',
  { timeout: 60_000 },
  (kind) => {
    const target = () => (kind === 'sandbox' ? Target.sandbox() : Target.kubernetes());
    const texts = (text: string): FileTexts => {
      const { lock, problems } = synthesizeApp((app) => declare(app, text, target()));
      expect(problems).toEqual([]);
      const request = {
        ...{ target: 'billing', mode: 'hard', confirm: 'billing', reason: `Because ${text}` },
        ...{ requestedBy: text, requestedAt: '2026-01-01T00:00:00Z' },
        approvals: [
          {
            ...{ by: `bob ${text}`, at: '2026-01-01T00:00:01Z', uid: text },
            expires: '2026-01-03T00:00:00Z',
          },
        ],
      };
      return {
        lock: formatLock(lock),
        settings: JSON.stringify({ version: 1, approvers: [{ id: `bob ${text}` }] }),
        deletions: JSON.stringify({ version: 1, deletions: [request] }),
      };
    };
    fc.assert(
      fc.property(hostile, (text) => {
        const after = synthesizeApp((app) => {
          new ReprieveStack(app, 'prod', { target: target() });
        }, texts(text));
        expect(after.problems).toEqual([]);
        const written = textsIn(after.json(TF)).filter((each) => each.includes(MARK));
        // The lock's items, the requester, the approver and the uid.
        expect(written.length).toBeGreaterThan(7);
        expect(written.filter(isEvaluated)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  },
);
