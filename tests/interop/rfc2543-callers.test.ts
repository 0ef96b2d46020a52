import type { LiveCall } from '@hookswitch/media/port/live-call';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { headerOf, headersOf, type SipText, uriIn } from '../peers/tone-phone/sip-text.js';
import { EngineOnLoopback } from './engine-on-loopback.js';
import { RawSip } from './raw-sip.js';

const sdp = [
  'v=0',
  'o=old 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 49217 RTP/AVP 0',
  '',
].join('\r\n');

let edge: KamailioEdge;
let engine: EngineOnLoopback;
const legs: LiveCall[] = [];

beforeAll(async () => {
  edge = await KamailioEdge.start();
  engine = await EngineOnLoopback.start({ edges: [{ transport: 'udp', address: '127.0.0.1', port: edge.innerPort }] });
  engine.onIncoming = (call) => {
    const leg = call.accept(`CA${legs.length}`);
    legs.push(leg);
    void leg.answer();
  };
  await edge.configure([`sip:127.0.0.1:${engine.port('udp')};transport=udp`], ['127.0.0.1']);
});

afterAll(async () => {
  await engine.close();
  await edge.stop();
});

describe('a gateway that goes by RFC 2543: no branch, no From tag, no Contact (RFC 4475 3.4.1)', () => {
  it.each([
    ['straight', 'udp'],
    ['straight', 'tcp'],
    ['through Kamailio', 'udp'],
    ['through Kamailio', 'tcp'],
  ] as const)('%s over %s: calls, is answered, and hears that we hang up', async (way, wire) => {
    const raw = await RawSip.open(wire, {
      host: '127.0.0.1',
      port: way === 'straight' ? engine.port(wire) : edge.port,
    });
    const callId = `old-${way.length}-${wire}`;
    const message = (line: string, to: string, cseq: string, more: readonly string[] = [], body = '') =>
      [
        `${line} SIP/2.0`,
        `Via: SIP/2.0/${wire.toUpperCase()} 127.0.0.1:${raw.port}`,
        'From: <sip:old@gateway.example.net>',
        `To: ${to}`,
        `Call-ID: ${callId}`,
        `CSeq: ${cseq}`,
        ...more,
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n');
    raw.send(
      message(
        'INVITE sip:100@example.com',
        '<sip:100@example.com>',
        '1 INVITE',
        ['Content-Type: application/sdp'],
        sdp,
      ),
    );
    const ok = await raw.next('the answer', callId, ({ status }) => status === 200);
    const routes = headersOf(ok, 'Record-Route').map((route) => `Route: ${route}`);
    raw.send(message(`ACK ${uriIn(headerOf(ok, 'Contact'))}`, headerOf(ok, 'To'), '1 ACK', routes));
    const leg = legs.at(-1)!;
    await expect.poll(() => leg.status).toBe('answered');
    leg.hangUp();
    const bye = await raw.next('the BYE', callId, ({ method }) => method === 'BYE');
    expect(headerOf(bye, 'To')).toBe('<sip:old@gateway.example.net>');
    raw.send(answer(bye));
    await expect.poll(() => engine.engine.gauges()).toMatchObject({ calls: 0, dialogs: 0 });
    raw.close();
  });
});

function answer(request: SipText): string {
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) =>
    headersOf(request, name).map((value) => `${name}: ${value}`),
  );
  return ['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n');
}
