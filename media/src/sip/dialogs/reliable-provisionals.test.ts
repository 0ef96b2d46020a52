import { describe, expect, it } from 'vitest';
import { bench, type Parts, text } from '../bench.fixture.js';
import type { ResponseOptions } from '../sip-command.js';
import { answerSdp, emptyGauges, offerSdp, sdpOf } from '../two-stations.js';

const supports = ['Supported: timer, 100rel'];
const requires = ['Require: 100rel'];

/** A user agent that was called with these headers; its answers; and the caller's PRACKs. */
function called(extra: readonly string[] = supports, body: string = offerSdp) {
  const at = bench();
  let cseq = 1;
  at.receive(text({ body, extra: [...extra] }));
  const { requestId, sessionId } = at.event('invite');
  const header = (name: string, message = at.sent().at(-1)!) =>
    new RegExp(`\\r\\n${name}: ([^\\r]*)`).exec(message)?.[1];
  const reliable = () => at.sent().filter((message) => header('RSeq', message) !== undefined);
  return {
    ...at,
    requestId,
    sessionId,
    header,
    reliable,
    bodyOf: (message = at.sent().at(-1)!) => message.slice(message.indexOf('\r\n\r\n') + 4),
    respond: (status: number, options: ResponseOptions = {}) => {
      let taken = false;
      at.run((now) => {
        taken = at.ua.respond(requestId, status, options, now);
      });
      return taken;
    },
    hangUp: () => at.run((now) => at.ua.hangUp(sessionId, {}, now)),
    rseq: () => Number(header('RSeq', reliable().at(-1))),
    /** Sends a request within the early dialog. */
    within: (method: string, parts: Parts = {}) => {
      cseq += 1;
      const toTag = at.sent().flatMap((message) => /\r\nTo: .*;tag=(\w+)/.exec(message)?.[1] ?? [])[0]!;
      at.receive(text({ method, toTag, cseq, branch: `z9hG4bK${method}${cseq}`, ...parts }));
    },
  };
}

function pracked(at: ReturnType<typeof called>, rack = `${at.rseq()} 1 INVITE`, parts: Parts = {}) {
  at.within('PRACK', { ...parts, extra: [`RAck: ${rack}`, ...(parts.extra ?? [])] });
}

/** Acknowledges what was answered to the INVITE, hangs up, and lets all timers pass. */
function emptied(at: ReturnType<typeof called>): void {
  at.within('ACK', { cseq: 1 });
  at.receive(text({ method: 'ACK' }));
  at.hangUp();
  at.advance(200_000);
  expect(at.ua.gauges()).toEqual(emptyGauges);
}

