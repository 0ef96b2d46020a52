import { createServer } from 'node:http';
import { signedJson } from '../signed-json.js';

// Rings a phone; when nobody answers, takes a message. SIGNING_SECRET is the account's, PHONE the user name of a registered phone.
const { SIGNING_SECRET = '', PHONE = '', PORT = '3000' } = process.env;

interface ScriptRequest {
  readonly call: { readonly from: string };
  readonly result?: { readonly dialStatus?: string; readonly recordingId?: string; readonly durationSeconds?: number };
}

function scriptFor(path: string, { call, result }: ScriptRequest): unknown[] {
  switch (path) {
    case '/':
      return [
        {
          verb: 'dial',
          targets: [{ type: 'endpoint', endpoint: PHONE }],
          timeout: 15,
          answerOnBridge: true,
          action: '/after-dial',
        },
      ];
    case '/after-dial':
      if (result?.dialStatus === 'completed') return [{ verb: 'hangup' }];
      return [
        { verb: 'say', text: 'Nobody is here. Leave a message after the beep, and press hash when you are done.' },
        { verb: 'record', maxLength: 120, finishOnKey: '#', action: '/message' },
      ];
    case '/message':
      // The recording's sound is at /v1/recordings/{id}/media once the event recording.available has come.
      console.log(`message ${result?.recordingId} from ${call.from}, ${result?.durationSeconds} s`);
      return [{ verb: 'say', text: 'Thank you. Goodbye.' }, { verb: 'hangup' }];
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
