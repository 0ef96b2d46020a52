import { describe, expect, it } from 'vitest';
import { answerIn, ofFarEnd, offerOfBackend, protocolsOf } from './sound-lines.js';

const session = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n';
const keys = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:QcW1Zj54hl880ivdTI2Z4Sta8o2Z7RmEcr2v1utH\r\n';
const fingerprint = 'a=fingerprint:sha-256 38:65:AE\r\na=setup:actpass\r\n';
const ice = 'a=ice-ufrag:abcd\r\n';
const sound = (protocol: string, more = '', port = 4000) => `m=audio ${port} ${protocol} 0\r\n${more}`;

describe('descriptions between FreeSWITCH and far ends', () => {
  it.each([
    ['sound in the clear', sound('RTP/AVP'), sound('RTP/AVP')],
    ['keys', sound('RTP/SAVP', keys), sound('RTP/SAVP', keys)],
    ['DTLS', sound('RTP/AVP', fingerprint), sound('UDP/TLS/RTP/SAVP', fingerprint)],
    ['both on one port', sound('RTP/SAVP', keys) + sound('RTP/AVP'), sound('RTP/AVP', keys)],
    ['DTLS with ICE', sound('RTP/SAVPF', fingerprint + ice), sound('RTP/SAVPF', fingerprint + ice)],
  ])('FreeSWITCH offers %s', (_what, offered, seen) => {
    expect(offerOfBackend(session + offered)).toBe(session + seen);
  });

  it.each([
    ['sound in the clear', sound('RTP/AVP'), sound('RTP/AVP')],
    ['feedback', sound('RTP/AVPF'), sound('RTP/AVP')],
    ['keys beside a plain line', sound('RTP/AVP', keys), sound('RTP/SAVP', keys)],
    ['keys', sound('RTP/SAVP', keys), sound('RTP/SAVP', keys)],
    ['DTLS', sound('UDP/TLS/RTP/SAVPF', fingerprint), sound('UDP/TLS/RTP/SAVP', fingerprint)],
    ['DTLS with ICE', sound('UDP/TLS/RTP/SAVPF', fingerprint + ice), sound('UDP/TLS/RTP/SAVPF', fingerprint + ice)],
    ['pictures', 'm=video 4002 RTP/AVPF 99\r\n', 'm=video 4002 RTP/AVPF 99\r\n'],
  ])('a far end offers %s', (_what, offered, seen) => {
    expect(ofFarEnd(session + offered)).toBe(session + seen);
  });

  it('what the session says of DTLS stands at its sound, too', () => {
    const told = ofFarEnd(session + fingerprint + sound('UDP/TLS/RTP/SAVP'));
    expect(told).toBe(session + fingerprint + sound('UDP/TLS/RTP/SAVP', fingerprint));
  });

  it('an answer has the protocols of the offer', () => {
    const offer = session + sound('RTP/AVP', keys) + sound('UDP/TLS/RTP/SAVPF', fingerprint);
    const answer = session + sound('RTP/SAVP', keys) + sound('RTP/AVP', '', 0);
    expect(answerIn(answer, protocolsOf(offer))).toBe(
      session + sound('RTP/AVP', keys) + sound('UDP/TLS/RTP/SAVPF', '', 0),
    );
  });
});