describe('reliable provisional answers at the callee (RFC 3262 3)', () => {
  it('carry Require: 100rel and an RSeq below 2^31, and are repeated from T1 on at doubling intervals until the PRACK', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    expect(at.header('Require')).toBe('100rel');
    const rseq = at.rseq();
    expect(rseq).toBeGreaterThan(0);
    expect(rseq).toBeLessThan(2 ** 31);
    at.advance(7_600);
    // 0, 0.5, 1.5, 3.5, 7.5 s
    expect(at.reliable()).toHaveLength(5);
    expect(new Set(at.reliable()).size).toBe(1);
    pracked(at);
    expect(at.statuses().at(-1)).toBe(200);
    expect(at.event('provisional-acknowledged').sdp).toBeUndefined();
    at.advance(60_000);
    expect(at.reliable()).toHaveLength(5);
    at.respond(200, { sdp: answerSdp });
    emptied(at);
  });

  it('are sent only to callers that say they support them', () => {
    const at = called([]);
    at.respond(183, { sdp: answerSdp, reliable: true });
    expect(at.header('RSeq')).toBeUndefined();
    expect(at.bodyOf()).toBe(answerSdp);
  });

  it('are not sent where nobody asks for them', () => {
    const at = called();
    at.respond(180);
    expect(at.header('RSeq')).toBeUndefined();
  });

  it('are all that callers get who require them, 100 left out', () => {
    const at = called(requires);
    at.respond(100);
    expect(at.header('RSeq')).toBeUndefined();
    at.respond(180);
    expect(at.header('RSeq')).toBeDefined();
    at.respond(486);
    emptied(at);
  });

  it('go out one after another, each with the next RSeq', () => {
    const at = called();
    at.respond(180, { reliable: true });
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.respond(182, { reliable: true });
    expect(at.statuses()).toEqual([180]);
    const first = at.rseq();
    pracked(at);
    expect(at.statuses()).toEqual([180, 200, 183]);
    expect(at.rseq()).toBe(first + 1);
    pracked(at);
    expect(at.statuses()).toEqual([180, 200, 183, 200, 182]);
    expect(at.rseq()).toBe(first + 2);
    expect(at.bodyOf(), 'the answer is said once (RFC 6337 3.1.1)').toBe('');
    at.respond(486);
    emptied(at);
  });

  it('let a second one without a description pass by unreliably', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.respond(180);
    expect(at.statuses()).toEqual([183, 180]);
    at.respond(486);
    emptied(at);
  });

  it('that nobody acknowledges end the call with 504 after 64×T1', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.advance(31_999);
    expect(at.statuses()).not.toContain(504);
    at.advance(2);
    expect(at.statuses().at(-1)).toBe(504);
    expect(at.event('ended')).toMatchObject({ by: 'system', why: 'no-prack', status: 504 });
    at.receive(text({ method: 'ACK' }));
    at.advance(100_000);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it.each([
    ['another RSeq', (rseq: number) => `${rseq + 1} 1 INVITE`],
    ['another CSeq', (rseq: number) => `${rseq} 2 INVITE`],
    ['another method', (rseq: number) => `${rseq} 1 UPDATE`],
    ['the method in small letters', (rseq: number) => `${rseq} 1 invite`],
  ])('that a PRACK names with %s are not acknowledged: 481', (_what, rack) => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    pracked(at, rack(at.rseq()));
    expect(at.statuses().at(-1)).toBe(481);
    at.advance(600);
    expect(at.reliable()).toHaveLength(2);
    pracked(at);
    expect(at.statuses().at(-1)).toBe(200);
    at.respond(486);
    emptied(at);
  });

  it.each([
    ['no RAck', []],
    ['a RAck without method', ['RAck: 1 1']],
    ['a RAck that is too large', ['RAck: 4294967296 1 INVITE']],
    ['a RAck of words', ['RAck: one two INVITE']],
  ])('that a PRACK names with %s get it 400', (_what, extra) => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.within('PRACK', { extra });
    expect(at.statuses().at(-1)).toBe(400);
    at.respond(486);
    emptied(at);
  });

  it('answer a PRACK before any of them, and a second PRACK for the same, with 481', () => {
    const at = called();
    at.respond(180);
    pracked(at, '1 1 INVITE');
    expect(at.statuses().at(-1)).toBe(481);
    at.respond(183, { sdp: answerSdp, reliable: true });
    pracked(at);
    pracked(at);
    expect(at.statuses().slice(-2)).toEqual([200, 481]);
    at.respond(486);
    emptied(at);
  });

  it('answer a PRACK outside of any dialog with 481', () => {
    const at = bench();
    at.receive(text({ method: 'PRACK', extra: ['RAck: 1 1 INVITE'] }));
    at.receive(text({ method: 'PRACK', branch: 'z9hG4bKb', toTag: 'none', extra: ['RAck: 1 1 INVITE'] }));
    expect(at.statuses()).toEqual([481, 481]);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it('repeat the 200 to a PRACK that came again', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    const rack = `${at.rseq()} 1 INVITE`;
    pracked(at, rack, { branch: 'z9hG4bKsame', cseq: 2 });
    pracked(at, rack, { branch: 'z9hG4bKsame', cseq: 2 });
    expect(at.statuses().slice(-2)).toEqual([200, 200]);
    at.respond(486);
    emptied(at);
  });
});

