import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bench, established, flow, type Parts, text } from './bench.fixture.js';
import type { Flow } from './flow.js';
import { answerSdp, emptyGauges, offerSdp } from './two-stations.js';

describe('requests that cannot be taken', () => {
  it.each<[string, Parts, number, string?]>([
    ['an unknown method, with Allow (RFC 3261 8.2.1)', { method: 'PUBLISH' }, 405, 'Allow: INVITE, ACK'],
    [
      'an extension we do not know, with Unsupported (8.2.2.3)',
      { extra: ['Require: precondition, timer, x'] },
      420,
      'Unsupported: precondition, x',
    ],
    ['a body of another type, with Accept (8.2.3)', { extra: ['Content-Type: text/plain'], uri: 'sip:1@h' }, 200],
    [
      'a caller that takes no SDP as an answer, with Accept (8.2.3)',
      { extra: ['Accept: text/plain, application/sdp;q=0'] },
      406,
      'Accept: application/sdp',
    ],
    ['a caller that takes SDP among others', { extra: ['Accept: text/plain, application/*'] }, 200],
    ['a scheme we do not speak (8.2.2.1)', { uri: 'http://example.net' }, 416],
    ['a sips URI', { uri: 'sips:100@10.0.0.2' }, 416],
    ['a broken Request-URI', { uri: 'sip:@@@:x' }, 400],
    ['an INVITE that went through too many hops (16.3)', { extra: ['Max-Forwards: 0'] }, 483],
    ['an INVITE without Contact (8.1.1.8)', { extra: ['Contact: *'] }, 400],
    ['an INVITE with a Contact nobody can use', { extra: ['Contact: <mailto:x@y>'] }, 400],
    ['an INVITE with a broken Record-Route', { extra: ['Record-Route: <sip:p;lr'] }, 400],
    ['a request within a dialog that does not exist (12.2.2)', { method: 'INFO', toTag: 'none' }, 481],
    ['a BYE without a To tag', { method: 'BYE' }, 481],
    ['a CANCEL of nothing (9.2)', { method: 'CANCEL' }, 481],
    [
      'a session interval that is too small (RFC 4028 9)',
      { extra: ['Supported: timer', 'Session-Expires: 60'] },
      422,
      'Min-SE: 90',
    ],
  ])('%s', (_name, parts, status, header) => {
    const at = bench();
    at.receive(text(parts));
    if (status === 200) {
      expect(at.events()).toEqual(['invite']);
      return;
    }
    expect(at.statuses()).toEqual([status]);
    if (header) expect(at.sent()[0]).toContain(header);
    at.advance(100_000);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it('a body of another type is refused with 415 and Accept (8.2.3)', () => {
    const at = bench();
    at.receive(text({ body: 'hello' }).replace('application/sdp', 'text/plain'));
    expect(at.statuses()).toEqual([415]);
    expect(at.sent()[0]).toContain('Accept: application/sdp');
  });

  const inParts = (...parts: string[]) => [...parts.map((part) => `--b\r\n${part}`), '--b--', ''].join('\r\n');
  const sdpPart = (sdp: string) => `Content-Type: application/sdp\r\n\r\n${sdp}`;
  const isup = (disposition: string) => `Content-Type: application/ISUP;version=ansi88\r\n${disposition}\r\n01`;
  const multipart = (body: string) => text({ body }).replace('application/sdp', 'multipart/mixed;boundary=b');

  it('a multipart body with one SDP part is taken (RFC 5621 8.2)', () => {
    const at = bench();
    const offer = offerSdp.replace(/\r\n$/, '');
    at.receive(multipart(inParts(sdpPart(offer), isup('Content-Disposition: signal;handling=optional\r\n'))));
    expect(at.statuses()).toEqual([]);
    expect(at.event('invite').sdp).toBe(offer);
  });

  it.each([
    ['no SDP part', inParts(isup(''))],
    ['two of them', inParts(sdpPart('v=0'), sdpPart('v=0'))],
    [
      'a part besides that must be understood',
      inParts(sdpPart('v=0'), isup('Content-Disposition: signal;handling=required\r\n')),
    ],
    ['no part at all', 'nothing'],
  ])('a multipart body with %s is refused with 415 (RFC 5621 8.2)', (_what, body) => {
    const at = bench();
    at.receive(multipart(body));
    expect(at.statuses()).toEqual([415]);
  });

  it('another SIP version is refused with 505 (21.5.6)', () => {
    const at = bench();
    at.receive(text({}).replace('SIP/2.0\r\n', 'SIP/7.0\r\n'));
    expect(at.statuses()).toEqual([505]);
  });

  it('a message with a fault is answered 400 and kept nowhere', () => {
    const at = bench();
    at.receive(text({}).replace('Call-ID: call1\r\n', ''));
    expect(at.statuses()).toEqual([400]);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it.each([
    ['a To whose quote is not closed', /^To: .*$/m, 'To: "b <sip:b@example.com>'],
    ['no To', /^To: .*\r\n/m, ''],
    ['no From and no Call-ID', /^(?:From|Call-ID): .*\r\n/gm, ''],
    ['a broken Via below a good one', /^Call-ID/m, 'Via: rubbish\r\nCall-ID'],
    ['a blank in the Request-URI', /^INVITE (\S+)/, 'INVITE $1; lr'],
  ])('a request with %s is answered 400 all the same', (_name, pattern, replacement) => {
    const at = bench();
    at.receive(text({}).replace(pattern, replacement));
    expect(at.statuses()).toEqual([400]);
    expect(at.sent()[0]).toMatch(/^Via: SIP\/2\.0\/UDP 192\.0\.2\.9:33000/m);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });

  it('an ACK that belongs to nothing is never answered', () => {
    const at = bench();
    at.receive(text({ method: 'ACK', toTag: 'x' }));
    at.receive(text({ method: 'ACK' }).replace('Call-ID: call1\r\n', ''));
    expect(at.outputs).toEqual([]);
  });

  it('the same request by another way is refused with 482 (8.2.2.2)', () => {
    const at = bench();
    at.receive(text({ branch: 'z9hG4bKa' }));
    at.receive(text({ branch: 'z9hG4bKb' }));
    expect(at.statuses()).toEqual([482]);
    expect(at.events()).toEqual(['invite']);
  });

  it('but a challenged call that comes again with the same CSeq is taken', () => {
    const at = bench();
    at.receive(text({ branch: 'z9hG4bKa' }));
    const { requestId } = at.event('invite');
    at.run((now) => at.ua.respond(requestId, 401, {}, now));
    at.receive(text({ branch: 'z9hG4bKb' }));
    expect(at.events()).toEqual(['invite', 'ended', 'invite']);
  });

  it('a CSeq that is lower than the last is refused with 500 (12.2.2)', () => {
    const at = bench();
    const toTag = established(at, { cseq: 5 }).toString();
    at.receive(text({ method: 'INFO', toTag, cseq: 4, branch: 'z9hG4bKi' }));
    expect(at.statuses().at(-1)).toBe(500);
  });
});

describe('where answers go (RFC 3261 18.2.2, RFC 3581 4)', () => {
  it('to the source port where rport asks for it, with received and rport filled in', () => {
    const at = bench();
    at.receive(text({ method: 'OPTIONS', via: 'Via: SIP/2.0/UDP 10.9.9.9:5060;rport;branch=z9hG4bKa' }));
    at.run((now) => at.ua.respond(at.event('request').requestId, 200, {}, now));
    expect(at.sent()[0]).toContain('Via: SIP/2.0/UDP 10.9.9.9:5060;rport=33000;branch=z9hG4bKa;received=192.0.2.9\r\n');
    expect(at.targets()[0]).toMatchObject({ address: '192.0.2.9', port: 33_000, localPort: 5060 });
  });

  it('else to the port in the Via at the source address; further Vias stay as they are', () => {
    const at = bench();
    at.receive(
      text({
        method: 'OPTIONS',
        via: 'Via: SIP/2.0/UDP proxy.example:5088;branch=z9hG4bKa;received=1.1.1.1\r\nv: SIP/2.0/UDP b;branch=z9hG4bKb, SIP/2.0/UDP c',
      }),
    );
    at.run((now) => at.ua.respond(at.event('request').requestId, 200, {}, now));
    const vias = [...at.sent()[0]!.matchAll(/^Via: (.*)\r$/gm)].map((match) => match[1]);
    expect(vias).toEqual([
      'SIP/2.0/UDP proxy.example:5088;branch=z9hG4bKa;received=192.0.2.9',
      'SIP/2.0/UDP b;branch=z9hG4bKb',
      'SIP/2.0/UDP c',
    ]);
    expect(at.targets()[0]).toMatchObject({ address: '192.0.2.9', port: 5088 });
  });
});

describe('dialogs as a callee (RFC 3261 12)', () => {
  const recordRoutes = ['Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>', 'Record-Route: <sip:p0.example;lr>'];
  const hangUp = (at: ReturnType<typeof bench>) => at.run((now) => at.ua.hangUp(at.event('invite').sessionId, {}, now));

  it('copy Record-Route into the answer as it stands and send requests through it, in its order (12.1.1)', () => {
    const at = bench();
    established(at, { extra: recordRoutes });
    const lines = [...at.sent()[0]!.matchAll(/^Record-Route: (.*)\r$/gm)].map((match) => match[1]);
    expect(lines).toEqual(['<sip:p2.example;lr>, <sip:p1.example;lr>', '<sip:p0.example;lr>']);
    hangUp(at);
    const bye = at.sent().at(-1)!;
    expect(bye).toMatch(/^BYE sip:a@192.0.2.9:33000 SIP/);
    expect([...bye.matchAll(/^Route: (.*)\r$/gm)].map((match) => match[1])).toEqual([
      '<sip:p2.example;lr>',
      '<sip:p1.example;lr>',
      '<sip:p0.example;lr>',
    ]);
    expect(at.targets().at(-1)).toMatchObject({ address: 'p2.example', port: 5060 });
  });

  it('put the URI of a strict router into the request line and the target last (12.2.1.1)', () => {
    const at = bench();
    established(at, { extra: ['Record-Route: <sip:strict.example:5070>, <sip:p1.example;lr>'] });
    hangUp(at);
    const bye = at.sent().at(-1)!;
    expect(bye).toMatch(/^BYE sip:strict.example:5070 SIP/);
    expect([...bye.matchAll(/^Route: (.*)\r$/gm)].map((match) => match[1])).toEqual([
      '<sip:p1.example;lr>',
      '<sip:a@192.0.2.9:33000>',
    ]);
    expect(at.targets().at(-1)).toMatchObject({ address: 'strict.example', port: 5070 });
  });

  it.each<[string, string, Flow, object]>([
    ['the Contact', '<sip:a@198.51.100.7:5099>', flow, { transport: 'udp', address: '198.51.100.7', port: 5099 }],
    [
      'the source, for a private Contact behind NAT',
      '<sip:a@192.168.1.5:5060>',
      flow,
      { address: '192.0.2.9', port: 33_000 },
    ],
    ['the source, for an .invalid Contact', '<sip:a@x.invalid>', flow, { address: '192.0.2.9', port: 33_000 }],
    ['TCP where the Contact says so', '<sip:a@198.51.100.7;transport=tcp>', flow, { transport: 'tcp', port: 5060 }],
    ['an IPv6 Contact', '<sip:a@[2001:db8::5]:5080>', flow, { address: '2001:db8::5', port: 5080 }],
    [
      'the connection the call came on',
      '<sip:a@192.0.2.9:5060>',
      { ...flow, transport: 'tcp', connectionId: 'c1' },
      { transport: 'tcp', connectionId: 'c1' },
    ],
  ])('send requests to %s', (_name, contact, over, target) => {
    const at = bench();
    established(at, { extra: [`Contact: ${contact}`] }, over);
    hangUp(at);
    expect(at.targets().at(-1)).toMatchObject(target);
  });

  it('take a new Contact from a re-INVITE (12.2.2)', () => {
    const at = bench();
    const toTag = established(at);
    at.receive(
      text({ toTag, cseq: 2, branch: 'z9hG4bKr', body: offerSdp, extra: ['Contact: <sip:moved@198.51.100.8>'] }),
    );
    at.run((now) => at.ua.respond(at.event('reinvite').requestId, 200, { sdp: answerSdp }, now));
    at.receive(text({ method: 'ACK', toTag, cseq: 2, branch: 'z9hG4bKrack' }));
    hangUp(at);
    expect(at.sent().at(-1)).toMatch(/^BYE sip:moved@198.51.100.8 SIP/);
  });

  it('refuse a second INVITE before the first is answered with 500 and Retry-After (14.2)', () => {
    const at = bench();
    at.receive(text({ body: offerSdp }));
    at.run((now) => at.ua.respond(at.event('invite').requestId, 180, {}, now));
    const toTag = /\r\nTo: .*;tag=(\w+)/.exec(at.sent()[0]!)![1]!;
    at.receive(text({ toTag, cseq: 2, branch: 'z9hG4bKr' }));
    expect(at.statuses()).toEqual([180, 500]);
    expect(at.sent()[1]).toContain('Retry-After');
  });

  it('end an early dialog by BYE with 200 and 487 (15.1.2)', () => {
    const at = bench();
    at.receive(text({ body: offerSdp }));
    at.run((now) => at.ua.respond(at.event('invite').requestId, 180, {}, now));
    const toTag = /\r\nTo: .*;tag=(\w+)/.exec(at.sent()[0]!)![1]!;
    at.receive(text({ method: 'BYE', toTag, cseq: 2, branch: 'z9hG4bKr' }));
    expect(at.statuses()).toEqual([180, 200, 487]);
    expect(at.event('ended')).toMatchObject({ by: 'remote', why: 'canceled' });
  });

  it('answer a retransmitted INVITE with the last provisional, and absorb it once answered (RFC 6026)', () => {
    const at = bench();
    at.receive(text({ body: offerSdp }));
    const { requestId } = at.event('invite');
    at.run((now) => at.ua.respond(requestId, 180, {}, now));
    at.receive(text({ body: offerSdp }));
    expect(at.statuses()).toEqual([180, 180]);
    at.run((now) => at.ua.respond(requestId, 200, { sdp: answerSdp }, now));
    at.receive(text({ body: offerSdp }));
    expect(at.statuses()).toEqual([180, 180, 200]);
    expect(at.events()).toEqual(['invite', 'accepted']);
  });

  it('repeat a failure until its ACK, at T1 doubling to T2 (timers G, H; 17.2.1)', () => {
    const at = bench();
    at.receive(text({ body: offerSdp }));
    at.run((now) => at.ua.respond(at.event('invite').requestId, 486, {}, now));
    at.advance(4_000);
    expect(at.statuses()).toEqual([486, 486, 486, 486]);
    at.receive(text({ method: 'ACK', toTag: 'any' }));
    at.advance(60_000);
    expect(at.statuses()).toHaveLength(4);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });
});

describe('streams', () => {
  const tcp: Flow = { ...flow, transport: 'tcp', connectionId: 'c1' };

  it('hold several messages, part messages and pings, and answer on the connection', () => {
    const at = bench();
    const one = text({ method: 'OPTIONS', branch: 'z9hG4bK1' });
    const two = text({ method: 'OPTIONS', branch: 'z9hG4bK2', callId: 'call2' });
    at.receive(`\r\n\r\n${one}${two.slice(0, 50)}`, tcp);
    expect(at.events()).toEqual(['request']);
    expect(at.sent()).toEqual(['\r\n']);
    at.receive(two.slice(50), tcp);
    expect(at.events()).toEqual(['request', 'request']);
    at.run((now) => at.ua.respond(at.event('request').requestId, 200, {}, now));
    expect(at.targets().at(-1)).toMatchObject({ transport: 'tcp', connectionId: 'c1' });
  });

  it('that cannot be framed are closed', () => {
    const at = bench();
    at.receive('OPTIONS sip:a SIP/2.0\r\nX: no length\r\n\r\n', tcp);
    expect(at.outputs).toMatchObject([{ kind: 'close', connectionId: 'c1' }]);
  });

  it('that close fail the calls that wait on them', () => {
    const at = bench();
    at.run((now) =>
      at.ua.invite(
        {
          target: { transport: 'tcp', address: '192.0.2.9', port: 5060, connectionId: 'c1' },
          uri: 'sip:a@h',
          from: 'sip:b@h',
        },
        now,
      ),
    );
    at.run((now) => at.ua.connectionClosed('c1', now));
    expect(at.event('ended')).toMatchObject({ why: 'unreachable', status: 503 });
  });
});

describe('commands', () => {
  it('that would break a message throw and leave nothing behind', () => {
    const at = bench();
    const target = { transport: 'udp', address: '192.0.2.9', port: 5060 } as const;
    expect(() => at.ua.invite({ target, uri: 'sip:a@h', from: 'sip:b@h', headers: [['X', 'a\r\nY: b']] }, 0)).toThrow(
      'line break',
    );
    expect(() => at.ua.invite({ target, uri: 'nonsense', from: 'sip:b@h' }, 0)).toThrow('sip:');
    expect(at.ua.gauges()).toEqual(emptyGauges);
    at.receive(text({ body: offerSdp }));
    const { requestId, sessionId } = at.event('invite');
    expect(() => at.ua.respond(requestId, 200, { headers: [['X', 'a\nb']] }, 0)).toThrow('line break');
    expect(() => at.ua.hangUp(sessionId, { reason: { protocol: 'SIP', text: 'a\r\nb' } }, 0)).toThrow('line break');
    at.run((now) => at.ua.respond(requestId, 486, {}, now));
    expect(at.statuses()).toEqual([486]);
  });

  it('about what is over do nothing', () => {
    const at = bench();
    expect(at.ua.respond('r9', 200, {}, 0)).toBe(false);
    expect(at.ua.hangUp('s9', {}, 0)).toBe(false);
    expect(at.ua.reinvite('s9', offerSdp, 0)).toBe(false);
    expect(at.ua.requestWithin('s9', 'INFO', {}, 0)).toBeUndefined();
    expect(at.ua.unregister('g9', 0)).toBe(false);
  });
});

describe('registrations of ours (RFC 3261 10.2)', () => {
  const options = {
    target: { transport: 'udp', address: '192.0.2.9', port: 5060 },
    registrar: 'sip:carrier.example',
    addressOfRecord: 'sip:4401@carrier.example',
    contactUser: '4401',
    expiresSeconds: 600,
  } as const;
  const answer = (at: ReturnType<typeof bench>, status: number, ...extra: string[]) => {
    const request = at.sent().at(-1)!;
    const echoed = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) =>
      new RegExp(`^${name}: .*`, 'm').exec(request)![0].trim(),
    );
    at.receive([`SIP/2.0 ${status} X`, ...echoed, ...extra, '', ''].join('\r\n'));
  };

  it('are refreshed before they lapse, by the time the registrar gave our contact', () => {
    const at = bench();
    at.run((now) => at.ua.register(options, now));
    answer(at, 200, 'Contact: <sip:other@h>;expires=5, <sip:4401@10.0.0.2:5060>;expires=120', 'Expires: 3600');
    expect(at.event('registration')).toMatchObject({ state: 'registered', expiresSeconds: 120 });
    at.advance(89_000);
    expect(at.sent()).toHaveLength(1);
    at.advance(2_000);
    expect(at.sent().at(-1)).toContain('CSeq: 2 REGISTER');
  });

  it('ask for longer where the registrar finds the time too brief (423)', () => {
    const at = bench();
    at.run((now) => at.ua.register(options, now));
    answer(at, 423, 'Min-Expires: 1800');
    expect(at.sent().at(-1)).toContain('Expires: 1800');
  });

  it('are tried again after failures, more and more slowly', () => {
    const at = bench();
    at.run((now) => at.ua.register(options, now));
    answer(at, 403);
    expect(at.event('registration')).toMatchObject({ state: 'failed', status: 403 });
    at.advance(30_000);
    answer(at, 403);
    at.advance(59_000);
    expect(at.sent().at(-1)).toContain('CSeq: 2 REGISTER');
    at.advance(2_000);
    expect(at.sent().at(-1)).toContain('CSeq: 3 REGISTER');
  });

  it('are taken back with Expires 0 and leave nothing', () => {
    const at = bench();
    let id = '';
    at.run((now) => {
      id = at.ua.register(options, now);
    });
    answer(at, 200);
    at.run((now) => at.ua.unregister(id, now));
    expect(at.sent().at(-1)).toContain('Expires: 0');
    answer(at, 200);
    expect(at.event('registration')).toMatchObject({ state: 'unregistered' });
    at.advance(100_000);
    expect(at.ua.gauges()).toEqual(emptyGauges);
  });
});

describe('hostile packets', () => {
  it('changed at random never throw and leave no dialog behind', () => {
    const packets = [
      text({ body: offerSdp }),
      text({ method: 'ACK', toTag: 't' }),
      text({ method: 'BYE', toTag: 't', cseq: 2 }),
      text({ method: 'CANCEL' }),
      text({ method: 'REGISTER', extra: ['Expires: 60'] }),
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKx\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n',
    ];
    const edit = fc.record({
      at: fc.nat(600),
      cut: fc.nat(6),
      put: fc.constantFrom('', '"', '<', '>', ';', ',', '\r\n', ':', '@', '\\', ' ', '=', 'é', '0'),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(packets.length - 1), fc.array(edit, { maxLength: 3 })), { maxLength: 6 }),
        (steps) => {
          const at = bench();
          for (const [which, edits] of steps) {
            let packet = packets[which]!;
            for (const { at: place, cut, put } of edits)
              packet = packet.slice(0, place) + put + packet.slice(place + cut);
            at.receive(packet);
          }
          for (const output of [...at.outputs]) {
            if (output.kind !== 'event') continue;
            if (
              output.event.type === 'invite' ||
              output.event.type === 'request' ||
              output.event.type === 'in-dialog'
            ) {
              const { requestId } = output.event;
              at.run((now) => at.ua.respond(requestId, 480, {}, now));
            }
          }
          at.advance(200_000);
          expect(at.ua.gauges()).toEqual(emptyGauges);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
