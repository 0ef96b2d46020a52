import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSoundFile } from '../ear/read-sound-file.js';
import type { Sound } from '../ear/wav.js';
import { heardMilliseconds, whoIsHeard } from '../ear/who-is-heard.js';
import { useWorld } from './world.js';

const on = useWorld({ name: 'recordings', redisDatabase: 3 });

interface RecordingView {
  readonly id: string;
  readonly callId: string;
  readonly status: string;
  readonly source: string;
  readonly channels: number;
  readonly durationSeconds: number;
  readonly files: readonly { readonly format: string; readonly sizeBytes: number }[];
}

/** Resolves with the recording once the event says that its files are there. */
async function available(recordingId: string): Promise<RecordingView> {
  const event = await on.world.event(
    'recording.available',
    ({ data }) => (data.recording as RecordingView).id === recordingId,
  );
  return event.data.recording as RecordingView;
}

async function sound(recordingId: string, format: 'wav' | 'mp3'): Promise<Sound> {
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-heard-'));
  try {
    const file = join(folder, `heard.${format}`);
    await writeFile(file, await on.world.api.download(`/v1/recordings/${recordingId}/media?format=${format}`));
    return await readSoundFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('a message', () => {
  it('is recorded until the key, and is heard as MP3 and as WAV', async () => {
    const action = on.world.script([{ verb: 'hangup' }], 'message');
    const line = await on.world.line([{ verb: 'record', action, finishOnKey: '#', timeout: 0 }]);
    const call = await on.world.call(line);
    await call.answered();
    await call.media.listen(2000);
    await call.media.sendDigits('#');
    const result = await on.world.result(action);
    expect(result).toMatchObject({ verb: 'record', digits: '#', reason: 'finish-key' });
    const recordingId = result.recordingId as string;
    expect(await available(recordingId)).toMatchObject({ source: 'RecordVerb', channels: 1, status: 'available' });
    for (const format of ['wav', 'mp3'] as const) {
      const { channels, rate } = await sound(recordingId, format);
      expect(channels).toHaveLength(1);
      expect(whoIsHeard(channels[0]!, { rate, atLeastMs: 1000 })).toEqual(['caller']);
    }
    const callId = await on.world.callId(line.path);
    expect((await on.world.cdr(callId)).recordingIds).toEqual([recordingId]);
    expect((await on.world.api.get<RecordingView>(`/v1/recordings/${recordingId}`)).callId).toBe(callId);
  });

  it('is kept when the caller hangs up, and the action is told so', async () => {
    const action = on.world.script([], 'message');
    const line = await on.world.line([{ verb: 'record', action, playBeep: false }]);
    const call = await on.world.call(line);
    await call.answered();
    await call.media.listen(1000);
    await call.bye();
    const result = await on.world.result(action);
    expect(result).toMatchObject({ digits: 'hangup', reason: 'hangup' });
    await available(result.recordingId as string);
    const { channels, rate } = await sound(result.recordingId as string, 'wav');
    expect(whoIsHeard(channels[0]!, { rate, atLeastMs: 500 })).toEqual(['caller']);
  });

  it('ends at its longest duration', async () => {
    const action = on.world.script([{ verb: 'hangup' }], 'message');
    const line = await on.world.line([{ verb: 'record', action, maxLength: 1, playBeep: false }]);
    await on.world.call(line);
    expect(await on.world.result(action)).toMatchObject({ digits: '', reason: 'max-duration' });
  });

  it('ends with silence', async () => {
    const action = on.world.script([{ verb: 'hangup' }], 'message');
    const line = await on.world.line([{ verb: 'record', action, timeout: 1, playBeep: false }]);
    const phone = await on.world.phone();
    const call = await phone.dial(line.number);
    await call.answered();
    await call.media.listen(700);
    await call.hold('inactive');
    expect(await on.world.result(action)).toMatchObject({ digits: '', reason: 'silence' });
  });

  it('is given out in byte ranges, listed, and gone once deleted', async () => {
    const { api, platform } = on.world;
    const action = on.world.script([{ verb: 'hangup' }], 'message');
    const line = await on.world.line([{ verb: 'record', action, maxLength: 1, playBeep: false }]);
    await on.world.call(line);
    const recordingId = (await on.world.result(action)).recordingId as string;
    await available(recordingId);
    const media = `/v1/recordings/${recordingId}/media`;
    const whole = await api.download(`${media}?format=wav`);
    const authorization = `Bearer ${platform.firstAccount.apiKey}`;
    const part = await fetch(`${platform.httpUrl}${media}?format=wav`, {
      headers: { authorization, range: 'bytes=4-11' },
    });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 4-11/${whole.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(4, 12));
    const list = await api.get<{ items: RecordingView[] }>(`/v1/recordings?callId=${await on.world.callId(line.path)}`);
    expect(list.items.map(({ id }) => id)).toEqual([recordingId]);
    expect((await api.request('DELETE', `/v1/recordings/${recordingId}`)).status).toBe(204);
    expect((await api.request('GET', `/v1/recordings/${recordingId}`)).status).toBe(404);
    expect((await api.request('GET', media)).status).toBe(404);
  });
});

describe('a call that is recorded while its script goes on', () => {
  it('is silent where it was paused', async () => {
    const line = await on.world.line([
      { verb: 'startRecording', channels: 'dual' },
      { verb: 'play', url: '/prompt.wav' },
      { verb: 'pauseRecording' },
      { verb: 'play', url: '/music.wav' },
      { verb: 'resumeRecording' },
      { verb: 'play', url: '/prompt.wav' },
      { verb: 'stopRecording' },
      { verb: 'play', url: '/music.wav' },
    ]);
    const call = await on.world.call(line);
    await call.ended;
    const callId = await on.world.callId(line.path);
    const [recordingId] = (await on.world.cdr(callId)).recordingIds;
    await available(recordingId!);
    const types = on.world
      .eventsOf(callId)
      .map(({ type }) => type)
      .filter((type) => type.startsWith('recording.'));
    expect(types).toEqual([
      'recording.started',
      'recording.paused',
      'recording.resumed',
      'recording.completed',
      'recording.available',
    ]);
    const { channels, rate } = await sound(recordingId!, 'wav');
    expect(channels).toHaveLength(2);
    const [said, heard] = channels.map((samples) => heardMilliseconds(samples, rate));
    expect(Object.keys(said!)).toEqual(['caller']);
    // A second of music was paused away on both channels, though its time is kept.
    expect(Object.keys(heard!)).toEqual(['prompt']);
    expect(heard!.prompt).toBeGreaterThan(1500);
    const lengthMs = (channels[0]!.length / rate) * 1000;
    expect(lengthMs - said!.caller!).toBeGreaterThan(700);
    expect(lengthMs).toBeGreaterThan(2700);
  });

  it('leaves a pause out where asked to', async () => {
    const line = await on.world.line([
      { verb: 'startRecording', channels: 'mono', track: 'outbound' },
      { verb: 'play', url: '/prompt.wav' },
      { verb: 'pauseRecording', pauseBehavior: 'skip' },
      { verb: 'play', url: '/music.wav', loop: 3 },
      { verb: 'resumeRecording' },
      { verb: 'play', url: '/prompt.wav' },
      { verb: 'stopRecording' },
    ]);
    const call = await on.world.call(line);
    await call.ended;
    const [recordingId] = (await on.world.cdr(await on.world.callId(line.path))).recordingIds;
    await available(recordingId!);
    const { channels, rate } = await sound(recordingId!, 'wav');
    expect(channels).toHaveLength(1);
    expect(whoIsHeard(channels[0]!, { rate })).toEqual(['prompt']);
    expect((channels[0]!.length / rate) * 1000).toBeLessThan(3000);
  });

  it('is recorded, paused, resumed and stopped by the API', async () => {
    const { api } = on.world;
    const line = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const call = await on.world.call(line);
    await call.media.hears('music');
    const callId = await on.world.callId(line.path);
    const started = await api.post<{ recordingId: string; status: string }>(`/v1/calls/${callId}/recordings`, {});
    expect(started.status).toBe('in-progress');
    const path = `/v1/calls/${callId}/recordings/${started.recordingId}`;
    await call.media.listen(1000);
    expect((await api.patch(path, { status: 'paused' })).status).toBe('paused');
    expect((await api.get(`/v1/recordings/${started.recordingId}`)).status).toBe('paused');
    await call.media.listen(1000);
    expect((await api.patch(path, { status: 'in-progress' })).status).toBe('in-progress');
    await call.media.listen(1000);
    expect((await api.patch(path, { status: 'stopped' })).status).toBe('stopped');
    expect((await api.request('PATCH', path, { status: 'paused' })).status).toBe(409);
    const recording = await available(started.recordingId);
    expect(recording).toMatchObject({ source: 'StartCallRecordingAPI', channels: 2 });
    const { channels, rate } = await sound(started.recordingId, 'mp3');
    const [said, heard] = channels.map((samples) => heardMilliseconds(samples, rate));
    expect(Object.keys(said!)).toEqual(['caller']);
    expect(Object.keys(heard!)).toEqual(['music']);
    expect((channels[0]!.length / rate) * 1000 - said!.caller!).toBeGreaterThan(700);
    await call.bye();
  });
});
