import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { within } from '../peers/within.js';
import { EngineOnLoopback } from './engine-on-loopback.js';

let engine: EngineOnLoopback;

beforeAll(async () => {
  engine = await EngineOnLoopback.start();
});

afterAll(() => engine.close());

/** Resolves with what a connection says, once that has matched. */
function says(socket: Socket, pattern: RegExp): Promise<string> {
  let heard = '';
  const matched = new Promise<string>((resolve) => {
    socket.on('data', (bytes) => {
      heard += bytes.toString();
      if (pattern.test(heard)) resolve(heard);
    });
  });
  return within(matched, `${pattern} on a connection`);
}

it('an answer whose TCP connection is gone comes on a new one, to the port in the Via (RFC 3261 18.2.2, RFC 3263 5)', async () => {
  engine.onIncoming = 'ring';
  const server: Server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sentBy = (server.address() as { port: number }).port;
  const called = once(server, 'connection') as Promise<[Socket]>;

  const caller = connect(engine.port('tcp'), '127.0.0.1');
  await once(caller, 'connect');
  const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n';
  const ringing = says(caller, /^SIP\/2\.0 180 /m);
  caller.write(
    [
      'INVITE sip:desk@127.0.0.1 SIP/2.0',
      `Via: SIP/2.0/TCP 127.0.0.1:${sentBy};branch=z9hG4bKlost`,
      'Max-Forwards: 70',
      'From: <sip:+1415@127.0.0.1>;tag=lost',
      'To: <sip:desk@127.0.0.1>',
      'Call-ID: lost-connection',
      'CSeq: 1 INVITE',
      `Contact: <sip:+1415@127.0.0.1:${sentBy};transport=tcp>`,
      'Content-Type: application/sdp',
      `Content-Length: ${sdp.length}`,
      '',
      sdp,
    ].join('\r\n'),
  );
  await ringing;
  // It closes when the engine has closed its end, too.
  caller.end();
  await once(caller, 'close');

  for (const leg of engine.engine.calls()) leg.reject(486);
  const [back] = await within(called, 'a new connection');
  expect(await says(back, /\r\n\r\n/)).toMatch(/^SIP\/2\.0 486 .*\r\n(?:.*\r\n)*Call-ID: lost-connection\r\n/);
  back.destroy();
  server.close();
});
