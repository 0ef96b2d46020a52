import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoCommonFormatError, SipSyntaxError } from '../sip-errors.js';
import type { AudioAbilities, AudioCodec } from './audio-negotiation.js';
import { SdpNegotiator } from './offer-answer.js';
import { parseSdp } from './parse-sdp.js';

const abilities: AudioAbilities = { codecs: ['PCMU', 'PCMA'], ptimeMs: 20 };

function negotiator(address = '192.0.2.1'): SdpNegotiator {
  return new SdpNegotiator({ address, port: 4000, abilities, sessionId: 77 });
}

function sdp(...lines: string[]): string {
  return `${['v=0', 'o=u 1 1 IN IP4 198.51.100.1', 's=-', ...lines].join('\r\n')}\r\n`;
}

const audio = ['c=IN IP4 198.51.100.1', 't=0 0', 'm=audio 6000 RTP/AVP 8 0 96', 'a=rtpmap:96 telephone-event/8000'];

describe('an offer with ICE (RFC 8839)', () => {
  it('is answered without: nothing in it names a candidate, and what we send goes where its m= and c= lines say', () => {
    const ice = ['a=ice-ufrag:8hhY', 'a=ice-pwd:asd88fgpdd777uzjYhagZg', 'a=ice-options:ice2,trickle', 'a=rtcp:6003'];
    const candidates = [
      'a=candidate:1 1 UDP 2130706431 10.0.1.1 8998 typ host',
      'a=candidate:2 1 UDP 1694498815 198.51.100.1 6000 typ srflx raddr 10.0.1.1 rport 8998',
      'a=candidate:2 2 UDP 1694498814 198.51.100.1 6003 typ srflx raddr 10.0.1.1 rport 8999',
      'a=end-of-candidates',
    ];
    const { audio: agreed, sdp: text } = negotiator().answer(sdp(...audio, ...ice, ...candidates));
    expect(agreed).toMatchObject({ remoteAddress: '198.51.100.1', remotePort: 6000, remoteRtcpPort: 6003 });
    expect(text).not.toMatch(/candidate|ice-/i);
    expect(text).toContain('c=IN IP4 192.0.2.1\r\n');
    expect(text).toContain('m=audio 4000 RTP/AVP');
  });
});

describe('G.722 in an offer (RFC 3551 4.5.2: its clock is 8000)', () => {
  const withCodecs = (...codecs: AudioCodec[]) =>
    new SdpNegotiator({ address: '192.0.2.1', port: 4000, abilities: { codecs, ptimeMs: 20 }, sessionId: 1 });
  const offered = (formats: string) => sdp('c=IN IP4 198.51.100.1', `m=audio 6000 RTP/AVP ${formats} 101`, event);
  const event = 'a=rtpmap:101 telephone-event/8000';

  it.each<[string, AudioCodec[], string, AudioCodec]>([
    ['is left aside for G.711 by default', ['PCMU', 'PCMA', 'G722'], '9 8 0', 'PCMA'],
    ['is taken where it is alone', ['PCMU', 'PCMA', 'G722'], '9', 'G722'],
    ['is taken, wherever it stands, where it is first with us', ['G722', 'PCMU', 'PCMA'], '0 8 9', 'G722'],
    ['leaves the order of the others to the offer', ['G722', 'PCMU', 'PCMA'], '8 0', 'PCMA'],
    ['is not taken where we do not have it', ['PCMU', 'PCMA'], '9 0', 'PCMU'],
  ])('%s', (_what, ours, formats, codec) => {
    const { audio: agreed, sdp: text } = withCodecs(...ours).answer(offered(formats));
    expect(agreed).toMatchObject({ codec, receiveEventPayloadType: 101 });
    if (codec === 'G722') expect(text).toContain('m=audio 4000 RTP/AVP 9 101\r\na=rtpmap:9 G722/8000\r\n');
  });

  it('is refused where it is alone and we do not have it, and under a clock that it has not', () => {
    expect(() => withCodecs('PCMU').answer(offered('9'))).toThrow(NoCommonFormatError);
    const wrong = sdp('c=IN IP4 198.51.100.1', 'm=audio 6000 RTP/AVP 96', 'a=rtpmap:96 G722/16000');
    expect(() => withCodecs('G722').answer(wrong)).toThrow(NoCommonFormatError);
  });

  it('stands in our own offers where we put it', () => {
    expect(withCodecs('G722', 'PCMU').offer()).toContain('m=audio 4000 RTP/AVP 9 0 101\r\na=rtpmap:9 G722/8000\r\n');
  });
});

