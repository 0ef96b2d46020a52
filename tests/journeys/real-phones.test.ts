import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readSoundFile } from '../ear/read-sound-file.js';
import { whoIsHeard } from '../ear/who-is-heard.js';
import { BaresipPhone } from '../peers/baresip/baresip-phone.js';
import { type SippOptions, SippPeer } from '../peers/sipp/sipp-peer.js';
import { ourNumber, useWorld } from './world.js';

const on = useWorld({ name: 'realphones', redisDatabase: 11 });

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function sipp(options: SippOptions): Promise<SippPeer> {
  const peer = await SippPeer.start(options);
  open.push(peer);
  return peer;
}

let count = 0;

/** A baresip that is an endpoint of ours. */
async function baresip(party: 'caller' | 'callee', more: { autoAnswer?: boolean; transport?: 'udp' | 'tcp' } = {}) {
  count += 1;
  const username = `baresip-${count}`;
  const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username });
  const phone = await BaresipPhone.start({ user: username, password, server: on.world.sip, party, ...more });
  open.push(phone);
  await phone.registered();
  return { phone, username };
}

describe('sipp', () => {
  it('calls with its own caller, and is hung up on neither too early nor too late', async () => {
    const line = await on.world.line([{ verb: 'answer' }, { verb: 'pause', length: 600 }]);
    const caller = await sipp({
      scenario: { builtIn: 'uac' },
      remote: on.world.sip,
      target: line.number,
      calls: 5,
      pauseMs: 300,
    });
    await caller.finished();
    for (let number = 1; number <= 5; number += 1) {
      expect(await on.world.cdr(await on.world.callId(line.path, number))).toMatchObject({
        status: 'completed',
        termination: { by: 'remote', reason: 'hangup' },
      });
    }
  });

  it('is called with its own callee, and hears itself through the platform', async () => {
    const callee = await sipp({ scenario: { builtIn: 'uas' }, echo: true });
    const uri = `sip:service@127.0.0.1:${callee.address.port}`;
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'sip', uri }] }]);
    const call = await on.world.call(line);
    await call.media.hears('caller');
    await call.bye();
    await callee.finished();
  });

  it.each(['PCMU', 'PCMA'] as const)('is heard and presses keys in %s', async (codec) => {
    const action = on.world.script([{ verb: 'record', action: '/recorded', playBeep: false, timeout: 0 }], 'keys');
    on.world.backend.answer('/recorded', []);
    const line = await on.world.line([{ verb: 'gather', numDigits: 3, timeout: 60, action }]);
    const caller = await sipp({
      scenario: 'uac-media',
      remote: on.world.sip,
      target: line.number,
      user: '+15550123',
      codec,
      programme: [{ silenceMs: 300 }, { digits: '42#'.replace('#', '7') }, { tone: 'caller', ms: 2500 }],
    });
    expect(await on.world.result(action)).toMatchObject({ digits: '427' });
    await caller.finished();
    const callId = await on.world.callId(line.path);
    const [recordingId] = (await on.world.cdr(callId)).recordingIds;
    await on.world.event('recording.available', (event) => event.callId === callId);
    const folder = await mkdtemp(join(tmpdir(), 'hookswitch-heard-'));
    try {
      const file = join(folder, 'heard.mp3');
      await writeFile(file, await on.world.api.download(`/v1/recordings/${recordingId}/media?format=mp3`));
      const { channels, rate } = await readSoundFile(file);
      expect(whoIsHeard(channels[0]!, { rate, atLeastMs: 1000 })).toEqual(['caller']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('gives up before the answer', async () => {
    const line = await on.world.line([{ verb: 'pause', length: 600 }]);
    const caller = await sipp({ scenario: 'uac-cancel', remote: on.world.sip, target: line.number });
    await caller.finished();
    expect(await on.world.cdr(await on.world.callId(line.path))).toMatchObject({
      status: 'canceled',
      termination: { by: 'remote', reason: 'caller-canceled' },
    });
  });

  it('holds the platform and takes it back', async () => {
    const line = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const caller = await sipp({
      scenario: 'uac-hold',
      remote: on.world.sip,
      target: line.number,
      programme: [{ tone: 'caller', ms: 500 }],
    });
    await caller.finished();
    const callId = await on.world.callId(line.path);
    await on.world.cdr(callId);
    const summaries = await on.world.eventually('hold in the timeline', async () => {
      const all = (await on.world.timeline(callId)).map(({ summary }) => summary);
      return all.some((summary) => summary.startsWith('ended:')) ? all : undefined;
    });
    expect(summaries).toEqual(
      expect.arrayContaining(['the far end put us on hold', 'the far end took us back from hold']),
    );
  });

  it('registers as a phone of ours, is rung, and sounds', async () => {
    const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username: 'sipp-phone' });
    const register = await sipp({
      scenario: 'register',
      remote: on.world.sip,
      target: 'sipp-phone',
      user: 'sipp-phone',
      password,
    });
    await register.finished();
    const callee = await sipp({
      scenario: 'uas-media',
      port: register.address.port,
      programme: [{ tone: 'agent', ms: 4000 }],
    });
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: 'sipp-phone' }] }]);
    const call = await on.world.call(line);
    await call.media.hears('agent');
    await call.bye();
    await callee.finished();
  });

  it('sends early media, which the caller hears before the answer', async () => {
    const callee = await sipp({ scenario: 'uas-early-media', programme: [{ tone: 'music', ms: 2000 }] });
    const uri = `sip:service@127.0.0.1:${callee.address.port}`;
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'sip', uri }], answerOnBridge: true }]);
    const call = await on.world.call(line);
    await call.provisional(183);
    await call.media.hears('music');
    await call.answered();
    await call.bye();
    await callee.finished();
  });
});

