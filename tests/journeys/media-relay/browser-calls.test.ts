import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserMedia } from '../../peers/browser/browser-media.js';
import { HeadlessBrowser } from '../../peers/browser/headless-browser.js';
import { OwnRtpengine } from '../../peers/rtpengine/own-rtpengine.js';
import { webSocketWire } from '../../peers/tone-phone/phone-wire.js';
import { headerOf, tagIn } from '../../peers/tone-phone/sip-text.js';
import type { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import { useWorld } from '../world.js';

const rtpengine = await OwnRtpengine.start();
const on = useWorld({
  name: 'browsers',
  redisDatabase: 65,
  settings: { RTPENGINES: rtpengine.address, SIP_LISTEN: 'udp:127.0.0.1:0,ws:127.0.0.1:0' },
});
let browser: HeadlessBrowser;
beforeAll(async () => {
  browser = await HeadlessBrowser.start();
});
afterAll(async () => {
  await browser?.stop();
  await rtpengine.stop();
});

/** The signalling of a browser: an endpoint over a WebSocket. */
async function webPhone(username: string): Promise<TonePhone> {
  const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username });
  const { port } = on.world.platform.sipOver('ws')!;
  const wire = await webSocketWire(`ws://127.0.0.1:${port}`);
  const phone = await on.world.phone({
    user: username,
    password,
    server: { host: '127.0.0.1', port },
    instance: username,
    wire,
  });
  expect((await phone.register()).status).toBe(200);
  return phone;
}

const emptied = async () => ((await rtpengine.calls()).length === 0 ? true : undefined);

describe('a browser (DTLS-SRTP, ICE, one port) through rtpengine, plain RTP to the carrier', () => {
  it('calls a number: both are heard', async () => {
    const phone = await webPhone('browser-caller');
    const media = await BrowserMedia.open(browser, 'caller');
    const number = on.world.newNumber('a');
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
    const to = `sip:${line.number}@${phone.domain}`;
    const invite = {
      method: 'INVITE',
      uri: to,
      headers: [
        ['Via', phone.via()],
        ['Max-Forwards', '70'],
        ['From', `<sip:+15550177@${phone.domain}>;tag=browser`],
        ['To', `<${to}>`],
        ['Call-ID', `browser-${Date.now()}`],
        ['CSeq', '1 INVITE'],
        ['Contact', phone.contact],
        ['Content-Type', 'application/sdp'],
      ] as const,
      body: await media.offer(),
    };
    const ok = phone.requestFinal(invite);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    const answer = await ok;
    expect([answer.status, answer.body.includes('UDP/TLS/RTP/SAVPF')]).toEqual([200, true]);
    const within = (method: string, cseq: number) => ({
      method,
      uri: /<([^>]*)>/.exec(headerOf(answer, 'Contact'))![1]!,
      headers: [
        ['Via', phone.via()],
        ['Max-Forwards', '70'],
        ['From', headerOf(answer, 'From')],
        ['To', headerOf(answer, 'To')],
        ['Call-ID', headerOf(answer, 'Call-ID')],
        ['CSeq', `${cseq} ${method}`],
      ] as const,
      body: '',
    });
    phone.send(within('ACK', 1));
    await media.take(answer.body);
    await Promise.all([media.hears('callee'), callee.media.hears('caller')]);
    expect((await phone.requestFinal(within('BYE', 2))).status).toBe(200);
    await callee.ended;
    await media.close();
    expect(await on.world.eventually('an empty relay', emptied)).toBe(true);
  });

  it('is called: it is offered what browsers take, and both are heard', async () => {
    const phone = await webPhone('browser-callee');
    const media = await BrowserMedia.open(browser, 'agent');
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: 'browser-callee' }] }]);
    const caller = await on.world.call(line);
    const call = await phone.nextCall();
    expect(call.invitation.body).toMatch(/UDP\/TLS\/RTP\/SAVPF[\s\S]*a=fingerprint:/);
    phone.respond(call.invitation, 200, 'OK', {
      toTag: 'browser',
      headers: [
        ['Contact', phone.contact],
        ['Content-Type', 'application/sdp'],
      ],
      body: await media.answer(call.invitation.body),
    });
    await Promise.all([media.hears('caller'), caller.media.hears('agent')]);
    await caller.bye();
    expect(tagIn(headerOf(call.invitation, 'From'))).not.toBe('');
    expect(await on.world.eventually('an empty relay', emptied)).toBe(true);
    await media.close();
  });
});
