import { describe, expect, it } from 'vitest';
import { ThreeProcesses } from './three-processes.js';
import { type CallView, ourNumber, useWorld } from './world.js';

const options = { name: 'apart', redisDatabase: 9, settings: { PROBES_PORT: '0' } } as const;
const processes = new ThreeProcesses(options);
const on = useWorld(options, () => processes.start());

const music = [{ verb: 'play', url: '/music.wav', loop: 0 }];

/** A caller who hears music, and the call's id. */
async function listening() {
  const line = await on.world.line(music);
  const caller = await on.world.call(line);
  await caller.media.hears('music');
  return { caller, callId: await on.world.callId(line.path) };
}

describe('http, calls and workers as three processes', () => {
  it('carry a call from the INVITE to the CDR', async () => {
    const { caller, callId } = await listening();
    expect((await on.world.getCall(callId)).status).toBe('in-progress');
    await caller.bye();
    expect((await on.world.cdr(callId)).status).toBe('completed');
    expect(on.world.eventsOf(callId).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });

  it('are each watched on a port of their own, which is where metrics are then', async () => {
    const ask = async (role: 'http' | 'calls' | 'workers', path: string) => {
      const answer = await fetch(`${processes.process(role).probesUrl}${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    const { caller } = await listening();
    const metrics = await ask('calls', '/metrics');
    expect(metrics.text).toMatch(/^hookswitch_calls\{direction="inbound",status="in-progress"\} [1-9]/m);
    for (const role of ['http', 'calls', 'workers'] as const) {
      expect((await ask(role, '/healthz')).status).toBe(200);
      const ready = await ask(role, '/readyz');
      expect([ready.status, JSON.parse(ready.text).status], ready.text).toEqual([200, 'ok']);
      expect('callEngine' in JSON.parse(ready.text).parts).toBe(role === 'calls');
      expect((await ask(role, '/metrics')).text).toContain('process_cpu_seconds_total');
      expect((await ask(role, '/v1/calls')).status).toBe(404);
    }
    const { httpUrl } = processes.process('http');
    expect((await fetch(`${httpUrl}/readyz`)).status).toBe(200);
    expect((await fetch(`${httpUrl}/metrics`)).status).toBe(404);
    await caller.bye();
  });

  it('make a call by the API, record it, change it and end it in the process that owns it', async () => {
    const to = on.world.newNumber('a');
    const url = on.world.backend.url('/music.wav');
    const { id } = await on.world.api.post<CallView>('/v1/calls', {
      to,
      from: ourNumber,
      script: [{ verb: 'play', url, loop: 0 }],
    });
    const phone = await on.world.carried('a', to);
    await phone.answer();
    await phone.media.hears('music');
    const recording = await on.world.api.post<{ recordingId: string }>(`/v1/calls/${id}/recordings`);
    const next = on.world.script([{ verb: 'play', url: '/prompt.wav', loop: 0 }]);
    await on.world.api.patch(`/v1/calls/${id}`, { scriptUrl: on.world.backend.url(next) });
    await phone.media.hears('prompt');
    await on.world.api.patch(`/v1/calls/${id}`, { sendDigits: '7' });
    await phone.media.hearsDigits('7');
    await on.world.api.patch(`/v1/calls/${id}/recordings/${recording.recordingId}`, { status: 'stopped' });
    const stale = await on.world.api.request(
      'PATCH',
      `/v1/calls/${id}`,
      { script: [{ verb: 'hangup' }] },
      { 'if-match': '"0"' },
    );
    expect([stale.status, stale.body.code]).toEqual([412, 'stale-script-revision']);
    await on.world.api.patch(`/v1/calls/${id}`, { status: 'completed' });
    expect(await phone.ended).toEqual({ by: 'them', how: 'BYE' });
    expect((await on.world.cdr(id)).recordingIds).toEqual([recording.recordingId]);
    await on.world.event('recording.available', (event) => event.callId === id);
    const media = await on.world.api.download(`/v1/recordings/${recording.recordingId}/media?format=mp3`);
    expect(media.length).toBeGreaterThan(1000);
  });

  it('say so when the process that owns a call is silent, and go on when it is back', async () => {
    const { caller, callId } = await listening();
    const { pid } = processes.process('calls');
    process.kill(pid, 'SIGSTOP');
    try {
      const answer = await on.world.api.request('PATCH', `/v1/calls/${callId}`, { tags: { silent: 'yes' } });
      expect([answer.status, answer.body.code]).toEqual([504, 'owner-unreachable']);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await on.world.api.patch(`/v1/calls/${callId}`, { tags: { back: 'yes' } });
    await caller.media.hears('music');
    await caller.bye();
    expect((await on.world.cdr(callId)).tags).toMatchObject({ back: 'yes' });
  });

  it('lose nothing when the API is killed: calls go on, and it knows them again afterwards', async () => {
    const { caller, callId } = await listening();
    const stays = await listening();
    await processes.kill('http');
    await caller.media.hears('music');
    await caller.bye();
    await on.world.cdr(callId);
    await processes.startAgain('http');
    expect((await on.world.getCall(callId)).status).toBe('completed');
    expect((await on.world.getCall(stays.callId)).status).toBe('in-progress');
    await on.world.api.patch(`/v1/calls/${stays.callId}`, { status: 'completed' });
    expect(await stays.caller.ended).toEqual({ by: 'them', how: 'BYE' });
    await on.world.cdr(stays.callId);
  });

  it('deliver everything once the workers are back that were killed', async () => {
    await processes.kill('workers');
    const ended: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const line = await on.world.line([{ verb: 'answer' }]);
      await (await on.world.call(line)).ended;
      ended.push(await on.world.callId(line.path));
    }
    for (const callId of ended) expect(on.world.eventsOf(callId)).toEqual([]);
    await processes.startAgain('workers');
    for (const callId of ended) {
      await on.world.cdr(callId);
      expect(on.world.eventsOf(callId).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
      expect((await on.world.api.get(`/v1/cdrs/${callId}`)).callId).toBe(callId);
    }
  });
});
