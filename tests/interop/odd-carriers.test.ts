import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partyTones } from '../ear/parties.js';
import { headerOf, type SipText } from '../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';
import { EngineOnLoopback, type PutThrough, type Wire } from './engine-on-loopback.js';
import { HandCall } from './hand-call.js';
import { OddMedia } from './odd-media.js';
import { RawSip } from './raw-sip.js';

let engine: EngineOnLoopback;

beforeAll(async () => {
  engine = await EngineOnLoopback.start({ tls: true });
});

afterAll(() => engine.close());

interface Talk {
  readonly call: HandCall;
  readonly ok: SipText;
  readonly through: PutThrough;
  readonly desk: ToneCall;
}

async function carrier(wire: Wire = 'udp', on = engine, host = '127.0.0.1', eventType = 101): Promise<HandCall> {
  const raw = await RawSip.open(wire, { host, port: on.port(wire) });
  return new HandCall(raw, await OddMedia.open('caller', host, eventType));
}

/** Calls with this INVITE and resolves once both sides hear each other. */
async function talk(
  call: HandCall,
  invite: string,
  options: { send?: (text: string) => Promise<void>; ackBody?: string } = {},
  on = engine,
): Promise<Talk> {
  const before = on.putThrough.all.length;
  const calling = call.call(invite, options.ackBody === undefined ? {} : { ackBody: options.ackBody });
  const ok = await calling;
  const through = on.putThrough.all[before]!;
  const desk = on.desk.incoming.all.at(-1)!;
  if (options.ackBody !== undefined) call.listenTo(ok);
  await Promise.all([call.media.hears('callee'), desk.media.hears('caller')]);
  return { call, ok, through, desk };
}

/** Hangs up from the carrier's side and sees the call end on both. */
async function hangUp({ call, through, desk }: Talk): Promise<void> {
  expect((await call.bye()).status).toBe(200);
  await expect(desk.ended).resolves.toEqual({ by: 'them', how: 'BYE' });
  await through.ended;
  call.close();
}

const audio = (call: HandCall, more: readonly string[] = []) =>
  call.sdpOf([`m=audio ${call.media.port} RTP/AVP 0 101`, 'a=rtpmap:101 telephone-event/8000', ...more]);

