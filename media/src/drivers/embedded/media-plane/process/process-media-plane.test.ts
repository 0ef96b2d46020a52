import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause, systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SocketListener } from '../../../../net/unix-socket.js';
import { MediaPlaneLostError } from '../../../../port/engine-errors.js';
import { FrameReader, FrameWriter } from './frames.js';
import { MediaProcess } from './media-process.fixture.js';
import { createProcessMediaPlane } from './process-media-plane.js';
import { protocolVersion } from './socket-messages.js';

const where = { bindAddress: '127.0.0.1' };
const tone = { kind: 'tone', frequencies: [1000], levelDbm0: -10, cadenceMs: [60_000] } as const;

const hello = { kind: 'hello', version: protocolVersion, nodeId: 'node' };

/** A frame of messages with this text. */
function frameOf(text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(text), 0);
  head[4] = 1;
  return Buffer.concat([head, Buffer.from(text)]);
}

const until = async (holds: () => boolean | Promise<boolean>) => {
  for (let turn = 0; turn < 2000 && !(await holds()); turn++) await pause(systemClock, 10);
  expect(await holds()).toBe(true);
};

describe('a media process', () => {
  let folder: string;
  let media: MediaProcess;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'media-process-'));
    media = await MediaProcess.start(folder, { portLow: 23_200, portHigh: 23_299 }, 30_000);
  });

  afterEach(async () => {
    await media.stop();
    await rm(folder, { recursive: true });
  });

  /** Raw bytes to its socket, and what comes back. */
  async function stranger(): Promise<{
    socket: Socket;
    heard: unknown[];
    say(message: object): void;
    closed: Promise<unknown>;
  }> {
    const socket = connect(media.path);
    socket.on('error', () => undefined);
    const heard: unknown[] = [];
    const reader = new FrameReader({ messages: (list) => heard.push(...list), samples: () => undefined });
    socket.on('data', (bytes) => reader.take(bytes));
    await once(socket, 'connect');
    return {
      socket,
      heard,
      say(message) {
        const writer = new FrameWriter((bytes) => socket.write(bytes));
        writer.say(message);
        writer.flush();
      },
      closed: new Promise((resolve) => socket.once('close', resolve)),
    };
  }

  it('that is killed ends every leg of its control, settles what was promised, and leaves recordings to be finished from disk', async () => {
    const { plane, link } = media.control();
    const gone: [string, unknown][] = [];
    plane.events.on('gone', (legId, why) => gone.push([legId, why]));
    await plane.open('a', where);
    await plane.open('b', where);
    const playing = plane.play('a', 'p', tone);
    const path = join(folder, 'x.wav');
    const captured = plane.startRecording('a', { recordingId: 'RE1', path, channels: 2 });
    await until(async () => (await readFile(path).catch(() => new Uint8Array())).length > 44);
    await media.kill();
    expect((await playing).end).toBe('call-ended');
    expect(await captured).toMatchObject({ recordingId: 'RE1', end: 'call-ended' });
    expect((await captured).durationMs).toBeGreaterThan(0);
    await until(() => gone.length === 2);
    expect(gone.map(([legId]) => legId)).toEqual(['a', 'b']);
    expect(gone[0]![1]).toBeInstanceOf(MediaPlaneLostError);
    expect(link.plane.whyNot()).toBeDefined();
    await expect(plane.open('c', where)).rejects.toThrow(MediaPlaneLostError);
    expect(await plane.takeOver(['a'])).toEqual([]);
    expect(plane.gauges()).toEqual({ legs: 0, ports: 0, recordings: 0, timers: 0 });
    expect(await plane.load()).toMatchObject({ pacedPackets: 0 });

    await media.startAgain();
    await until(() => link.plane.whyNot() === undefined);
    expect((await plane.open('c', where)).port % 2).toBe(0);
    await plane.stop();
    await until(async () => !(await media.isControlled()));
  });

  it('that is not there yet is found once it is', async () => {
    await media.kill();
    const { plane, link } = media.control();
    await link.connect();
    expect(link.plane.whyNot()).toMatch(/ROLES=media/);
    await expect(plane.open('a', where)).rejects.toThrow(MediaPlaneLostError);
    await media.startAgain();
    await until(() => link.plane.whyNot() === undefined);
    await plane.open('a', where);
    await plane.stop();
  });

  it('is sent a sound once, and plays it as often as is asked', async () => {
    const control = media.control();
    const { plane } = control;
    await plane.open('a', where);
    plane.setRemote('a', {
      address: '127.0.0.1',
      port: 9,
      codec: 'pcmu',
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: '127.0.0.1',
    });
    const samples = Int16Array.from({ length: 800 }, (_, at) => 8000 * Math.sin(at / 3));
    const sound = { kind: 'audio', key: 'k', sampleRate: 8000, samples } as const;
    for (let time = 0; time < 3; time++) {
      expect(await plane.play('a', `p${time}`, sound)).toEqual({ end: 'finished', playedMs: 100 });
    }
    expect(control.sentBytes).toBeGreaterThan(1_600);
    expect(control.sentBytes).toBeLessThan(2 * 1_600);
    await plane.stop();
  });

  it.each([
    ['no frame', (socket: Socket) => socket.write('GET / HTTP/1.1\r\n\r\n')],
    [
      'lists in lists without end',
      (socket: Socket) => socket.write(frameOf(`[${'['.repeat(500_000)}${']'.repeat(500_000)}]`)),
    ],
    ['a frame without end', (socket: Socket) => socket.write(Buffer.alloc(64, 0xff))],
  ])('closes the connection of whoever says %s, and goes on', async (_, speak) => {
    const { plane } = media.control();
    await plane.open('a', where);
    const other = await stranger();
    speak(other.socket);
    await other.closed;
    expect(await plane.stats('a')).toMatchObject({ packetsSent: 0 });
    await plane.stop();
  });

  it.each([
    ['a command before it says who it is', [{ id: 1, command: 'load', arguments: [] }]],
    ['a hello of nobody', [{ ...hello, nodeId: '' }]],
    ['nothing of an object', [null]],
    ['a command that nobody knows', [hello, { id: 1, command: 'constructor', arguments: [] }]],
    ['a command with too much', [hello, { id: 1, command: 'load', arguments: [1] }]],
    [
      'a port that is none',
      [hello, { id: 0, command: 'setRemote', arguments: ['a', { address: '127.0.0.1', port: 70_000 }] }],
    ],
    [
      'a sound that it never sent',
      [hello, { id: 1, command: 'play', arguments: ['a', 'p', { kind: 'audio', soundId: 1 }] }],
    ],
    ['a sound without bounds', [hello, { kind: 'sound', soundId: 1, key: 'k', sampleRate: 8000, length: 1e12 }]],
    ['a sound to forget that is none', [hello, { kind: 'forget', soundId: 9 }]],
    [
      'a recording with a path that is relative',
      [hello, { id: 1, command: 'startRecording', arguments: ['a', { recordingId: 'R', path: '../x', channels: 1 }] }],
    ],
  ])('closes the connection of whoever says %s', async (_, messages) => {
    const other = await stranger();
    for (const message of messages) other.say(message as object);
    await other.closed;
    const { plane } = media.control();
    await plane.open('a', where);
    await plane.stop();
  });

  it('closes the connection of whoever says a command in lists without end', async () => {
    const other = await stranger();
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    other.socket.write(frameOf(`[${JSON.stringify(hello)},{"id":1,"command":${deep},"arguments":[${deep}]}]`));
    await other.closed;
    expect(other.heard).not.toContainEqual(expect.objectContaining({ kind: 'answer' }));
    const { plane } = media.control();
    await plane.open('a', where);
    await plane.stop();
  });

  it('lives through any messages', async () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const messages = fc.oneof(
      json,
      fc.record(
        { kind: fc.constantFrom('ping', 'sound', 'forget', 'hello'), soundId: json, length: json },
        { requiredKeys: [] },
      ),
      fc.record({
        id: fc.nat(5),
        command: fc.constantFrom(
          'open',
          'setRemote',
          'play',
          'setRoom',
          'sendDigits',
          'takeOver',
          'close',
          'mute',
          'stop',
          'toString',
        ),
        arguments: fc.array(json, { maxLength: 4 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(messages, { maxLength: 10 }), async (list) => {
        const other = await stranger();
        other.say(hello);
        for (const message of list) other.say(message as object);
        other.socket.end();
        await other.closed;
      }),
      { numRuns: 60 },
    );
    const { plane } = media.control();
    await plane.open('a', where);
    await plane.stop();
  });

  it('writes recordings below its own folder only', async () => {
    const { plane } = media.control();
    await plane.open('a', where);
    for (const path of ['/tmp/stray.wav', join(folder, '..', 'stray.wav'), `${folder}-2/x.wav`]) {
      const file = await plane.startRecording('a', { recordingId: path, path, channels: 1, maxDurationMs: 20_000 });
      expect(file).toMatchObject({ end: 'write-failed', durationMs: 0 });
    }
    await plane.stop();
  });

  it('says why it takes no control of another release', async () => {
    const other = await stranger();
    other.say({ ...hello, version: protocolVersion + 1 });
    await other.closed;
    expect(other.heard).toEqual([{ kind: 'refused', why: expect.stringContaining('release') }]);
  });
});

