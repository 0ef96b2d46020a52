import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeTable } from '../../../audio/g711.js';
import { readWav, wavHeader } from '../../../audio/wav.js';
import { sidecarOf, sidecarPath } from './capture-sidecar.js';
import { LegRecording } from './leg-recording.js';
import { nodeCaptureStore } from './node-capture-store.js';
import { recoverCapture } from './recover-capture.js';

describe('finishing a recording whose writer died', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'captures-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('sets the sizes by what is there, cuts half a sample off, and may be repeated', async () => {
    const path = join(folder, 'crashed.wav');
    await writeFile(sidecarPath(path), sidecarOf({ recordingId: 'RE1', channels: 2 }, 1234));
    await writeFile(path, Buffer.concat([wavHeader({ channels: 2, sampleRate: 8000 }, 0), Buffer.alloc(32_003, 1)]));
    const expected = {
      recordingId: 'RE1',
      path,
      channels: 2,
      sampleRate: 8000,
      durationMs: 1000,
      startedAt: 1234,
      end: 'call-ended',
    };
    expect(await recoverCapture(path)).toEqual(expected);
    expect(await recoverCapture(path)).toEqual(expected);
    expect(readWav(await readFile(path)).samples.length).toBe(16_000);
  });

  it('answers a recording that was finished in order as it was', async () => {
    const clock = new ManualClock(50_000);
    const path = join(folder, 'done.wav');
    const recording = new LegRecording({ recordingId: 'RE2', path, channels: 1 }, clock.now(), nodeCaptureStore);
    recording.hear(0, 1, 0, new Uint8Array(160), 0, 160, decodeTable.pcmu, clock.now());
    recording.stop('silence', clock.now() + 500);
    const file = await recording.finished;
    expect(file).toMatchObject({ durationMs: 500, end: 'silence', startedAt: 50_000 });
    expect(await recoverCapture(path)).toEqual(file);
  });

  it.each([
    ['no side file', undefined, 'x'],
    ['a side file that is none', '{"version":7', 'x'],
    ['no sound file', sidecarOf({ recordingId: 'RE3', channels: 1 }, 1), undefined],
  ])('gives up where there is %s', async (name, sidecar, sound) => {
    const path = join(folder, `${name}.wav`);
    if (sidecar !== undefined) await writeFile(sidecarPath(path), sidecar);
    if (sound !== undefined) await writeFile(path, sound);
    expect(await recoverCapture(path)).toBeUndefined();
  });

  it('takes a file without even a whole header as an empty recording', async () => {
    const path = join(folder, 'short.wav');
    await writeFile(sidecarPath(path), sidecarOf({ recordingId: 'RE4', channels: 1 }, 1));
    await writeFile(path, 'RIFF');
    expect(await recoverCapture(path)).toMatchObject({ recordingId: 'RE4', durationMs: 0 });
    expect(readWav(await readFile(path)).samples.length).toBe(0);
  });
});
