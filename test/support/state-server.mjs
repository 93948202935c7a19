// @ts-check
// Keeps states as Terraform's http backend sends them, each by its path, with a lock each.
import { createServer } from 'node:http';

/** @type {Map<string, string>} */
const states = new Map();
/** @type {Map<string, string>} */
const locks = new Map();

const server = createServer(async (request, answer) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString('utf8');
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const reply = (/** @type {number} */ status, text = '') => answer.writeHead(status).end(text);
  const held = locks.get(pathname);
  switch (request.method) {
    case 'GET':
      return states.has(pathname) ? reply(200, states.get(pathname)) : reply(404);
    case 'POST':
      states.set(pathname, body);
      return reply(200);
    case 'LOCK':
      if (held !== undefined) return reply(423, held);
      locks.set(pathname, body);
      return reply(200);
    case 'UNLOCK':
      locks.delete(pathname);
      return reply(200);
    default:
      return reply(405);
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});
