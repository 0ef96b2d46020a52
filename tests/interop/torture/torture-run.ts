import { expect, it } from 'vitest';
import { headerOf, headersOf } from '../../peers/tone-phone/sip-text.js';
import type { EngineOnLoopback } from '../engine-on-loopback.js';
import { RawSip } from '../raw-sip.js';
import type { Outcome, TortureMessage } from './torture-message.js';

/** The engine that takes the messages, and where they are sent: at it, or at an edge before it. */
export interface TortureSubject {
  readonly engine: EngineOnLoopback;
  readonly port: number;
}

let count = 0;

function write(message: TortureMessage, raw: RawSip): string {
  count += 1;
  const via = raw.via(`z9hG4bKtorture${count}`);
  const filled = message.lines.map((line) =>
    line
      .replace('%viaspaced', via.replaceAll('/', ' / ').replace(';branch=', '\r\n ; branch =  '))
      .replace('%viabare', via.replace(/;branch=.*/, ''))
      .replace('%via', via)
      .replace('%id', `torture-${count}`),
  );
  const body = message.body ?? '';
  const length = message.length ?? String(Buffer.byteLength(body));
  const lines = [...filled, ...(length === '' ? [] : [`Content-Length: ${length}`])];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Waits until the subject has answered something that was sent later on another socket. */
export async function cameSoFar(wire: 'udp' | 'tcp', { port }: Pick<TortureSubject, 'port'>): Promise<void> {
  const raw = await RawSip.open(wire, { host: '127.0.0.1', port });
  for (let round = 0; round < 2; round += 1) {
    count += 1;
    raw.send(ping(raw, `ping-${count}`));
    await raw.next('the answer to a ping', `ping-${count}`, (sip) => sip.status === 200);
  }
  raw.close();
}

function ping(raw: RawSip, callId: string): string {
  return [
    'OPTIONS sip:user@example.com SIP/2.0',
    `Via: ${raw.via(`z9hG4bK${callId}`)}`,
    'Max-Forwards: 70',
    'From: <sip:a@example.com>;tag=1',
    'To: <sip:b@example.com>',
    `Call-ID: ${callId}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** One test a message: it has the outcome that `outcomeOf` names. */
export function tortureCases(
  wire: 'udp' | 'tcp',
  messages: readonly TortureMessage[],
  subject: () => TortureSubject,
  outcomeOf: (message: TortureMessage) => Outcome,
): void {
  it.each(
    messages.map((message) => ({
      message,
      title: `${message.section} ${message.name}`,
      outcome: outcomeOf(message),
    })),
  )('$title → $outcome', async ({ message, outcome }) => {
    const { engine, port } = subject();
    const raw = await RawSip.open(wire, { host: '127.0.0.1', port });
    const callsBefore = engine.incoming.all.length;
    raw.send(write(message, raw));
    const final = () => raw.messages.all.find(({ sip }) => (sip.status ?? 0) >= 200)?.sip;
    if (typeof outcome === 'number' || outcome === 'through') {
      const response = await raw.messages.until('a final response', final, 10_000);
      expect(response.status).toBe(outcome === 'through' ? 486 : outcome);
      if (outcome === message.expected) {
        for (const [name, value] of Object.entries(message.headers ?? {})) {
          const given = headersOf(response, name).join(', ');
          if (typeof value === 'string') expect(given).toBe(value);
          else expect(given).toMatch(value);
        }
      }
      expect(headersOf(response, 'Via')[0]).toContain(`127.0.0.1:${raw.port}`);
      expect(raw.closed).toBe(false);
    } else {
      await cameSoFar(wire, { port });
      if (outcome === 'closed') await expect.poll(() => raw.closed).toBe(true);
      else expect(raw.closed).toBe(false);
      expect(raw.messages.all.map(({ sip }) => sip.status)).toEqual([]);
    }
    const call = engine.incoming.all[callsBefore];
    expect(call === undefined).toBe(outcome !== 'through');
    if (call && message.facts) expect(call.facts).toMatchObject(message.facts);
    raw.close();
  });
}

/** A packet with two requests. */
export function twoInAPacket(wire: 'udp' | 'tcp', subject: () => TortureSubject): void {
  it('3.1.1.8 dblreq: two requests in one packet → a datagram holds one, a stream both', async () => {
    const { port } = subject();
    const raw = await RawSip.open(wire, { host: '127.0.0.1', port });
    raw.send(`${ping(raw, `first-${wire}-${port}`)}\r\n\r\n${ping(raw, `second-${wire}-${port}`)}`);
    await raw.next('an answer', `first-${wire}-${port}`, (sip) => sip.status === 200);
    if (wire === 'tcp') await raw.next('an answer', `second-${wire}-${port}`, (sip) => sip.status === 200);
    else {
      await cameSoFar(wire, { port });
      expect(raw.messages.all.map(({ sip }) => headerOf(sip, 'Call-ID'))).toEqual([`first-${wire}-${port}`]);
    }
    raw.close();
  });
}

/** Answers of RFC 4475: the phrase says nothing to a machine. */
export function oddPhrases(subject: () => TortureSubject): void {
  it.each([
    [
      '3.1.1.12 unreason: a reason phrase of odd characters',
      '486 = 2**3 * 5**2 но сто девяносто девять - простое',
      486,
    ],
    ['3.1.1.13 noreason: an empty reason phrase', '486 ', 486],
  ])('%s', async (_name, line, status) => {
    const { engine, port } = subject();
    const raw = await RawSip.open('udp', { host: '127.0.0.1', port });
    count += 1;
    const leg = engine.engine.dial({
      callId: `phrase-${count}`,
      target: { kind: 'sip', uri: `sip:phrase@127.0.0.1:${raw.port}` },
      from: '1',
      ringTimeoutMs: 30_000,
    });
    const ended = new Promise((resolve) => leg.events.once('ended', resolve));
    const { sip } = await raw.messages.first('the INVITE', (message) => message.sip.method === 'INVITE');
    const copied = ['Via', 'Record-Route', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
      headersOf(sip, name).map((value) => `${name}: ${value}${name === 'To' ? ';tag=odd' : ''}`),
    );
    raw.send([`SIP/2.0 ${line}`, ...copied, 'Content-Length: 0', '', ''].join('\r\n'));
    expect(await ended).toMatchObject({ result: 'busy', sip: status });
    raw.close();
  });
}
