import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWav } from '../../../audio/wav.js';
import type { AudioRef } from '../../../port/sound.js';
import { SoundFiles } from './sound-files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sounds-'));
});
afterEach(() => rm(folder, { recursive: true }));

const sound = (key: string, length = 800): AudioRef => ({
  kind: 'audio',
  key,
  sampleRate: 8000,
  samples: Int16Array.from({ length }, (_, at) => at),
});
const files = (limit?: number) => new SoundFiles({ ours: folder, theirs: '/theirs' }, limit);
const names = () => readdir(join(folder, 'sounds'));

describe('sounds for FreeSWITCH', () => {
  it('are files under the name it sees, each written once', async () => {
    const all = files();
    const [one, again] = [
      await all.file(sound('a'), { repeats: 1, fromMs: 0 }),
      await all.file(sound('a'), { repeats: 1, fromMs: 0 }),
    ];
    expect(one).toEqual(again);
    expect(one.path).toMatch(/^\/theirs\/sounds\/[0-9a-f]{32}\.wav$/);
    expect([one.durationMs, (await names()).length]).toEqual([100, 1]);
  });

  it('hold as many turns as are wanted, from the place that is wanted', async () => {
    const { path, durationMs } = await files().file(sound('a'), { repeats: 3, fromMs: 150 });
    const { samples } = readWav(await readFile(join(folder, 'sounds', path.split('/').at(-1)!)));
    expect([durationMs, samples.length, samples[0], samples[400]]).toEqual([150, 1_200, 400, 0]);
  });

  it('go when there are too many, those used longest ago first; one that is missing is written again', async () => {
    const all = files(4_000);
    const part = { repeats: 1, fromMs: 0 };
    const first = await all.file(sound('a'), part);
    for (const key of ['b', 'c']) await all.file(sound(key), part);
    await expect.poll(async () => (await names()).includes(first.path.split('/').at(-1)!)).toBe(false);
    const last = await all.file(sound('c'), part);
    await rm(join(folder, 'sounds', last.path.split('/').at(-1)!));
    all.missing(last.path);
    await all.file(sound('c'), part);
    expect(await names()).toContain(last.path.split('/').at(-1));
  });

  it('of a life before are removed, and those in use are not', async () => {
    const before = await files().file(sound('old'), { repeats: 1, fromMs: 0 });
    const path = join(folder, 'sounds', before.path.split('/').at(-1)!);
    await utimes(path, 1, 1);
    const all = files();
    await all.removeOlder(1_000_000);
    expect(await names()).toEqual([]);
    await new SoundFiles({ ours: join(folder, 'nowhere'), theirs: '/x' }).removeOlder(1);
  });
});