describe('a media process that does not answer', () => {
  it('is given up after five questions, and looked for again', async () => {
    const clock = new ManualClock();
    const connections: { listener: SocketListener; sent: number }[] = [];
    const link = createProcessMediaPlane({
      path: 'none',
      nodeId: 'node',
      clock,
      logger: silentLogger,
      onReplaced: () => undefined,
      connect: (_, listener) => {
        const connection = { listener, sent: 0 };
        connections.push(connection);
        return {
          send: () => {
            connection.sent++;
          },
          waiting: 0,
          close: (why) => queueMicrotask(() => listener.closed(why)),
        };
      },
    });
    void link.connect();
    new FrameWriter((bytes) => connections[0]!.listener.bytes(Buffer.from(bytes))).say({ kind: 'welcome' });
    await new Promise(setImmediate);
    expect(link.plane.whyNot()).toBeUndefined();
    const gone: string[] = [];
    link.plane.events.on('gone', (legId) => gone.push(legId));
    const load = link.plane.load();
    await clock.advanceAsync(9_000);
    expect([connections.length, link.plane.whyNot()]).toEqual([1, undefined]);
    await clock.advanceAsync(4_000);
    expect(link.plane.whyNot()).toBe('it does not answer');
    expect(await load).toMatchObject({ cpuMs: 0 });
    expect(connections).toHaveLength(2);
    await link.plane.stop();
  });
});
