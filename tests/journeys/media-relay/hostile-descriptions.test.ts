import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OwnRtpengine } from '../../peers/rtpengine/own-rtpengine.js';
import { headerOf, type SipText } from '../../peers/tone-phone/sip-text.js';
import { type Line, useWorld } from '../world.js';

const rtpengine = await OwnRtpengine.start();
const on = useWorld({
  name: 'hostilesdp',
  redisDatabase: 143,
  settings: { RTPENGINES: rtpengine.address, MEDIA_RELAY: 'always' },
});
let line: Line;
beforeAll(async () => {
  line = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
});
afterEach(async () => {
  const emptied = async () => ((await rtpengine.calls()).length === 0 ? true : undefined);
  expect(await on.world.eventually('an empty relay', emptied)).toBe(true);
});
afterAll(() => rtpengine.stop());

const keys = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n';
const session = (more = '', address = '127.0.0.1') =>
  `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\n${more}`;
const audio = (protocol = 'RTP/AVP', more = '', port = 40_000) =>
  `m=audio ${port} ${protocol} 0\r\na=rtpmap:0 PCMU/8000\r\n${more}`;
const many = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join('');

let count = 0;

/** Calls the line with these descriptions by hand, one after another in one dialog, or the later ones all at once, and ends what was answered. Resolves with the final statuses. */
async function call(descriptions: readonly string[], how: 'in-turn' | 'at-once' = 'in-turn'): Promise<number[]> {
  const phone = await on.world.phone();
  count += 1;
  const to = `sip:${line.number}@${phone.domain}`;
  const dialog = { callId: `hostile-${count}-${Date.now()}`, target: to, to: `<${to}>` };
  const request = (method: string, cseq: number, body = '') => ({
    method,
    uri: dialog.target,
    headers: [
      ['Via', phone.via()],
      ['Max-Forwards', '70'],
      ['From', `<sip:+15550177@${phone.domain}>;tag=hostile${count}`],
      ['To', dialog.to],
      ['Call-ID', dialog.callId],
      ['CSeq', `${cseq} ${method}`],
      ['Contact', phone.contact],
      ...(body === '' ? [] : [['Content-Type', 'application/sdp'] as const]),
    ] as (readonly [string, string])[],
    body,
  });
  const offer = async (body: string, cseq: number): Promise<SipText> => {
    const answer = await phone.requestFinal(request('INVITE', cseq, body));
    if (answer.status === 200) {
      dialog.target = /<([^>]*)>/.exec(headerOf(answer, 'Contact'))![1]!;
      dialog.to = headerOf(answer, 'To');
      phone.send(request('ACK', cseq));
    }
    return answer;
  };
  const [initial = '', ...later] = descriptions;
  const answers = [await offer(initial, 1)];
  if (answers[0]!.status !== 200) return [answers[0]!.status!];
  if (how === 'at-once') answers.push(...(await Promise.all(later.map((body, at) => offer(body, 2 + at)))));
  else for (const [at, body] of later.entries()) answers.push(await offer(body, 2 + at));
  expect((await phone.requestFinal(request('BYE', 2 + later.length))).status).toBe(200);
  return answers.map(({ status }) => status!);
}

const srtp = audio('RTP/SAVP', keys);
const ice = 'a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n';
const fingerprint = `a=fingerprint:sha-256 ${'AA:'.repeat(31)}AA\r\n`;
const dtls = (more: string) => audio('UDP/TLS/RTP/SAVPF', `${ice}${more}`);
const video = (port: number) => `m=video ${port} RTP/AVP 99\r\na=rtpmap:99 VP8/90000\r\n`;