describe('answering an offer (RFC 3264 6)', () => {
  it('takes the first codec of the offer that we speak, and its payload types', () => {
    const { sdp: text, audio: agreed, held } = negotiator().answer(sdp(...audio));
    expect(agreed).toEqual({
      codec: 'PCMA',
      sendPayloadType: 8,
      receivePayloadType: 8,
      sendEventPayloadType: 96,
      receiveEventPayloadType: 96,
      ptimeMs: 20,
      remoteAddress: '198.51.100.1',
      remotePort: 6000,
      remoteRtcpPort: 6001,
      direction: 'sendrecv',
      mediaIndex: 0,
    });
    expect(held).toBe(false);
    expect(text).toBe(
      [
        'v=0',
        'o=- 77 1 IN IP4 192.0.2.1',
        's=-',
        'c=IN IP4 192.0.2.1',
        't=0 0',
        'm=audio 4000 RTP/AVP 8 96',
        'a=rtpmap:8 PCMA/8000',
        'a=rtpmap:96 telephone-event/8000',
        'a=fmtp:96 0-15',
        'a=ptime:20',
        'a=sendrecv',
        '',
      ].join('\r\n'),
    );
  });

  it('keeps the number and order of media lines, rejecting with port 0 those we do not take', () => {
    const { sdp: text, audio: agreed } = negotiator().answer(
      sdp('c=IN IP4 198.51.100.1', 'm=video 7000 RTP/AVP 99', 'm=audio 6000 RTP/AVP 0', 'm=image 0 udptl t38'),
    );
    const answer = parseSdp(text);
    expect(answer.media.map((line) => [line.kind, line.port, line.protocol, line.formats.join()])).toEqual([
      ['video', 0, 'RTP/AVP', '99'],
      ['audio', 4000, 'RTP/AVP', '0'],
      ['image', 0, 'udptl', 't38'],
    ]);
    expect(agreed.mediaIndex).toBe(1);
  });

  it.each([
    ['only codecs we do not speak', ['c=IN IP4 198.51.100.1', 'm=audio 6000 RTP/AVP 9 18']],
    ['a disabled audio line', ['c=IN IP4 198.51.100.1', 'm=audio 0 RTP/AVP 0']],
    ['encrypted media only', ['c=IN IP4 198.51.100.1', 'm=audio 6000 RTP/SAVP 0']],
    ['no media at all', []],
    ['PCMU at another clock rate', ['c=IN IP4 198.51.100.1', 'm=audio 6000 RTP/AVP 97', 'a=rtpmap:97 PCMU/16000']],
  ])('refuses %s (488)', (_name, lines) => {
    expect(() => negotiator().answer(sdp(...lines))).toThrow(NoCommonFormatError);
  });

  it.each([
    ['sendonly', 'recvonly', true],
    ['inactive', 'inactive', true],
    ['recvonly', 'sendonly', false],
    ['sendrecv', 'sendrecv', false],
  ] as const)('mirrors %s as %s (6.1)', (offered, answered, held) => {
    const result = negotiator().answer(sdp(...audio, `a=${offered}`));
    expect(result.audio.direction).toBe(answered);
    expect(result.held).toBe(held);
    expect(parseSdp(result.sdp).media[0]?.direction).toBe(answered);
  });

  it('reads a direction at session level, and c=0.0.0.0 as the old hold (8.4)', () => {
    expect(negotiator().answer(sdp('a=sendonly', ...audio)).audio.direction).toBe('recvonly');
    const old = negotiator().answer(sdp('c=IN IP4 0.0.0.0', 'm=audio 6000 RTP/AVP 0'));
    expect(old).toMatchObject({ held: true, audio: { direction: 'recvonly' } });
  });

  it('prefers c= of the media line to that of the session, and reads IPv6', () => {
    const result = negotiator('2001:db8::1').answer(
      sdp('c=IN IP4 198.51.100.1', 'm=audio 6000 RTP/AVP 0', 'c=IN IP6 2001:db8::2'),
    );
    expect(result.audio.remoteAddress).toBe('2001:db8::2');
    expect(result.sdp).toContain('c=IN IP6 2001:db8::1');
  });

  it.each([
    ['a=ptime:30', 30],
    ['a=ptime:5', 10],
    ['a=ptime:200', 60],
    ['a=ptime:25', 20],
    ['a=maxptime:10', 10],
    ['a=ptime:0', 10],
  ])('takes %s as packets of %i ms', (line, ms) => {
    expect(negotiator().answer(sdp(...audio, line)).audio.ptimeMs).toBe(ms);
  });

  it('reads the RTCP port (RFC 3605)', () => {
    expect(negotiator().answer(sdp(...audio, 'a=rtcp:7777')).audio.remoteRtcpPort).toBe(7777);
  });

  it('takes no line whose sound may not be sent where it wants it, in offers and answers; another one it does', () => {
    const isForbidden = (address: string, port: number) => address === '198.51.100.1' && port === 6000;
    const careful = () =>
      new SdpNegotiator({ address: '192.0.2.1', port: 4000, abilities: { ...abilities, isForbidden }, sessionId: 7 });
    expect(() => careful().answer(sdp(...audio))).toThrow(NoCommonFormatError);
    expect(careful().answer(sdp(...audio, 'm=audio 7000 RTP/AVP 0')).audio.remotePort).toBe(7000);
    const calling = careful();
    calling.offer();
    expect(() => calling.accept(sdp(...audio))).toThrow(NoCommonFormatError);
  });

  it.each(['224.0.0.1', '255.255.255.255', 'host.example'])('refuses media to %s', (address) => {
    expect(() => negotiator().answer(sdp(`c=IN IP4 ${address}`, 'm=audio 6000 RTP/AVP 0'))).toThrow(SipSyntaxError);
  });
});

