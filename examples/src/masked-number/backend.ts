import { createServer } from 'node:http';
import { signedJson } from '../signed-json.js';

// Two people reach each other by a number of yours and never see each other's. SIGNING_SECRET is the account's, NUMBER yours, CUSTOMER and COURIER theirs.
const { SIGNING_SECRET = '', NUMBER = '', CUSTOMER = '', COURIER = '', PORT = '3000' } = process.env;

const otherOf = new Map([
  [CUSTOMER, COURIER],
  [COURIER, CUSTOMER],
]);

const server = createServer(async (request, response) => {
  try {
    const { call } = (await signedJson(request, SIGNING_SECRET)) as { call: { from: string } };
    const other = otherOf.get(call.from);
    const script =
      other === undefined
        ? [{ verb: 'say', text: 'This number does not know you. Goodbye.' }, { verb: 'hangup' }]
        : [
            { verb: 'dial', targets: [{ type: 'number', number: other }], callerId: NUMBER, answerOnBridge: true },
            { verb: 'hangup' },
          ];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(script));
  } catch {
    response.writeHead(401).end();
  }
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as { port: number }).port}`);
});