describe('a caller’s description that passes the relay', () => {
  it.each([
    [
      '400 candidates',
      dtls(
        `a=setup:actpass\r\n${fingerprint}${many(400, (at) => `a=candidate:${at} 1 udp ${at + 1} 10.${at % 250}.0.1 ${1000 + at} typ host\r\n`)}`,
      ),
      200,
    ],
    ['600 candidates', dtls(many(600, (at) => `a=candidate:${at} 1 udp 1 10.0.0.1 1000 typ host\r\n`)), 400],
    [
      'candidates that are none',
      audio(
        'RTP/AVP',
        `${ice}a=candidate:\r\na=candidate:x x x x x x\r\na=candidate:1 9999999999 udp 99999999999999999999 ::::: 99999 typ x\r\n`,
      ),
      200,
    ],
    ['SRTP without keys', audio('RTP/SAVP'), 488],
    ['empty keys', audio('RTP/SAVP', 'a=crypto:\r\n'), 488],
    ['an unknown suite', audio('RTP/SAVP', 'a=crypto:1 ROT13 inline:AAAA\r\n'), 488],
    ['a suite that does not encrypt', audio('RTP/SAVP', keys.replace('AES_CM_128_HMAC', 'NULL_HMAC')), 488],
    ['keys that are not used', audio('RTP/SAVP', keys.replace('\r', ' UNENCRYPTED_SRTP\r')), 488],
    ['a key that is too short', audio('RTP/SAVP', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n'), 488],
    [
      'a key that is no base64',
      audio('RTP/SAVP', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${'!'.repeat(40)}\r\n`),
      488,
    ],
    [
      '500 keys',
      audio(
        'RTP/SAVP',
        many(500, () => keys),
      ),
      400,
    ],
    ['a BUNDLE of nothing', `a=group:BUNDLE a b c\r\n${audio()}`, 200],
    [
      'the same name twice in two BUNDLEs',
      `a=group:BUNDLE a\r\na=group:BUNDLE a a a\r\n${audio('RTP/AVP', 'a=mid:a\r\n').repeat(2)}`,
      200,
    ],
    ['33 media lines', many(33, (at) => audio('RTP/AVP', '', 40_000 + 2 * at)), 400],
    ['a line of 20,000 characters', audio('RTP/AVP', `a=${'x'.repeat(20_000)}\r\n`), 200],
    ['40,000 characters', audio('RTP/AVP', `a=${'x'.repeat(40_000)}\r\n`), 400],
    ['port 0', audio('RTP/AVP', '', 0), 488],
    ['port 70000', audio('RTP/AVP', '', 70_000), 400],
    ['fax', 'm=image 40000 udptl t38\r\n', 488],
    ['DTLS without a fingerprint', dtls('a=setup:active\r\n'), 488],
    ['DTLS with a fingerprint that is none', dtls('a=setup:nonsense\r\na=fingerprint:rot13 ZZ\r\n'), 488],
    ['IPv6 at a relay that has none', audio('RTP/AVP', 'c=IN IP6 ::1\r\n'), 488],
    ['media at a name', audio('RTP/AVP', 'c=IN IP4 localhost\r\n'), 400],
    ['media for everybody', audio('RTP/AVP', 'c=IN IP4 224.1.1.1\r\n'), 400],
    ['media where the relay takes commands', audio('RTP/AVP', '', rtpengine.port), 488],
  ])('%s: is answered with what is right, and leaves nothing at the relay', async (_, more, status) => {
    expect(await call([session() + more])).toEqual([status]);
  });

  it('31 pictures and 31 more sounds: get no ports', async () => {
    const before = rtpengine.output.length;
    expect(await call([session() + audio() + many(31, (at) => video(41_000 + 2 * at))])).toEqual([200]);
    expect(await call([session() + many(32, (at) => audio('RTP/AVP', '', 41_000 + 2 * at))])).toEqual([200]);
    const ports = new Set(rtpengine.output.slice(before).match(/(?<= port )\d+/g));
    expect(ports.size).toBeLessThan(40);
  });

  it('changes to SRTP and back in one call; on hold by zeros while encrypted; without keys, or without media, it is refused and the call goes on', async () => {
    expect(await call([session() + audio(), session() + srtp, session() + audio(), session() + srtp])).toEqual([
      200, 200, 200, 200,
    ]);
    expect(await call([session() + srtp, session('', '0.0.0.0') + srtp, session() + srtp])).toEqual([200, 200, 200]);
    const bad = [session(), session() + audio('RTP/SAVP', '', 0), session() + audio('RTP/SAVP'), 'rubbish'];
    expect(await call([session() + srtp, ...bad, session() + srtp])).toEqual([200, 488, 488, 488, 400, 200]);
  });

  it('many offers at once: one is taken at a time, and the call can be ended', async () => {
    const offers = Array.from({ length: 20 }, (_, at) => session() + (at % 2 === 0 ? srtp : audio()));
    const [first, ...others] = await call([session() + audio(), ...offers], 'at-once');
    expect(first).toBe(200);
    for (const status of others) expect([200, 491, 500]).toContain(status);
  });

  it('others are heard all the same, through the same rtpengine', async () => {
    const caller = await on.world.call(line);
    await caller.media.hears('music');
    await caller.bye();
  });
});
