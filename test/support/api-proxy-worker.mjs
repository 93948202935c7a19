// @ts-check
import { createServer } from 'node:http';
import { request } from 'node:https';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {readonly import('./api-proxy.js').Failing[]} */
let failing = [];

parentPort?.on('message', (message) => {
  failing = message;
  parentPort?.postMessage('changed');
});

const server = createServer((asked, answer) => {
  const { method = 'GET', url = '/' } = asked;
  const path = url.split('?')[0] ?? url;
  const fails = (/** @type {import('./api-proxy.js').Failing} */ each) =>
    each.method === method && new RegExp(each.path).test(path);
  if (failing.some((each) => fails(each) && each.passedOn !== true)) return refuse();
  const isLost = failing.some(fails);
  const headers = { ...asked.headers, authorization: `Bearer ${workerData.token}` };
  const passed = request(
    `${workerData.server}${url}`,
    { method, headers, agent: false, rejectUnauthorized: false },
    (given) => {
      if (isLost) {
        given.resume();
        given.on('end', refuse);
        return;
      }
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    },
  );
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);

  function refuse() {
    asked.resume();
    answer.writeHead(500, { 'content-type': 'application/json' });
    const message = 'the proxy of the tests lets this fail';
    const reason = 'InternalError';
    answer.end(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Status',
        status: 'Failure',
        reason,
        code: 500,
        message,
      }),
    );
  }
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage(typeof address === 'object' && address !== null ? address.port : 0);
});
