import type { Checked, Problem } from '../base/problem.js';

/** The environment variable that has the webhook's address, which is a credential. */
export const WEBHOOK_VARIABLE = 'REPRIEVE_WEBHOOK_URL';

/** Reads a webhook's address. It gives whoever has it the right to write: no message repeats it. */
export function parseWebhook(text: string | undefined): Checked<URL> {
  if (text === undefined || text.trim() === '') return { problems: [missing()] };
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined) return { problems: [wrong('is not an address')] };
  if (url.username !== '' || url.password !== '') {
    return { problems: [wrong('has a user or password in it')] };
  }
  const isPlain = url.protocol === 'http:' && isOwn(url.hostname);
  if (url.protocol === 'https:' || isPlain) return { value: url, problems: [] };
  return { problems: [wrong('is not https')] };
}

/** This machine: what is sent there passes no network. */
function isOwn(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function missing(): Problem {
  return {
    code: 'notify/no-webhook',
    message: `${WEBHOOK_VARIABLE} is not set.`,
    remedy: 'Set it to the webhook’s address in the environment, or say --dry-run.',
  };
}

function wrong(why: string): Problem {
  return {
    code: 'notify/webhook-url',
    message: `${WEBHOOK_VARIABLE} ${why}.`,
    remedy: 'Give an https address without user and password; http only to localhost.',
  };
}
