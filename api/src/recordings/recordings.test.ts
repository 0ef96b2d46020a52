import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import type { CapturedFile, LiveCall, LiveRecording, RecordOptions } from '@hookswitch/media/port/live-call';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '../call-records/call.js';
import { MemoryCallStore } from '../call-records/memory-call-store.js';
import { MemoryEventStore } from '../events/memory-event-store.js';
import { MemoryObjectStore } from '../objects/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { storedEvent, toPublicEvent } from '../webhooks/index.js';
import { FfmpegMp3Encoder, ffmpegRuns } from './ffmpeg-mp3-encoder.js';
import { type FinalizeDeps, finalizeRecording } from './finalize-recording.js';
import type { Mp3Encoder } from './mp3-encoder.js';
import { RecordCall } from './record-call.js';
import { type Recording, recordingCollection } from './recording.js';
import { unfinishedRecordings } from './salvage-recordings.js';

const folder = mkdtempSync(join(tmpdir(), 'hookswitch-recordings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasFfmpeg = await ffmpegRuns('ffmpeg');

/** A WAV file: `tones` says for each channel its frequency in Hz (0 is silence), `leadMs` of silence before and after. */
function wavBytes(tones: readonly number[], ms: number, leadMs = 0): Buffer {
  const frames = (ms + 2 * leadMs) * 8;
  const body = Buffer.alloc(frames * tones.length * 2);
  for (let frame = leadMs * 8; frame < (leadMs + ms) * 8; frame++) {
    for (const [channel, hertz] of tones.entries()) {
      const value = Math.round(8000 * Math.sin((2 * Math.PI * hertz * frame) / 8000));
      body.writeInt16LE(value, (frame * tones.length + channel) * 2);
    }
  }
  const head = Buffer.from(
    '524946460000000057415645666d7420100000000100000000000000000000000000100064617461ffffffff',
    'hex',
  );
  head.writeUInt32LE(body.length + 36, 4);
  head.writeUInt16LE(tones.length, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16000 * tones.length, 28);
  head.writeUInt16LE(2 * tones.length, 32);
  head.writeUInt32LE(body.length, 40);
  return Buffer.concat([head, body]);
}

/** Strength of a frequency in 16-bit samples, by Goertzel. */
function level(samples: readonly number[], hertz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / 8000);
  let [one, two] = [0, 0];
  for (const sample of samples) [one, two] = [sample + factor * one - two, one];
  return Math.sqrt(Math.max(0, one * one + two * two - factor * one * two)) / samples.length;
}

/** A leg that writes `content` as its capture when it is stopped. */
function legThatCaptures(content: Buffer | undefined, more: Partial<CapturedFile> = {}) {
  const log: string[] = [];
  let finish: (end: CapturedFile['end']) => void = () => {};
  const leg = {
    record(options: RecordOptions): LiveRecording {
      let resolve: (file: CapturedFile) => void;
      const finished = new Promise<CapturedFile>((settle) => (resolve = settle));
      finish = (end) => {
        if (content) writeFileSync(options.path, content);
        if (content) writeFileSync(`${options.path}.json`, '{}');
        const { recordingId, path, channels } = options;
        const durationMs = content ? (content.length - 44) / 16 / channels : 0;
        resolve({ recordingId, path, channels, sampleRate: 8000, startedAt: 0, durationMs, end, ...more });
      };
      return {
        id: options.recordingId,
        pause: (mode) => void log.push(`pause ${mode}`),
        resume: () => void log.push('resume'),
        stop: () => {
          finish('stopped');
          return finished;
        },
        finished,
      };
    },
  } as unknown as LiveCall;
  return { leg, log, finish: (end: CapturedFile['end']) => finish(end) };
}

function setUp(options: { mp3?: Mp3Encoder } = {}) {
  const clock = new ManualClock();
  const newId = idMaker(clock, seededRandom(1));
  const calls = new MemoryCallStore({ clock, newId });
  const recordings = new MemoryTenantCollection<Recording>(recordingCollection);
  const events = new MemoryEventStore();
  const objects = new MemoryObjectStore();
  const captured: string[] = [];
  const captureDirectory = mkdtempSync(join(folder, 'captures-'));
  const deps: FinalizeDeps = {
    calls,
    recordings,
    events,
    clock,
    logger: silentLogger,
    mp3: options.mp3,
    objects,
  };
  const recorder = new RecordCall({ ...deps, newId, captureDirectory, onCaptured: (id) => void captured.push(id) });
  const accountId = newId('AC');
  return {
    ...deps,
    deps,
    clock,
    calls,
    recordings,
    events,
    /** A stored file's bytes. */
    stored: async (key: string) => Buffer.concat(await (await objects.open(key)).toArray()),
    captured,
    captureDirectory,
    recorder,
    accountId,
    async call(): Promise<Call> {
      return calls.insert(
        {
          id: newId('CA'),
          accountId,
          contactId: newId('CN'),
          direction: 'inbound',
          from: '+14155550100',
          to: '+14155550101',
          status: 'in-progress',
          nodeId: 'node-1',
          scriptRevision: 0,
          createdAt: clock.now(),
          tags: {},
          recordingIds: [],
        },
        [],
      );
    },
    endCall: (id: string) => calls.change(id, () => ({ set: { status: 'completed', endedAt: clock.now() } })),
    /** Types of all events pushed onto the call. */
    async told(callId: string): Promise<string[]> {
      return (await calls.find(callId))!.pendingEvents.map(({ type }) => type);
    },
    start: (call: Call, leg: LiveCall, more = {}) =>
      recorder.start({ accountId, callId: call.id, leg, source: 'RecordVerb', channels: 1, ...more }),
    record: async (id: string) => (await recordings.acrossAccounts.get(id))!,
  };
}

describe('recording a call', () => {
  it('makes the record, tells start, pause, resume and end on the call in order, and asks for the files', async () => {
    const world = setUp();
    const call = await world.call();
    const { leg, log } = legThatCaptures(wavBytes([400], 1500));
    const recording = await world.start(call, leg, { channels: 2 });
    expect(world.recorder.active(call.id)).toEqual([recording]);
    expect((await world.calls.find(call.id))!.recordingIds).toEqual([recording.id]);
    await recording.pause('skip');
    expect(await world.record(recording.id)).toMatchObject({ status: 'paused', hasUntold: false });
    await recording.resume();
    const result = await recording.stop();
    expect(result).toEqual({ recordingId: recording.id, durationSeconds: 0.75, end: 'stopped' });
    expect(log).toEqual(['pause skip', 'resume']);
    expect(await world.told(call.id)).toEqual([
      'recording.started',
      'recording.paused',
      'recording.resumed',
      'recording.completed',
    ]);
    expect(await world.record(recording.id)).toMatchObject({
      status: 'processing',
      durationSeconds: 0.75,
      hasUntold: false,
    });
    expect(world.captured).toEqual([recording.id]);
    expect(world.recorder.active(call.id)).toEqual([]);
  });

  it.each([
    ['nothing was captured', undefined, {}, 'absent', 'recording.absent', 'call-ended'],
    ['the file cannot be written', undefined, { end: 'write-failed' }, 'failed', 'recording.failed', 'failed'],
  ] as const)('says so when %s', async (_name, content, more, status, event, end) => {
    const world = setUp();
    const call = await world.call();
    const { leg, finish } = legThatCaptures(content, more);
    const recording = await world.start(call, leg);
    finish('call-ended');
    expect((await recording.finished).end).toBe(end);
    expect(await world.record(recording.id)).toMatchObject({ status });
    expect(await world.told(call.id)).toEqual(['recording.started', event]);
    // Its empty file is to be removed.
    expect(world.captured).toEqual(status === 'absent' ? [recording.id] : []);
  });

  it('tells of its start once although the answer of the store was lost', async () => {
    const world = setUp();
    const call = await world.call();
    const change = world.calls.change.bind(world.calls);
    vi.spyOn(world.calls, 'change').mockImplementationOnce(async (...given) => {
      await change(...given);
      throw new Error('connection lost');
    });
    const { leg, finish } = legThatCaptures(wavBytes([400], 1000));
    const recording = await world.start(call, leg);
    finish('call-ended');
    await recording.finished;
    expect(await world.told(call.id)).toEqual(['recording.started', 'recording.completed']);
  });

  it('does not reject when the capture cannot begin: the recording failed and the call goes on', async () => {
    const world = setUp();
    const call = await world.call();
    const leg = {
      record: () => {
        throw new Error('disk full');
      },
    } as unknown as LiveCall;
    const recording = await world.start(call, leg);
    expect(await recording.finished).toMatchObject({ end: 'failed' });
    expect(await world.told(call.id)).toEqual(['recording.started', 'recording.failed']);
  });
});

/** A recording that was captured from that file. */
async function captured(world: ReturnType<typeof setUp>, content: Buffer, more = {}) {
  const call = await world.call();
  const { leg } = legThatCaptures(content);
  const recording = await world.start(call, leg, more);
  await recording.stop();
  return { callId: call.id, id: recording.id, path: (await world.record(recording.id)).capturePath };
}

describe('finishing a recording', () => {
  it('keeps a WAV with checksum and length, tells the call, and removes the capture', async () => {
    const world = setUp();
    const { id, callId, path } = await captured(world, wavBytes([400, 700], 1000), { channels: 2 });
    await finalizeRecording(id, world.deps);
    const record = await world.record(id);
    expect(record).toMatchObject({ status: 'available', durationSeconds: 1, hasUntold: false });
    const [file] = record.files;
    const bytes = await world.stored(file!.key);
    expect(file).toMatchObject({
      format: 'wav',
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(file!.key).toBe(`${world.accountId}/recordings/${id}.wav`);
    expect(bytes.equals(wavBytes([400, 700], 1000))).toBe(true);
    expect((await world.told(callId)).slice(-1)).toEqual(['recording.available']);
    expect([existsSync(path), existsSync(`${path}.json`)]).toEqual([false, false]);
  });

  it.runIf(hasFfmpeg)('makes an MP3 in which each channel has its own tone and not the other', async () => {
    const world = setUp({ mp3: new FfmpegMp3Encoder({ program: 'ffmpeg' }) });
    const { id } = await captured(world, wavBytes([425, 800], 2000), { channels: 2 });
    await finalizeRecording(id, world.deps);
    const { files } = await world.record(id);
    expect(files.map(({ format }) => format)).toEqual(['wav', 'mp3']);
    const mp3 = join(folder, 'made.mp3');
    writeFileSync(mp3, await world.stored(files[1]!.key));
    const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', mp3, '-f', 's16le', '-ar', '8000', '-']);
    const channel = (offset: number) =>
      Array.from({ length: 8000 }, (_, frame) => raw.readInt16LE((4000 + frame) * 4 + offset * 2));
    const [left, right] = [channel(0), channel(1)];
    expect(level(left, 425) / level(left, 800)).toBeGreaterThan(30);
    expect(level(right, 800) / level(right, 425)).toBeGreaterThan(30);
  });

  it('cuts the silence at both ends where asked, and calls a recording of nothing but silence absent', async () => {
    const world = setUp();
    const { id } = await captured(world, wavBytes([400], 1000, 2000), { trimSilence: true });
    await finalizeRecording(id, world.deps);
    expect((await world.record(id)).durationSeconds).toBeCloseTo(1.4, 1);
    const silent = await captured(world, wavBytes([0], 1000), { trimSilence: true });
    await finalizeRecording(silent.id, world.deps);
    expect(await world.record(silent.id)).toMatchObject({ status: 'absent', files: [] });
    expect((await world.told(silent.callId)).slice(-1)).toEqual(['recording.absent']);
  });

  it('tries again after a failure, and fails for good after five, keeping the capture', async () => {
    let healthy = false;
    const mp3: Mp3Encoder = {
      encode: async (from, to) => {
        if (!healthy) throw new Error('no ffmpeg today');
        copyFileSync(from, to);
      },
    };
    const world = setUp({ mp3 });
    const { id } = await captured(world, wavBytes([400], 200));
    await expect(finalizeRecording(id, world.deps)).rejects.toThrow('no ffmpeg today');
    healthy = true;
    expect(await unfinishedRecordings(10, world.deps)).toEqual([id]);
    await finalizeRecording(id, world.deps);
    expect((await world.record(id)).status).toBe('available');

    healthy = false;
    const other = await captured(world, wavBytes([400], 200));
    for (let n = 1; n < 5; n++) await expect(finalizeRecording(other.id, world.deps)).rejects.toThrow();
    await finalizeRecording(other.id, world.deps);
    expect((await world.record(other.id)).status).toBe('failed');
    expect((await world.told(other.callId)).slice(-1)).toEqual(['recording.failed']);
    expect(existsSync(other.path)).toBe(true);
  });

  it('makes the files once when two workers start at once, and changes nothing when run again', async () => {
    const world = setUp();
    const { id, callId } = await captured(world, wavBytes([400], 500));
    await Promise.all([finalizeRecording(id, world.deps), finalizeRecording(id, world.deps)]);
    const before = await world.record(id);
    await finalizeRecording(id, world.deps);
    expect(await world.record(id)).toEqual(before);
    expect((await world.told(callId)).filter((type) => type === 'recording.available')).toHaveLength(1);
  });
});

describe('recordings whose owner was killed', () => {
  it('finishes a capture from the partial file once the call is over: the header is not true, a sample is cut in half', async () => {
    const world = setUp();
    const call = await world.call();
    const { leg } = legThatCaptures(undefined);
    const recording = await world.start(call, leg);
    const path = (await world.record(recording.id)).capturePath;
    const partial = wavBytes([400], 1000);
    partial.writeUInt32LE(0, 4);
    partial.writeUInt32LE(0, 40);
    writeFileSync(path, partial);
    truncateSync(path, 44 + 8000 + 1);

    expect(await unfinishedRecordings(10, world.deps)).toEqual([]); // the call lives
    await world.endCall(call.id);
    world.clock.advance(10_000);
    expect(await unfinishedRecordings(10, world.deps)).toEqual([]); // its owner may still be writing
    world.clock.advance(15_000);
    expect(await unfinishedRecordings(10, world.deps)).toEqual([recording.id]);
    await finalizeRecording(recording.id, world.deps);
    expect(await world.record(recording.id)).toMatchObject({
      status: 'available',
      durationSeconds: 0.5,
      end: 'call-ended',
    });
    expect(await world.told(call.id)).toEqual(['recording.started', 'recording.completed', 'recording.available']);
  });

  it.each([
    ['no file', undefined],
    ['an empty file', Buffer.alloc(0)],
    ['a file that is no WAV', Buffer.from('not a sound at all, sorry')],
    ['a file with a header only', wavBytes([400], 0)],
  ])('calls it absent when there is %s', async (_name, content) => {
    const world = setUp();
    const call = await world.call();
    const recording = await world.start(call, legThatCaptures(undefined).leg);
    const path = (await world.record(recording.id)).capturePath;
    mkdirSync(world.captureDirectory, { recursive: true });
    if (content) writeFileSync(path, content);
    await world.endCall(call.id);
    world.clock.advance(30_000);
    expect(await unfinishedRecordings(10, world.deps)).toEqual([]);
    expect((await world.record(recording.id)).status).toBe('absent');
    expect(await world.told(call.id)).toEqual(['recording.started', 'recording.absent']);
  });

  it.each([
    ['before', 'still on the call'],
    ['before', 'already relayed'],
    ['after', 'still on the call'],
    ['after', 'already relayed'],
  ])('tells each event exactly once, killed %s the call was told, earlier events %s', async (when, where) => {
    const world = setUp();
    const call = await world.call();
    const { leg } = legThatCaptures(wavBytes([400], 300));
    const recording = await world.start(call, leg);
    // The process dies: its write to the call or the one after it never happens.
    const untold = [{ type: 'recording.completed' as const, at: new Date(world.clock.now()).toISOString() }];
    const now = await world.record(recording.id);
    await world.recordings.replace({ ...now, status: 'processing', durationSeconds: 0.3, untold, hasUntold: true });
    if (when === 'after') {
      await world.calls.change(call.id, () => ({
        events: [{ type: 'recording.completed', data: { recording: { id: recording.id } } }],
      }));
    }
    if (where === 'already relayed') {
      const current = (await world.calls.find(call.id))!;
      await world.events.insertMany(current.pendingEvents.map((event) => storedEvent(toPublicEvent(event, current))));
      await world.calls.removePendingEvents(call.id, current.sequence);
    }
    world.clock.advance(60_000);
    await unfinishedRecordings(10, world.deps);
    await unfinishedRecordings(10, world.deps);
    const pending = await world.told(call.id);
    const relayed = (await world.events.list(world.accountId, { subjectId: call.id }, { limit: 10 })).map(
      ({ type }) => type,
    );
    expect([...relayed, ...pending].filter((type) => type === 'recording.completed')).toHaveLength(1);
    expect((await world.record(recording.id)).hasUntold).toBe(false);
  });
});