describe('our own descriptions', () => {
  it('raise the version by one when something changed, and only then (8)', () => {
    const ours = negotiator();
    const first = ours.offer();
    expect(first).toContain('o=- 77 1 ');
    expect(ours.offer()).toBe(first);
    expect(ours.offer('sendonly')).toContain('o=- 77 2 ');
    expect(ours.offer('sendonly')).toContain('o=- 77 2 ');
    expect(ours.offer()).toContain('o=- 77 3 ');
  });

  it('offer all codecs and digits; the answer picks', () => {
    const ours = negotiator();
    const offer = ours.offer();
    expect(parseSdp(offer).media[0]?.formats).toEqual(['0', '8', '101']);
    const answer = new SdpNegotiator({
      address: '198.51.100.1',
      port: 6000,
      abilities: { codecs: ['PCMA'], ptimeMs: 30 },
      sessionId: 5,
    }).answer(offer);
    const { audio: agreed } = ours.accept(answer.sdp);
    expect(agreed).toMatchObject({
      codec: 'PCMA',
      sendPayloadType: 8,
      sendEventPayloadType: 101,
      ptimeMs: 30,
      remotePort: 6000,
    });
  });

  it('keep rejected lines in later offers (8)', () => {
    const ours = negotiator();
    ours.answer(sdp('c=IN IP4 198.51.100.1', 'm=video 7000 RTP/AVP 99', 'm=audio 6000 RTP/AVP 0'));
    const media = parseSdp(ours.offer('sendonly')).media;
    expect(media.map((line) => [line.kind, line.port])).toEqual([
      ['video', 0],
      ['audio', 4000],
    ]);
    expect(media[1]?.direction).toBe('sendonly');
  });

  it('refuse an answer without a codec of ours, and change nothing', () => {
    const ours = negotiator();
    const offer = ours.offer();
    expect(() => ours.accept(sdp('c=IN IP4 198.51.100.1', 'm=audio 6000 RTP/AVP 9'))).toThrow(NoCommonFormatError);
    expect(ours.offer()).toBe(offer);
  });

  it('two of ours always agree, whoever offers, and see each other mirrored', () => {
    const direction = fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive' as const);
    fc.assert(
      fc.property(direction, direction, (offered, wished) => {
        const [a, b] = [negotiator('192.0.2.1'), negotiator('192.0.2.2')];
        const answer = b.answer(a.offer(offered), wished);
        const back = a.accept(answer.sdp);
        const mirror = { sendonly: 'recvonly', recvonly: 'sendonly', sendrecv: 'sendrecv', inactive: 'inactive' };
        expect(back.audio.direction).toBe(mirror[answer.audio.direction]);
        expect(back.audio.codec).toBe(answer.audio.codec);
      }),
    );
  });
});

describe('reading SDP', () => {
  it('any text is read or refused by an error of its own', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.constantFrom(
        ...audio,
        'v=0',
        'o=u 1 1 IN IP4 1.1.1.1',
        'm=audio 1 RTP/AVP',
        'a=rtpmap:0',
        'a=ptime:x',
        'c=IN IP4',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        try {
          negotiator().answer(['v=0', ...lines].join('\r\n'));
        } catch (error) {
          if (!(error instanceof SipSyntaxError || error instanceof NoCommonFormatError)) throw error;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses oversized descriptions', () => {
    expect(() => parseSdp(`v=0\r\n${'a=x\r\n'.repeat(20_000)}`)).toThrow(SipSyntaxError);
    expect(() => parseSdp(sdp(...Array.from({ length: 40 }, () => 'm=audio 1 RTP/AVP 0')))).toThrow(SipSyntaxError);
  });
});