describe('the 2xx and reliable provisionals (RFC 3262 3, 5)', () => {
  it('waits for the PRACK where one carried a description, and then carries none', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    expect(at.respond(200, { sdp: answerSdp })).toBe(true);
    expect(at.respond(200, { sdp: answerSdp }), 'once only').toBe(false);
    expect(at.events()).not.toContain('accepted');
    expect(at.statuses()).toEqual([183]);
    pracked(at);
    expect(at.statuses()).toEqual([183, 200, 200]);
    expect(at.header('CSeq')).toBe('1 INVITE');
    expect(at.bodyOf()).toBe('');
    expect(at.events()).toContain('accepted');
    emptied(at);
  });

  it('goes out at once where none did; its PRACK is still known', () => {
    const at = called();
    at.respond(180, { reliable: true });
    at.respond(200, { sdp: answerSdp });
    expect(at.statuses()).toEqual([180, 200]);
    expect(at.bodyOf()).toBe(answerSdp);
    pracked(at);
    expect(at.statuses().at(-1)).toBe(200);
    expect(at.header('CSeq')).toBe('2 PRACK');
    at.advance(5_000);
    expect(at.reliable(), 'not repeated any more').toHaveLength(1);
    emptied(at);
  });

  it('takes the place of provisionals that wait', () => {
    const at = called();
    at.respond(180, { reliable: true });
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.respond(200, { sdp: answerSdp });
    expect(at.statuses()).toEqual([180, 200]);
    expect(at.bodyOf()).toBe(answerSdp);
    pracked(at);
    expect(at.statuses()).toEqual([180, 200, 200]);
    emptied(at);
  });

  it('that waits is dropped when the caller cancels: 487, and the PRACK that crossed is taken', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.respond(200, { sdp: answerSdp });
    at.receive(text({ method: 'CANCEL' }));
    pracked(at);
    expect(at.statuses()).toEqual([183, 200, 487, 200]);
    expect(at.event('ended')).toMatchObject({ by: 'remote', why: 'canceled' });
    at.receive(text({ method: 'ACK' }));
    at.advance(100_000);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it('that waits is dropped when the user hangs up: the failure goes out at once', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.respond(200, { sdp: answerSdp });
    at.hangUp();
    expect(at.statuses()).toEqual([183, 480]);
    expect(at.event('ended')).toMatchObject({ by: 'local', why: 'rejected' });
    pracked(at);
    expect(at.statuses()).toEqual([183, 480, 200]);
    at.receive(text({ method: 'ACK' }));
    at.advance(100_000);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it('that waits is dropped when nobody sends the PRACK', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.respond(200, { sdp: answerSdp });
    at.advance(32_001);
    expect(at.statuses().at(-1)).toBe(504);
    expect(at.event('ended')).toMatchObject({ why: 'no-prack' });
    at.receive(text({ method: 'ACK' }));
    at.advance(100_000);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it('and BYE that crosses the PRACK: 487, and both are answered', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.within('BYE');
    pracked(at);
    expect(at.statuses()).toEqual([183, 200, 487, 200]);
    at.within('UPDATE');
    expect(at.statuses().at(-1), 'nothing else is known of it').toBe(481);
    at.receive(text({ method: 'ACK' }));
    at.advance(100_000);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });
});

describe('offers in reliable provisionals (RFC 3262 5)', () => {
  const ours = answerSdp;

  it('are made where the INVITE had none, and the PRACK answers them', () => {
    const at = called(supports, '');
    expect(at.respond(180, { reliable: true }), 'the first must offer').toBe(false);
    at.respond(183, { sdp: ours, reliable: true });
    expect(at.bodyOf()).toBe(ours);
    pracked(at, undefined, { body: offerSdp });
    expect(at.event('provisional-acknowledged').sdp).toBe(offerSdp);
    at.respond(180, { reliable: true });
    expect(at.bodyOf()).toBe('');
    pracked(at);
    at.respond(200, { sdp: ours });
    expect(at.bodyOf(), 'the offer was answered').toBe('');
    at.within('ACK', { cseq: 1 });
    expect(at.event('acknowledged').sdp).toBeUndefined();
    emptied(at);
  });

  it('that the PRACK leaves without an answer are made again by the 2xx', () => {
    const at = called(supports, '');
    at.respond(183, { sdp: ours, reliable: true });
    pracked(at);
    expect(at.event('provisional-acknowledged').sdp).toBeUndefined();
    at.respond(200, { sdp: ours });
    expect(at.bodyOf()).toBe(ours);
    at.within('ACK', { cseq: 1, body: offerSdp });
    expect(at.event('acknowledged').sdp).toBe(offerSdp);
    emptied(at);
  });

  it('are never made in unreliable ones (RFC 3261 13.2.1)', () => {
    const at = called([], '');
    at.respond(183, { sdp: ours });
    expect(at.bodyOf()).toBe('');
    at.respond(200, { sdp: ours });
    expect(at.bodyOf()).toBe(ours);
  });

  it('of the caller in its PRACK are answered in the 200 to it, and the 2xx waits for that', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    const moved = sdpOf('10.0.0.1', 4100);
    pracked(at, undefined, { body: moved });
    expect(at.statuses()).toEqual([183]);
    const { requestId, sdp } = at.event('offer');
    expect(sdp).toBe(moved);
    at.respond(200, { sdp: answerSdp });
    expect(at.statuses()).toEqual([183]);
    at.run((now) => at.ua.respond(requestId, 200, { sdp: ours }, now));
    expect(at.statuses()).toEqual([183, 200, 200]);
    expect(at.bodyOf(at.sent().at(-2))).toBe(ours);
    expect(at.header('CSeq')).toBe('1 INVITE');
    emptied(at);
  });

  it('of the caller in a PRACK, while its first one has no answer, are passed over', () => {
    const at = called();
    at.respond(180, { reliable: true });
    pracked(at, undefined, { body: sdpOf('10.0.0.1', 4100) });
    expect(at.statuses()).toEqual([180, 200]);
    expect(at.events()).not.toContain('offer');
    at.respond(486);
    emptied(at);
  });
});

