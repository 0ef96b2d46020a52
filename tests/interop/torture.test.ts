import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerOf, headersOf } from '../peers/tone-phone/sip-text.js';
import { EngineOnLoopback } from './engine-on-loopback.js';
import { RawSip } from './raw-sip.js';
import { type TortureMessage, tortureMessages } from './torture-messages.js';

let engine: EngineOnLoopback;
let count = 0;

beforeAll(async () => {
  engine = await EngineOnLoopback.start();
  engine.onIncoming = 'refuse';
});

afterAll(() => engine.close());

interface Sent {
  readonly branch: string;
  readonly callId: string;
}

function write(message: TortureMessage, raw: RawSip): { text: string; sent: Sent } {
  count += 1;
  const sent = { branch: `z9hG4bKtorture${count}`, callId: `torture-${count}` };
  const via = raw.via(sent.branch);
  const filled = message.lines.map((line) =>
    line
      .replace('%viaspaced', via.replaceAll('/', ' / ').replace(';branch=', '\r\n ; branch =  '))
      .replace('%viabare', via.replace(/;branch=.*/, ''))
      .replace('%via', via)
      .replace('%id', sent.callId),
  );
  const body = message.body ?? '';
  const length = message.length ?? String(Buffer.byteLength(body));
  const lines = [...filled, ...(length === '' ? [] : [`Content-Length: ${length}`])];
  return { text: `${lines.join('\r\n')}\r\n\r\n${body}`, sent };
}

/** Waits until the engine has answered something that was sent later on another socket. */
async function engineCameSoFar(wire: 'udp' | 'tcp'): Promise<void> {
  const raw = await RawSip.open(wire, { host: '127.0.0.1', port: engine.port(wire) });
  for (let round = 0; round < 2; round += 1) {
    count += 1;
    raw.send(
      [
        'OPTIONS sip:ping@127.0.0.1 SIP/2.0',
        `Via: ${raw.via(`z9hG4bKping${count}`)}`,
        'From: <sip:a@example.com>;tag=1',
        'To: <sip:b@example.com>',
        `Call-ID: ping-${count}`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
    await raw.next('the answer to a ping', `ping-${count}`, (sip) => sip.status === 200);
  }
  raw.close();
}

for (const wire of ['udp', 'tcp'] as const) {
  describe(`torture messages of RFC 4475 over ${wire.toUpperCase()}`, () => {
    it.each(
      tortureMessages.map((message) => ({
        message,
        title: `${message.section} ${message.name}`,
        outcome: wire === 'udp' ? message.expected : (message.onStream ?? message.expected),
      })),
    )('$title → $outcome', async ({ message, outcome }) => {
      const raw = await RawSip.open(wire, { host: '127.0.0.1', port: engine.port(wire) });
      const callsBefore = engine.incoming.all.length;
      const { text } = write(message, raw);
      raw.send(text);
      const final = () => raw.messages.all.find(({ sip }) => (sip.status ?? 0) >= 200)?.sip;
      if (typeof outcome === 'number' || outcome === 'through') {
        const response = await raw.messages.until('a final response', final, 10_000);
        expect(response.status).toBe(outcome === 'through' ? 486 : outcome);
        for (const [name, value] of Object.entries(message.headers ?? {})) {
          const given = headersOf(response, name).join(', ');
          if (typeof value === 'string') expect(given).toBe(value);
          else expect(given).toMatch(value);
        }
        expect(headersOf(response, 'Via')[0]).toContain(`127.0.0.1:${raw.port}`);
        expect(raw.closed).toBe(false);
      } else {
        await engineCameSoFar(wire);
        if (outcome === 'closed') await expect.poll(() => raw.closed).toBe(true);
        else expect(raw.closed).toBe(false);
        expect(raw.messages.all.map(({ sip }) => sip.status)).toEqual([]);
      }
      const call = engine.incoming.all[callsBefore];
      expect(call === undefined).toBe(outcome !== 'through');
      if (call && message.facts) expect(call.facts).toMatchObject(message.facts);
      raw.close();
    });

    it('3.1.1.8 dblreq: two requests in one packet → a datagram holds one, a stream both', async () => {
      const raw = await RawSip.open(wire, { host: '127.0.0.1', port: engine.port(wire) });
      const one = (callId: string) =>
        [
          'OPTIONS sip:user@example.com SIP/2.0',
          `Via: ${raw.via(`z9hG4bK${callId}`)}`,
          'From: <sip:a@example.com>;tag=1',
          'To: <sip:b@example.com>',
          `Call-ID: ${callId}`,
          'CSeq: 1 OPTIONS',
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n');
      raw.send(`${one(`first-${wire}`)}\r\n\r\n${one(`second-${wire}`)}`);
      await raw.next('an answer', `first-${wire}`, (sip) => sip.status === 200);
      if (wire === 'tcp') await raw.next('an answer', `second-${wire}`, (sip) => sip.status === 200);
      else {
        await engineCameSoFar(wire);
        expect(raw.messages.all.map(({ sip }) => headerOf(sip, 'Call-ID'))).toEqual([`first-${wire}`]);
      }
      raw.close();
    });
  });
}
