import { createServer } from 'node:http';
import { signedJson } from '../signed-json.js';

// Asks callers what it is about, and lets them wait for an agent of the right group. SIGNING_SECRET is the account's.
const { SIGNING_SECRET = '', PORT = '3000' } = process.env;

interface ScriptRequest {
  readonly result?: { readonly digits?: string; readonly queueResult?: string; readonly waitSeconds?: number };
}

const groups: Readonly<Record<string, string>> = { '1': 'Orders', '2': 'Repairs' };

function scriptFor(path: string, { result }: ScriptRequest): unknown[] {
  switch (path) {
    case '/':
      return [
        {
          verb: 'gather',
          numDigits: 1,
          action: '/chosen',
          prompts: [{ verb: 'say', text: 'For orders, press 1. For repairs, press 2.' }],
        },
        { verb: 'redirect', url: '/' },
      ];
    case '/chosen': {
      const skillGroup = groups[result?.digits ?? ''];
      if (skillGroup === undefined) return [{ verb: 'redirect', url: '/' }];
      return [
        {
          verb: 'enqueue',
          skillGroup,
          keys: [{ key: result?.digits, label: skillGroup }],
          waitPrompts: [
            { verb: 'say', text: 'There are ${WaitNo} callers before you.' },
            { verb: 'pause', length: 5 },
          ],
          action: '/after',
        },
      ];
    }
    case '/after':
      console.log(`queue: ${result?.queueResult} after ${result?.waitSeconds} s`);
      if (result?.queueResult === 'connected') return [{ verb: 'hangup' }];
      return [{ verb: 'say', text: 'Nobody is here at the moment. Please call again.' }, { verb: 'hangup' }];
    default:
      throw new Error(`nothing is at ${path}`);
  }
}

const server = createServer(async (request, response) => {
  try {
    const script = scriptFor(request.url ?? '/', (await signedJson(request, SIGNING_SECRET)) as ScriptRequest);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(script));
  } catch {
    response.writeHead(401).end();
  }
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as { port: number }).port}`);
});