describe('INVITEs that odd carriers write are answered, with sound both ways', () => {
  const forms: readonly {
    name: string;
    wire?: Wire;
    invite: (call: HandCall) => string;
    facts?: object;
  }[] = [
    {
      name: 'compact names in any case (RFC 3261 7.3.3)',
      invite: (call) => {
        const p = call.parts();
        return [
          'INVITE sip:+14155550100@127.0.0.1 SIP/2.0',
          `v:${p.via}`,
          'max-forwards:70',
          `F: <sip:+14155550199@carrier.example>;tag=${p.tag}`,
          't:<sip:+14155550100@example.com>',
          `I:${p.callId}`,
          'CSEQ:1 INVITE',
          `M:${call.contact}`,
          'k:timer',
          'c:application/SDP;charset=utf-8',
          `L:${p.length}`,
          '',
          p.sdp,
        ].join('\r\n');
      },
    },
    {
      name: 'folded lines (7.3.1)',
      invite: (call) => {
        const p = call.parts();
        return [
          'INVITE sip:+14155550100@127.0.0.1 SIP/2.0',
          `Via: ${p.via.replace(';', '\r\n\t;')}`,
          'Max-Forwards:\r\n 70',
          `From: "A\r\n B"\r\n  <sip:+14155550199@carrier.example>\r\n ;tag=${p.tag}`,
          'To:\r\n <sip:+14155550100@example.com>',
          `Call-ID: ${p.callId}`,
          'CSeq: 1\r\n INVITE',
          `Contact:\r\n\t${call.contact}`,
          'Content-Type:\r\n application/sdp',
          `Content-Length:\r\n ${p.length}`,
          '',
          p.sdp,
        ].join('\r\n');
      },
    },
    {
      name: 'the same over TCP, Content-Length folded too',
      wire: 'tcp',
      invite: (call) =>
        call.usual().replace('Content-Length: ', 'Content-Length:\r\n  ').replace('CSeq: 1 ', 'CSeq: 1\r\n '),
    },
    {
      name: 'several Vias in one line (7.3.1)',
      invite: (call) =>
        call.usual({
          lines: [
            `Via: ${call.parts().via}, SIP/2.0/TCP edge.example.net:5070;branch=z9hG4bKx;received=10.0.0.1,SIP/2.0/UDP [2001:db8::9];branch=z9hG4bKy`,
          ],
        }),
    },
    {
      name: 'no Content-Length over UDP (18.3)',
      invite: (call) => call.usual().replace(/Content-Length: \d+\r\n/, ''),
    },
    {
      name: 'garbage after the body over UDP (18.3)',
      invite: (call) => `${call.usual()}\0\0garbage\r\n\r\n`,
    },
    {
      name: '"Smith, John" as display name (20.10)',
      invite: (call) =>
        call.usual({ lines: [`From: "Smith, John \\"JJ\\"" <sip:+14155550199@carrier.example>;tag=${call.tag}`] }),
      facts: { from: '+14155550199', fromDisplayName: 'Smith, John "JJ"' },
    },
    {
      name: 'a display name in UTF-8 without quotes',
      invite: (call) => call.usual({ lines: [`From: 电话 中心 <sip:+8613800000000@carrier.example>;tag=${call.tag}`] }),
      facts: { from: '+8613800000000', fromDisplayName: '电话 中心' },
    },
    {
      name: 'tel: URIs with visual separators (RFC 3966 3)',
      invite: (call) =>
        call.usual({
          uri: 'tel:+1-(415)-555.0100;phone-context=example.com',
          lines: [`From: <tel:+1-415-555-0199;cpc=ordinary>;tag=${call.tag}`, 'To: <tel:+1-(415)-555.0100>'],
        }),
      facts: { from: '+14155550199', to: '+14155550100' },
    },
    {
      name: 'user=phone and parameters in the user part (RFC 3261 19.1.6)',
      invite: (call) =>
        call.usual({
          uri: 'sip:+1-415-555-0100;npdi;rn=+14155550000@127.0.0.1;user=phone',
          lines: [`From: <sip:+1-415-555-0199;cpc=ordinary@carrier.example;user=phone>;tag=${call.tag}`],
        }),
      facts: { from: '+14155550199', to: '+14155550100' },
    },
    {
      name: 'numbers without a plus',
      invite: (call) => call.usual({ uri: 'sip:14155550100@127.0.0.1' }),
      facts: { to: '14155550100' },
    },
    {
      name: 'Diversion and P-Asserted-Identity (RFC 5806, 3325)',
      invite: (call) =>
        call.usual({
          lines: [
            'P-Asserted-Identity: "Acme, Inc." <sip:+14155550111@carrier.example>, <tel:+14155550111>',
            'Diversion: <sip:+14155550122@carrier.example>;reason=unconditional;counter=1',
          ],
        }),
      facts: {
        from: '+14155550111',
        fromDisplayName: 'Acme, Inc.',
        diversions: [{ user: '+14155550122', reason: 'unconditional', times: 1 }],
      },
    },
    {
      name: 'History-Info over two lines, a tel identity and a name in UTF-8 (RFC 7044, 3325)',
      invite: (call) =>
        call.usual({
          lines: [
            'P-Asserted-Identity: "Jürgen \\"J\\" 李" <sip:juergen@carrier.example>',
            'P-Asserted-Identity: <tel:+1-415-555-0111>',
            'History-Info: <sip:+14155550122@carrier.example>;index=1',
            'History-Info: <sip:+14155550133@carrier.example;cause=486>;index=1.1;mp=1, <sip:+14155550100@127.0.0.1;cause=408>;index=1.1.1;mp=1.1',
          ],
        }),
      facts: {
        from: '+14155550111',
        fromDisplayName: 'Jürgen "J" 李',
        diversions: [
          { user: '+14155550133', reason: 'no-answer', times: 1 },
          { user: '+14155550122', reason: 'user-busy', times: 1 },
        ],
      },
    },
    {
      name: 'an identity that cannot be read, and a Diversion that cannot',
      invite: (call) =>
        call.usual({
          lines: [
            `From: <sip:+14155550199@carrier.example>;tag=${call.tag}`,
            'P-Asserted-Identity: <mailto:a@b>, <<>',
            'Diversion: ;;;, <sip:>',
          ],
        }),
      facts: { from: '+14155550199' },
    },
    {
      name: 'an anonymous caller with an asserted identity (RFC 3323)',
      invite: (call) =>
        call.usual({
          lines: [
            `From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=${call.tag}`,
            'P-Asserted-Identity: <sip:+14155550111@carrier.example>',
            'Privacy: id; header',
          ],
        }),
      facts: { from: 'anonymous', hidden: true, withheld: { user: '+14155550111' } },
    },
    {
      name: 'a From that is anonymous by itself, without Privacy (RFC 3323 4.1.1.3)',
      invite: (call) =>
        call.usual({
          lines: [
            `From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=${call.tag}`,
            'P-Asserted-Identity: "Anna" <sip:+14155550111@carrier.example>',
          ],
        }),
      facts: { from: 'anonymous', hidden: true, withheld: { user: '+14155550111', displayName: 'Anna' } },
    },
    {
      name: 'a caller who wants no privacy, beside words that nobody knows (RFC 3323 4.2)',
      invite: (call) =>
        call.usual({ lines: ['Privacy: none;id', 'P-Asserted-Identity: <sip:+14155550111@carrier.example>'] }),
      facts: { from: '+14155550111' },
    },
    {
      name: 'headers in an odd order, Via last',
      invite: (call) => {
        const [first, ...lines] = call.usual().split('\r\n\r\n')[0]!.split('\r\n');
        return `${[first, ...lines.reverse()].join('\r\n')}\r\n\r\n${call.sdp}`;
      },
    },
    {
      name: 'long headers and many that nobody knows',
      invite: (call) =>
        call.usual({
          lines: [
            `X-Long: ${'l'.repeat(6000)}`,
            ...Array.from({ length: 100 }, (_, n) => `X-Unknown-${n}: ;;,"${n}`),
            `Identity: ${'e'.repeat(1200)};info=<https://cert.example/a>;alg=ES256;ppt=shaken`,
          ],
        }),
    },
    {
      name: 'bare LF line ends',
      invite: (call) => {
        const [head = '', ...body] = call.usual().split('\r\n\r\n');
        return `${head.replaceAll('\r\n', '\n')}\n\n${body.join('\r\n\r\n')}`;
      },
    },
    {
      name: 'SDP with many codecs, unknown media and video',
      invite: (call) =>
        call.usual({
          sdp: call.sdpOf([
            'm=video 5000 RTP/AVP 96 97',
            'a=rtpmap:96 H264/90000',
            `m=audio ${call.media.port} RTP/AVP 116 107 9 18 111 3 8 0 13 100 101`,
            'a=rtpmap:116 AMR-WB/16000/1',
            'a=rtpmap:107 opus/48000/2',
            'a=fmtp:107 useinbandfec=1; stereo=0',
            'a=rtpmap:18 G729/8000',
            'a=fmtp:18 annexb=no',
            'a=rtpmap:111 iLBC/8000',
            'a=rtpmap:100 telephone-event/16000',
            'a=rtpmap:101 telephone-event/8000',
            'a=fmtp:101 0-16',
            'm=application 7000 UDP/BFCP *',
            'm=x-unknown 9 FOO/BAR/BAZ stuff more',
          ]),
        }),
    },
    {
      name: 'c= at media level only, after a useless one at session level',
      invite: (call) =>
        call.usual({
          sdp: call.sdpOf(
            [`m=audio ${call.media.port} RTP/AVP 0`, call.connection, 'b=AS:80'],
            ['c=IN IP4 198.51.100.7', 'b=CT:1000'],
          ),
        }),
    },
    {
      name: 'SDP with bare LF, blank attributes and no rtpmap for static types',
      invite: (call) =>
        call.usual({
          sdp: call
            .sdpOf([`m=audio ${call.media.port} RTP/AVP 0`, 'a=', 'a=silenceSupp:off - - - -'])
            .replaceAll('\r\n', '\n'),
        }),
    },
    {
      name: 'no telephone-event',
      invite: (call) => call.usual({ sdp: call.sdpOf([`m=audio ${call.media.port} RTP/AVP 0`]) }),
    },
    {
      name: 'rtcp-mux and a=rtcp (RFC 5761, 3605)',
      invite: (call) => call.usual({ sdp: audio(call, ['a=rtcp:9 IN IP4 127.0.0.1', 'a=rtcp-mux']) }),
    },
    {
      name: 'a private address in SDP behind NAT: sound goes where theirs comes from',
      invite: (call) =>
        call.usual({ sdp: call.sdpOf([`m=audio ${call.media.port + 1} RTP/AVP 0`], ['c=IN IP4 10.255.255.1']) }),
    },
    {
      name: 'Content-Disposition: session (20.11)',
      invite: (call) => call.usual({ lines: ['Content-Disposition: session;handling=required'] }),
    },
  ];

  it.each(forms)('$name', async ({ wire, invite, facts }) => {
    const call = await carrier(wire);
    const result = await talk(call, invite(call));
    if (facts) expect(result.through.leg.facts).toMatchObject(facts);
    await hangUp(result);
  });

  it.each([20, 30, 40, 60])('ptime %i: takes packets of that length and plays in such (RFC 4566 6)', async (ptime) => {
    const call = await carrier();
    call.media.frameMs = ptime;
    const result = await talk(call, call.usual({ sdp: audio(call, [`a=ptime:${ptime}`]) }));
    const before = call.media.packets.all.length;
    const prompt = { kind: 'tone', frequencies: [partyTones.prompt], levelDbm0: -10, cadenceMs: [600] } as const;
    const [played] = await Promise.all([result.through.leg.play(prompt), call.media.hears('prompt')]);
    expect(played.end).toBe('finished');
    const lengths = call.media.packets.all.slice(before).map(({ bytes }) => bytes / 8);
    expect(lengths.filter((length) => length === ptime).length).toBeGreaterThanOrEqual(600 / ptime - 1);
    await call.media.hears('callee');
    await hangUp(result);
  });

  it('digits under payload type 96 in both directions (RFC 4733, RFC 3264 5.1)', async () => {
    const call = await carrier('udp', engine, '127.0.0.1', 96);
    const sdp = call.sdpOf([`m=audio ${call.media.port} RTP/AVP 0 96`, 'a=rtpmap:96 telephone-event/8000']);
    const result = await talk(call, call.usual({ sdp }));
    call.media.press(96, 7);
    await result.desk.media.hearsDigits('7');
    expect(result.through.digits).toEqual(['7']);
    await result.desk.media.sendDigits('42');
    await call.media.packets.until('digits 42', () => (call.media.ear.digits === '42' ? true : undefined));
    await hangUp(result);
  });
});

