import { describe, expect, it } from 'vitest';
import { browserMedia, opportunisticMedia, plainMedia, sdesMedia } from '../../../port/media-relay.js';
import { encryptionOf, lacksKeys } from '../../../sip/sdp/sound-encryption.js';
import { SipSyntaxError } from '../../../sip/sip-errors.js';
import { outsideMediaOf, soundOnly } from './outside-media.js';

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
      `${session()}${audio('RTP/AVP')}m=video 1 RTP/SAVP 99\r\n${crypto}`,
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

describe('an offer of more than the sound that we take', () => {
  const [plain, secure] = [audio('RTP/AVP'), audio('RTP/SAVP', crypto, 5000)];
  const off = audio('RTP/AVP', '', 0);
  const picture = (port = 6000) => `m=video ${port} RTP/AVP 99\r\n`;

  it('loses the line in the clear beside the encrypted one, whichever comes first', () => {
    expect(soundOnly(session() + plain + secure)).toBe(session() + off + secure);
    expect(soundOnly(session() + secure + plain)).toBe(session() + secure + off);
    expect(encryptionOf(soundOnly(session() + plain + secure))).toBe('sdes');
  });

  it('loses pictures, and sound after the second line of it; what is switched off stays so', () => {
    expect(soundOnly(session() + picture() + plain)).toBe(session() + picture(0) + plain);
    expect(soundOnly(session() + plain.repeat(4))).toBe(session() + plain.repeat(2) + off.repeat(2));
    for (const sdp of [plain, secure, off + secure, plain + plain, plain + audio('RTP/SAVP', crypto, 0)]) {
      expect(soundOnly(session() + sdp)).toBe(session() + sdp);
    }
  });
});

describe('keys that encrypt nothing', () => {
  it.each([
    'a=crypto:1 NULL_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz',
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz UNENCRYPTED_SRTP',
    'a=crypto:',
    'a=crypto:1 ROT13 inline:AAAA',
  ])('are none: %s', (keys) => {
    const sdp = session() + audio('RTP/SAVP', `${keys}\r\n`);
    expect([encryptionOf(sdp), lacksKeys(sdp)]).toEqual(['none', true]);
    expect(encryptionOf(session() + audio('RTP/SAVP', `${keys}\r\n${crypto}`))).toBe('sdes');
  });

  it('are not missed where nothing says that it is encrypted', () => {
    expect([session(), session() + audio('RTP/AVP'), session() + audio('RTP/SAVP', '', 0)].map(lacksKeys)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
