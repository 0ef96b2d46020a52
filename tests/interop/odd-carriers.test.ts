import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partyTones } from '../ear/parties.js';
import { headerOf, type SipText } from '../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';
import { EngineOnLoopback, type PutThrough, type Wire } from './engine-on-loopback.js';
import { HandCall } from './hand-call.js';
import { audio, oddInvites } from './odd-invites.js';
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

describe('INVITEs that odd carriers write are answered, with sound both ways', () => {
  it.each(oddInvites)('$name', async ({ wire, invite, facts }) => {
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