describe('UPDATE in the early dialog at the callee (RFC 3311 5.2)', () => {
  const hold = sdpOf('10.0.0.1', 4000, 'sendonly');

  it('is answered by the user once the first offer was answered reliably', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    pracked(at);
    at.within('UPDATE', { body: hold });
    const { requestId, sdp } = at.event('offer');
    expect(sdp).toBe(hold);
    at.run((now) => at.ua.respond(requestId, 200, { sdp: answerSdp }, now));
    expect(at.header('CSeq')).toBe('3 UPDATE');
    expect(at.header('Contact')).toBeDefined();
    expect(at.bodyOf()).toBe(answerSdp);
    at.respond(200, { sdp: answerSdp });
    expect(at.bodyOf()).toBe('');
    emptied(at);
  });

  it('with an offer, while their first one has no answer, is refused with 500 and Retry-After', () => {
    const at = called();
    at.respond(180, { reliable: true });
    pracked(at);
    at.within('UPDATE', { body: hold });
    expect(at.statuses().at(-1)).toBe(500);
    expect(Number(at.header('Retry-After'))).toBeGreaterThanOrEqual(0);
    expect(Number(at.header('Retry-After'))).toBeLessThanOrEqual(10);
    at.respond(486);
    emptied(at);
  });

  it('with an offer, while ours has no answer, is glare: 491', () => {
    const at = called(supports, '');
    at.respond(183, { sdp: answerSdp, reliable: true });
    at.within('UPDATE', { body: hold });
    expect(at.statuses().at(-1)).toBe(491);
    at.respond(486);
    emptied(at);
  });

  it('with an offer, while nobody made the first one, is refused with 491', () => {
    const at = called(supports, '');
    at.respond(180);
    at.within('UPDATE', { body: hold });
    expect(at.statuses().at(-1)).toBe(491);
    at.respond(200, { sdp: answerSdp });
    expect(at.bodyOf()).toBe(answerSdp);
    emptied(at);
  });

  it('while another waits for our user is refused with 500 and Retry-After, offer or not', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    pracked(at);
    at.within('UPDATE', { body: hold });
    at.within('UPDATE');
    expect(at.statuses().at(-1)).toBe(500);
    expect(at.header('Retry-After')).toBeDefined();
    at.respond(486);
    expect(at.statuses().slice(-2), 'what waits ends with the INVITE').toEqual([486, 487]);
    emptied(at);
  });

  it('without an offer only tells a new Contact, at any time', () => {
    const at = called();
    at.respond(180);
    at.within('UPDATE', { extra: ['Contact: <sip:moved@192.0.2.77:5070>'] });
    expect(at.statuses().at(-1)).toBe(200);
    at.respond(200, { sdp: answerSdp });
    at.within('ACK', { cseq: 1 });
    at.hangUp();
    expect(at.sent().at(-1)).toContain('BYE sip:moved@192.0.2.77:5070 SIP/2.0');
    emptied(at);
  });

  it('that is refused leaves the session as it was', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    pracked(at);
    at.within('UPDATE', { body: hold });
    at.run((now) => at.ua.respond(at.event('offer').requestId, 488, {}, now));
    expect(at.statuses().at(-1)).toBe(488);
    at.within('UPDATE', { body: hold });
    at.run((now) => at.ua.respond(at.event('offer').requestId, 200, { sdp: answerSdp }, now));
    expect(at.statuses().at(-1)).toBe(200);
    at.respond(486);
    emptied(at);
  });

  it('of ours goes out once a PRACK came, and the 2xx waits for its answer', () => {
    const at = called();
    const update = () => at.run((now) => void at.ua.update(at.sessionId, hold, now));
    at.respond(183, { sdp: answerSdp, reliable: true });
    update();
    expect(at.sent().filter((message) => message.startsWith('UPDATE'))).toEqual([]);
    pracked(at);
    update();
    const sent = at.sent().at(-1)!;
    expect(sent).toMatch(/^UPDATE sip:a@192\.0\.2\.9:33000 SIP/);
    at.respond(200, { sdp: answerSdp });
    expect(at.statuses().filter((status) => status === 200)).toHaveLength(1);
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${at.header(name, sent)}`);
    at.receive(
      [
        'SIP/2.0 200 OK',
        ...copied,
        'Content-Type: application/sdp',
        `Content-Length: ${offerSdp.length}`,
        '',
        offerSdp,
      ].join('\r\n'),
    );
    expect(at.event('reinvite-answered').sdp).toBe(offerSdp);
    expect(at.header('CSeq'), 'now the 2xx').toBe('1 INVITE');
    expect(at.bodyOf()).toBe('');
    emptied(at);
  });

  it('with a body that is no description is refused with 415', () => {
    const at = called();
    at.respond(183, { sdp: answerSdp, reliable: true });
    pracked(at);
    at.within('UPDATE', { body: '<x/>', extra: ['Content-Type: application/xml'] });
    expect(at.statuses().at(-1)).toBe(415);
    at.respond(486);
    emptied(at);
  });
});