describe('odd ways over the wire', () => {
  it('TCP: an INVITE in pieces of seven bytes, and an ACK and a BYE in one write (18.3)', async () => {
    const call = await carrier('tcp');
    const invite = call.usual();
    const send = call.raw.send.bind(call.raw);
    call.raw.send = () => undefined;
    const calling = talk(call, invite);
    call.raw.send = send;
    for (let at = 0; at < invite.length; at += 7) {
      send(invite.slice(at, at + 7));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const result = await calling;
    send(
      '\r\n\r\n' +
        call.within('INFO', {
          cseq: 2,
          lines: ['Content-Type: application/dtmf-relay'],
          body: 'Signal=5\r\nDuration=160\r\n',
        }) +
        '\r\n' +
        call.within('BYE', { cseq: 3 }),
    );
    await call.raw.next('the end', call.callId, (sip) => headerOf(sip, 'CSeq') === '3 BYE' && sip.status === 200);
    expect(result.through.digits).toEqual(['5']);
    await result.through.ended;
    call.close();
  });

  it('TLS with a self-made certificate, both BYE directions', async () => {
    const first = await carrier('tls');
    await hangUp(await talk(first, first.usual()));
    const second = await carrier('tls');
    const result = await talk(second, second.usual());
    const answered = second.theirs('BYE').then((bye) => second.answer(bye, '200 OK'));
    expect((await result.desk.bye()).status).toBe(200);
    await answered;
    await result.through.ended;
    second.close();
  });

  it('IPv6 literals everywhere on ::1 (RFC 5118)', async () => {
    const v6 = await EngineOnLoopback.start({
      host: '::1',
      localAddressTowards: (remote) => (remote.includes(':') ? '::1' : '127.0.0.1'),
    });
    try {
      v6.onIncoming = 'ring';
      const call = await carrier('udp', v6, '::1');
      const answered = call.call(call.usual({ uri: 'sip:+14155550100@[::1]' }));
      const incoming = await v6.incoming.first('the call', () => true);
      expect(incoming.facts.toHost).toBe('::1');
      expect(incoming.facts.remoteAddress).toBe(`[::1]:${call.raw.port}`);
      await expect.poll(() => v6.engine.calls().length).toBe(1);
      const leg = v6.engine.calls()[0]!;
      await leg.answer();
      expect((await answered).body).toContain('c=IN IP6 ::1');
      const prompt = { kind: 'tone', frequencies: [partyTones.prompt], levelDbm0: -10, cadenceMs: [1000] } as const;
      await Promise.all([leg.play(prompt), call.media.hears('prompt')]);
      expect((await leg.mediaStats()).packetsReceived).toBeGreaterThan(10);
      expect((await call.bye()).status).toBe(200);
      call.close();
    } finally {
      await v6.close();
    }
  });
});

describe('odd turns within a call', () => {
  it('re-INVITE without SDP gets an offer, and its answer comes with the ACK (RFC 3261 14.2)', async () => {
    const call = await carrier();
    const result = await talk(call, call.usual());
    call.raw.send(call.within('INVITE', { cseq: 2 }));
    const ok = await call.raw.next(
      'the 200',
      call.callId,
      (sip) => headerOf(sip, 'CSeq') === '2 INVITE' && sip.status === 200,
    );
    expect(ok.body).toContain('m=audio');
    call.ack(2, audio(call).replace('carrier 1 1', 'carrier 1 2'));
    await Promise.all([call.media.hears('callee'), result.desk.media.hears('caller')]);
    // Our own counter stands at 2, which the INVITE had: out of order (12.2.2).
    expect((await call.request('OPTIONS')).status).toBe(500);
    await hangUp(result);
  });

  it('re-INVITE that moves the sound and turns the codecs round (RFC 3264 8)', async () => {
    const call = await carrier();
    const result = await talk(call, call.usual());
    const moved = await OddMedia.open('caller');
    moved.codec = 'PCMA';
    const sdp = call.sdp
      .replace(`${call.media.port} RTP/AVP 0 8`, `${moved.port} RTP/AVP 8 0`)
      .replace('carrier 1 1', 'carrier 1 2');
    const ok = await call.request('INVITE', { body: sdp });
    expect(ok.body).toMatch(/m=audio \d+ RTP\/AVP 8/);
    moved.remote = call.media.remote;
    call.media.remote = undefined;
    await Promise.all([moved.hears('callee'), result.desk.media.hears('caller')]);
    expect(moved.packets.all.at(-1)?.type).toBe(8);
    moved.close();
    await hangUp(result);
  });

  it('hold by sendonly and by c=0.0.0.0, and back (RFC 3264 8.4)', async () => {
    const call = await carrier();
    const result = await talk(call, call.usual());
    const versions = [
      [audio(call, ['a=sendonly']), /a=recvonly/],
      [audio(call), /a=sendrecv/],
      [audio(call).replace('c=IN IP4 127.0.0.1', 'c=IN IP4 0.0.0.0'), /m=audio/],
      [audio(call), /a=sendrecv/],
    ] as const;
    for (const [number, [sdp, expected]] of versions.entries()) {
      const ok = await call.request('INVITE', { body: sdp.replace('carrier 1 1', `carrier 1 ${number + 2}`) });
      expect(ok.status).toBe(200);
      expect(ok.body).toMatch(expected);
    }
    await Promise.all([call.media.hears('callee'), result.desk.media.hears('caller')]);
    await hangUp(result);
  });

  it('a re-INVITE that cannot be met leaves the old session as it was (14.1, 14.2)', async () => {
    const call = await carrier();
    const result = await talk(call, call.usual());
    const refused = await call.request('INVITE', { body: call.sdpOf([`m=audio ${call.media.port} RTP/AVP 18`]) });
    expect(refused.status).toBe(488);
    await Promise.all([call.media.hears('callee'), result.desk.media.hears('caller')]);
    await hangUp(result);
  });

  it('INFO digits, OPTIONS pings within and without the call', async () => {
    const call = await carrier();
    const result = await talk(call, call.usual());
    const info = await call.request('INFO', {
      lines: ['Content-Type: application/dtmf-relay'],
      body: 'Signal= #\r\nDuration= 250\r\n',
    });
    expect(info.status).toBe(200);
    expect(result.through.digits).toEqual(['#']);
    expect((await call.request('OPTIONS')).status).toBe(200);
    await hangUp(result);
  });

  it('a BYE before the ACK ends the call at once (15)', async () => {
    const call = await carrier();
    const before = engine.putThrough.all.length;
    await call.call(call.usual(), { ack: false });
    expect((await call.bye()).status).toBe(200);
    const end = await engine.putThrough.all[before]!.ended;
    expect(end.by).toBe('remote');
    call.close();
  });

  it.each([
    ['uac', 'uac', 'timer'],
    ['uas', 'uas', 'timer'],
  ])('Session-Expires with refresher=%s is kept (RFC 4028 9)', async (asked, kept) => {
    const call = await carrier();
    const result = await talk(
      call,
      call.usual({ lines: ['Supported: timer', `Session-Expires: 1800;refresher=${asked}`, 'Min-SE: 90'] }),
    );
    expect(headerOf(result.ok, 'Session-Expires')).toBe(`1800;refresher=${kept}`);
    await hangUp(result);
  });

  it('a session interval that is too brief gets 422 with Min-SE, and the next one is taken (RFC 4028 9)', async () => {
    const call = await carrier();
    const short = call.usual({ lines: ['Supported: timer', 'Session-Expires: 30'] });
    await expect(call.call(short)).rejects.toThrow('422');
    const refusal = call.raw.messages.all.find(({ sip }) => sip.status === 422)!.sip;
    expect(headerOf(refusal, 'Min-SE')).toBe('90');
    call.close();
    const again = await carrier();
    await hangUp(await talk(again, again.usual({ lines: ['Supported: timer', 'Session-Expires: 90'] })));
  });
});

describe('odd RTP', () => {
  it.each<[string, (media: OddMedia) => void]>([
    ['a jump in sequence numbers', (media) => (media.sequence += 20_000)],
    ['a jump back in sequence numbers', (media) => (media.sequence += 60_000)],
    ['a jump in timestamps', (media) => (media.timestamp += 8_000_000)],
    [
      'a new SSRC with everything new',
      (media) => {
        media.ssrc = 0x0bad_cafe;
        media.sequence = 5;
        media.timestamp = 77;
      },
    ],
    ['sequence numbers that wrap around', (media) => (media.sequence = 65_530)],
    [
      'comfort noise (RFC 3389) and a second of silence suppression',
      (media) => {
        media.sendPacket(13, Uint8Array.of(40));
        media.silent = true;
        setTimeout(() => (media.silent = false), 1000);
      },
    ],
    ['PCMA in place of the PCMU that was agreed first', (media) => (media.codec = 'PCMA')],
    [
      'packets of rubbish among the others',
      (media) => {
        for (let n = 0; n < 50; n += 1) media.sendPacket(n % 128, new Uint8Array(n * 7));
      },
    ],
  ])('%s: the other side hears again', async (_name, odd) => {
    const call = await carrier();
    const result = await talk(call, call.usual());
    odd(call.media);
    await result.desk.media.hears('caller');
    await call.media.hears('callee');
    await hangUp(result);
  });
});

describe('afterwards', () => {
  it('nothing is left of all these calls', async () => {
    await engine.idle();
    expect(engine.engine.calls()).toEqual([]);
  });
});
