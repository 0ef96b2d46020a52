import { describe, expect, it } from 'vitest';
import { bench, type Parts, text } from '../bench.fixture.js';
import { answerSdp, emptyGauges, offerSdp } from '../two-stations.js';

/** From 192.0.2.9:33000, in the words of RFC 2543: no branch, no From tag, no Contact. */
const old = (parts: Parts = {}) =>
  text({ via: 'Via: SIP/2.0/UDP gw.example.net', ...parts })
    .replace(';tag=far', '')
    .replace(/Contact: .*\r\n/, '');

/** Its call is answered and acknowledged. Gives our tag. */
function answered(at: ReturnType<typeof bench>, parts: Parts = {}): string {
  at.receive(old({ body: offerSdp, ...parts }));
  at.run((now) => at.ua.respond(at.event('invite').requestId, 200, { sdp: answerSdp }, now));
  const toTag = /\r\nTo: .*;tag=(\w+)/.exec(at.sent().at(-1)!)![1]!;
  at.receive(old({ method: 'ACK', toTag, ...parts }));
  return toTag;
}

describe('a caller that goes by RFC 2543 and names no Contact (RFC 4475 3.4.1)', () => {
  it('is answered, and told BYE by its From URI, where our answers go', () => {
    const at = bench();
    answered(at);
    const { sessionId } = at.event('invite');
    at.run((now) => at.ua.hangUp(sessionId, {}, now));
    expect(at.sent().at(-1)).toMatch(/^BYE sip:a@example\.net SIP\/2\.0\r\n/);
    expect(at.sent().at(-1)).toMatch(/\r\nTo: <sip:a@example\.net>\r\n/);
    expect(at.targets().at(-1)).toMatchObject({ address: '192.0.2.9', port: 5060, transport: 'udp' });
  });

  it('ends its call with a BYE of the same kind, and nothing is left', () => {
    const at = bench();
    const toTag = answered(at);
    at.receive(old({ method: 'BYE', cseq: 2, toTag }));
    expect(at.statuses().at(-1)).toBe(200);
    expect(at.event('ended')).toMatchObject({ by: 'remote', why: 'bye' });
    at.advance(100_000);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it('is heard as one call, however often its INVITE comes', () => {
    const at = bench();
    const invite = old({ body: offerSdp });
    at.receive(invite);
    at.receive(invite);
    expect(at.events()).toEqual(['invite']);
    at.receive(old({ method: 'CANCEL' }));
    expect(at.statuses().slice(-2)).toEqual([200, 487]);
    at.receive(old({ method: 'ACK', toTag: /;tag=(\w+)/.exec(at.sent().at(-1)!)![1]! }));
    at.advance(100_000);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it('is still told where our answers go after a request from another port', () => {
    const at = bench();
    const toTag = answered(at);
    at.receive(old({ method: 'INFO', cseq: 2, toTag }));
    at.run((now) => at.ua.hangUp(at.event('invite').sessionId, {}, now));
    expect(at.targets().at(-1)).toMatchObject({ address: '192.0.2.9', port: 5060 });
  });

  it('is told at its Contact once it names one (12.2.2)', () => {
    const at = bench();
    const toTag = answered(at);
    const contact = 'Contact: <sip:a@192.0.2.9:5090>';
    at.receive(old({ cseq: 2, toTag, body: offerSdp }).replace('Call-ID', `${contact}\r\nCall-ID`));
    at.run((now) => at.ua.respond(at.event('reinvite').requestId, 200, { sdp: answerSdp }, now));
    at.receive(old({ method: 'ACK', cseq: 2, toTag }));
    at.run((now) => at.ua.hangUp(at.event('invite').sessionId, {}, now));
    expect(at.sent().at(-1)).toMatch(/^BYE sip:a@192\.0\.2\.9:5090 SIP/);
    expect(at.targets().at(-1)).toMatchObject({ address: '192.0.2.9', port: 5090 });
  });

  it('goes on with the next process, as plain data', () => {
    const at = bench();
    answered(at);
    const snapshot = JSON.parse(JSON.stringify(at.ua.snapshotOf(at.event('invite').sessionId)));
    const next = bench();
    next.run((now) => next.ua.hangUp(next.ua.restore(snapshot, now), {}, now));
    expect(next.sent().at(-1)).toMatch(/^BYE sip:a@example\.net SIP/);
    expect(next.targets().at(-1)).toMatchObject({ address: '192.0.2.9', port: 5060 });
  });

  it('behind a proxy that records its route in the way of then is told through that: its maddr, and the From URI last', () => {
    const at = bench();
    const route = 'Record-Route: <sip:100@example.com;maddr=198.51.100.7>';
    answered(at, { extra: [route] });
    at.run((now) => at.ua.hangUp(at.event('invite').sessionId, {}, now));
    expect(at.sent().at(-1)).toMatch(/^BYE sip:100@example\.com;maddr=198\.51\.100\.7 SIP/);
    expect(at.sent().at(-1)).toContain('\r\nRoute: <sip:a@example.net>\r\n');
    expect(at.targets().at(-1)).toMatchObject({ address: '198.51.100.7', port: 5060 });
  });
});

describe('what needs its Contact all the same', () => {
  it.each([
    [
      'a caller with a branch of RFC 3261 (8.1.1.8)',
      (it: string) => it.replace('gw.example.net', 'gw;branch=z9hG4bK1'),
    ],
    [
      'one of RFC 3261 behind a proxy of RFC 2543: the first Via is the caller’s',
      (it: string) => it.replace('gw.example.net', 'gw.example.net\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1'),
    ],
    ['one of RFC 2543 whose Contact cannot be used', (it: string) => it.replace('Call-ID', 'Contact: *\r\nCall-ID')],
    ['one of RFC 2543 whose From cannot be used', (it: string) => it.replace('sip:a@example.net', 'isbn:2983792873')],
  ])('%s: refused with 400', (_name, changed) => {
    const at = bench();
    at.receive(changed(old({ body: offerSdp })));
    expect(at.statuses()).toEqual([400]);
  });
});
