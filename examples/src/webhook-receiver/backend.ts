import { createServer } from 'node:http';
import { signedJson } from '../signed-json.js';

// Takes webhooks: checks the signature, drops what came before, answers at once and works afterwards. SIGNING_SECRET is the endpoint's.
const { SIGNING_SECRET = '', PORT = '3000' } = process.env;

interface HookswitchEvent {
  readonly id: string;
  readonly type: string;
  readonly callId?: string;
  readonly sequence?: number;
}

/** Ids of events that were taken. In earnest: a unique column in your database, written with what the event changes. */
const taken = new Set<string>();

const server = createServer(async (request, response) => {
  let event: HookswitchEvent;
  try {
    event = (await signedJson(request, SIGNING_SECRET)) as HookswitchEvent;
  } catch {
    response.writeHead(401).end();
    return;
  }
  const isNew = !taken.has(event.id);
  taken.add(event.id);
  response.writeHead(204).end();
  if (isNew) console.log(`${event.type} ${event.callId ?? ''} ${event.sequence ?? ''}`);
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${PORT}`));
