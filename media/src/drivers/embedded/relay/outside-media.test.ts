import { describe, expect, it } from 'vitest';
import { browserMedia, opportunisticMedia, plainMedia, sdesMedia } from '../../../port/media-relay.js';
import { SipSyntaxError } from '../../../sip/sip-errors.js';
import { encryptionOf, outsideMediaOf, withoutPlainTwin } from './outside-media.js';

const crypto = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n';
const fingerprint = 'a=fingerprint:sha-256 AA:BB\r\n';
const session = (more = '', address = '192.0.2.1') =>
  `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\n${more}`;
const audio = (protocol: string, more = '', port = 4000) => `m=audio ${port} ${protocol} 0\r\n${more}`;

describe('what the far end speaks', () => {
  it.each([
    ['plain RTP', session() + audio('RTP/AVP'), plainMedia, 'none'],
    ['plain RTP with keys beside it (RFC 8643)', session() + audio('RTP/AVP', crypto), opportunisticMedia, 'sdes'],
    ['SRTP with keys', session() + audio('RTP/SAVP', crypto), sdesMedia, 'sdes'],
    ['SRTP without keys', session() + audio('RTP/SAVP'), sdesMedia, 'none'],
    ['DTLS', session(fingerprint) + audio('UDP/TLS/RTP/SAVPF', 'a=ice-ufrag:x\r\n'), browserMedia, 'dtls'],
    ['DTLS without a fingerprint', session() + audio('UDP/TLS/RTP/SAVPF', 'a=ice-ufrag:x\r\n'), browserMedia, 'none'],
    ['DTLS under its old name', session() + audio('RTP/SAVP', fingerprint), sdesMedia, 'dtls'],
    ['both, one line each', session() + audio('RTP/AVP') + audio('RTP/SAVP', crypto, 5000), sdesMedia, 'none'],
    [
      'a plain line that is switched off',
      session() + audio('RTP/AVP', '', 0) + audio('RTP/SAVP', crypto),
      sdesMedia,
      'sdes',
    ],
    [
      'keys that belong to a picture',
      session() + audio('RTP/AVP') + `m=video 1 RTP/SAVP 99\r\n${crypto}`,
      plainMedia,
      'none',
    ],
    ['something else', session() + audio('TCP/MSRP'), plainMedia, 'none'],
    ['nothing', session(), plainMedia, 'none'],
  ] as const)('%s', (_, sdp, media, encryption) => {
    expect([outsideMediaOf(sdp), encryptionOf(sdp)]).toEqual([media, encryption]);
  });

  it('is refused where its media goes to a group or to everybody; zeros are a hold', () => {
    for (const address of ['224.0.0.9', '255.255.255.255', 'ff02::1']) {
      expect(() => outsideMediaOf(session('', address) + audio('RTP/SAVP'))).toThrow(SipSyntaxError);
    }
    expect(outsideMediaOf(session('', '0.0.0.0') + audio('RTP/AVP'))).toEqual(plainMedia);
  });
});

describe('an offer of the same sound in the clear and encrypted', () => {
  it('loses the line in the clear, whichever comes first; others stay as they are', () => {
    const [plain, secure] = [audio('RTP/AVP'), audio('RTP/SAVP', crypto, 5000)];
    const off = audio('RTP/AVP', '', 0);
    expect(withoutPlainTwin(session() + plain + secure)).toBe(session() + off + secure);
    expect(withoutPlainTwin(session() + secure + plain)).toBe(session() + secure + off);
    expect(encryptionOf(withoutPlainTwin(session() + plain + secure))).toBe('sdes');
    for (const sdp of [plain, secure, off + secure, plain + plain, plain + audio('RTP/SAVP', crypto, 0)]) {
      expect(withoutPlainTwin(session() + sdp)).toBe(session() + sdp);
    }
  });
});
