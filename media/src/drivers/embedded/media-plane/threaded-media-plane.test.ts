import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause, systemClock } from '@hookswitch/kernel/clock';
import { describe, expect, it } from 'vitest';
import { startThread } from '../../../net/media-thread.js';
import { MediaPlaneLostError } from '../../../port/engine-errors.js';
import { createThreadedMediaPlane } from './threaded-media-plane.js';

describe('a media thread that dies', () => {
  it('settles what was promised, saves recordings, and reports every leg as lost', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'media-plane-'));
    let kill: (() => Promise<void>) | undefined;
    const start: typeof startThread = (...options) => {
      const thread = startThread(...options);
      kill = () => thread.stop();
      return thread as never;
    };
    const plane = createThreadedMediaPlane({ portLow: 23_000, portHigh: 23_099 }, start);
    const lost: string[] = [];
    plane.events.on('gone', (legId) => lost.push(legId));
    await plane.open('a', { bindAddress: '127.0.0.1' });
    const tone = { kind: 'tone', frequencies: [1000], levelDbm0: -10, cadenceMs: [60_000] } as const;
    const playing = plane.play('a', 'p', tone);
    const path = join(folder, 'x.wav');
    const captured = plane.startRecording('a', { recordingId: 'RE1', path, channels: 2 });
    for (let found = false; !found; await pause(systemClock, 20)) {
      found = (await readFile(path).catch(() => new Uint8Array())).length > 44;
    }
    await kill?.();
    expect((await playing).end).toBe('call-ended');
    const file = await captured;
    expect(file).toMatchObject({ recordingId: 'RE1', end: 'call-ended' });
    expect(file.durationMs).toBeGreaterThan(0);
    expect(lost).toEqual(['a']);
    await expect(plane.open('b', { bindAddress: '127.0.0.1' })).rejects.toThrow(MediaPlaneLostError);
    expect(plane.gauges()).toEqual({ legs: 0, ports: 0, recordings: 0, timers: 0 });
    await plane.stop();
    await rm(folder, { recursive: true });
  });
});