describe('baresip', () => {
  it('registers, calls through the platform to another, and both hear each other', async () => {
    const callee = await baresip('callee', { autoAnswer: true });
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: callee.username }] }]);
    const caller = await baresip('caller');
    await caller.phone.dial(line.number);
    await caller.phone.established();
    await Promise.all([caller.phone.hears('callee'), callee.phone.hears('caller')]);
    await caller.phone.hangUp();
    await callee.phone.closed();
    expect((await on.world.cdr(await on.world.callId(line.path))).status).toBe('completed');
  });

  it('presses keys in a menu, then hears what it chose', async () => {
    const action = on.world.script([{ verb: 'play', url: '/music.wav', loop: 0 }], 'chosen');
    const prompts = [{ verb: 'play', url: '/prompt.wav', loop: 0 }];
    const line = await on.world.line([{ verb: 'gather', prompts, numDigits: 2, timeout: 60, action }]);
    const { phone } = await baresip('caller');
    await phone.dial(line.number);
    await phone.established();
    await phone.hears('prompt');
    await phone.sendDigits('58');
    expect(await on.world.result(action)).toMatchObject({ digits: '58' });
    await phone.hears('music');
    await phone.hangUp();
  });

  it('is called by the API, answers, holds and resumes, and is hung up on', async () => {
    const { phone, username } = await baresip('callee');
    const { items } = await on.world.api.get<{ items: { id: string; username: string }[] }>('/v1/endpoints?limit=100');
    const endpoint = items.find((each) => each.username === username)!;
    const { id } = await on.world.api.post<{ id: string }>('/v1/calls', {
      to: endpoint.id,
      from: 'reception',
      scriptUrl: on.world.backend.url(on.world.script([{ verb: 'play', url: '/music.wav', loop: 0 }])),
    });
    await phone.rings();
    await phone.accept();
    await phone.hears('music');
    await phone.hold();
    await phone.resume();
    await phone.hears('music');
    await on.world.api.patch(`/v1/calls/${id}`, { status: 'completed' });
    await phone.closed();
    expect((await on.world.cdr(id)).termination).toMatchObject({ by: 'local', reason: 'hangup' });
  });

  it('refuses a call, which is told as busy', async () => {
    const { phone, username } = await baresip('callee');
    const action = on.world.script([{ verb: 'hangup' }], 'refused');
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: username }], action }]);
    await on.world.call(line);
    await phone.rings();
    await phone.hangUp();
    expect(await on.world.result(action)).toMatchObject({ dialStatus: 'busy', bridged: false });
  });

  it('is refused with a wrong password', async () => {
    await on.world.api.post('/v1/endpoints', { username: 'locked', password: 'the-right-password' });
    const phone = await BaresipPhone.start({
      user: 'locked',
      password: 'a-wrong-password',
      server: on.world.sip,
      party: 'caller',
    });
    open.push(phone);
    await expect(phone.registered()).rejects.toThrow(/not registered/);
  });

  it('hands its caller on to a number, and is told that it is done', async () => {
    const { phone, username } = await baresip('callee', { autoAnswer: true });
    const number = on.world.newNumber('b');
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: username }] }]);
    const caller = await on.world.call(line);
    await caller.media.hears('callee');
    await phone.transfer(`sip:${number}@${on.world.sip.host}:${on.world.sip.port}`);
    const target = await on.world.carried('b', number);
    await target.answer();
    await Promise.all([caller.media.hears('agent'), target.media.hears('caller')]);
    await phone.closed();
    await caller.bye();
    await target.ended;
  });

  it('goes where a script sends it, and the script is told', async () => {
    const { number } = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const action = on.world.script([], 'referred');
    const { phone, username } = await baresip('caller', { autoAnswer: true });
    const referTo = `sip:${number}@${on.world.sip.host}:${on.world.sip.port}`;
    const script = [{ verb: 'refer', referTo, action: on.world.backend.url(action) }];
    const to = `sip:${username}@${phone.address.host}:${phone.address.port}`;
    await on.world.api.post('/v1/calls', { to, from: ourNumber, script });
    expect(await on.world.result(action)).toMatchObject({
      referStatus: 'transferred',
      referSipStatus: 202,
      notifySipStatus: 200,
    });
    await phone.hears('music');
    await phone.hangUp();
  });
});
