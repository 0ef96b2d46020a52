import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadWavError, readWav, wavHeader } from '../../../audio/wav.js';
import { cutRecording, type Stretch } from './cut-recording.js';

let folder: string;
const raw = () => join(folder, 'raw.wav');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cut-'));
  // Ten seconds: each frame says its number on the left, and minus that on the right.
  const samples = new Int16Array(160_000);
  for (let frame = 0; frame < 80_000; frame += 1) samples.set([frame % 30_000, -(frame % 30_000)], frame * 2);
  await writeFile(
    raw(),
    Buffer.concat([wavHeader({ channels: 2, sampleRate: 8000 }, 320_000), Buffer.from(samples.buffer)]),
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function cut(options: Partial<Parameters<typeof cutRecording>[1]>, leftOut: readonly Stretch[] = []) {
  const path = join(folder, 'cut.wav');
  const durationMs = await cutRecording([{ path: raw(), leftOut }], { path, channels: 2, ...options });
  return { durationMs, sound: readWav(await readFile(path)) };
}

describe('a recording cut from what FreeSWITCH recorded', () => {
  it('is the whole, on two channels', async () => {
    const { durationMs, sound } = await cut({});
    expect([durationMs, sound.channels, sound.samples.length]).toEqual([10_000, 2, 160_000]);
    expect([...sound.samples.subarray(2, 6)]).toEqual([1, -1, 2, -2]);
  });

  it('leaves out what was skipped', async () => {
    const { durationMs, sound } = await cut({}, [
      { fromMs: 1_000, toMs: 3_000 },
      { fromMs: 9_500, toMs: 12_000 },
    ]);
    expect(durationMs).toBe(7_500);
    expect(sound.samples[16_000]).toBe(24_000);
  });

  it('puts pieces one after the other, each without what was skipped of it', async () => {
    const pieces = [
      { path: raw(), leftOut: [{ fromMs: 1_000, toMs: 10_000 }] },
      { path: raw(), leftOut: [] },
    ];
    const path = join(folder, 'pieces.wav');
    expect(await cutRecording(pieces, { path, channels: 2 })).toBe(11_000);
    const { samples } = readWav(await readFile(path));
    expect([samples[15_998], samples[16_000], samples[16_002]]).toEqual([7_999, 0, 1]);
  });

  it('keeps the directions asked for, and mixes them on one channel', async () => {
    expect([...(await cut({ directions: 'heard' })).sound.samples.subarray(2, 4)]).toEqual([0, -1]);
    expect([...(await cut({ channels: 1, directions: 'said' })).sound.samples.subarray(0, 3)]).toEqual([0, 1, 2]);
    expect((await cut({ channels: 1 })).sound.samples.every((sample) => sample === 0)).toBe(true);
  });

  it('is refused where that is no recording on two channels', async () => {
    const path = join(folder, 'mono.wav');
    await writeFile(path, Buffer.concat([wavHeader({ channels: 1, sampleRate: 8000 }, 2), Buffer.alloc(2)]));
    await expect(cutRecording([{ path, leftOut: [] }], { path: `${path}.out`, channels: 2 })).rejects.toThrow(
      BadWavError,
    );
  });
});
