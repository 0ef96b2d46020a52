import { createServer } from 'node:http';
import { signedJson } from '../signed-json.js';

// Hookswitch asks this server what to do with a call; it answers with a script. SIGNING_SECRET is the account's.
const secret = process.env.SIGNING_SECRET ?? '';
const port = Number(process.env.PORT ?? 3000);

const server = createServer(async (request, response) => {
  try {
    const { call } = (await signedJson(request, secret)) as { call: { from: string } };
    const script = [
      { verb: 'say', text: `Hello. You are calling from ${call.from.split('').join(' ')}.` },
      { verb: 'hangup' },
    ];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(script));
  } catch {
    response.writeHead(401).end();
  }
});
server.listen(port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${port}`));
