import { open, readFile } from 'node:fs/promises';
import { wavHeader, wavHeaderLength } from '../../../audio/wav.js';
import type { CapturedFile } from '../../../port/live-call.js';
import { parseSidecar, sidecarOf, sidecarPath } from './capture-sidecar.js';
import { nodeCaptureStore } from './node-capture-store.js';

/**
 * Finishes a recording whose writer died: sets the sizes in its header by what is there, and says what it is. A recording that was
 * finished in order is answered as it was. Undefined where there is no readable side file or no sound file: nothing can be saved.
 * Safe to repeat. Must not be called on a recording that is being written.
 */
export async function recoverCapture(path: string): Promise<CapturedFile | undefined> {
  const text = await readFile(sidecarPath(path), 'utf8').catch(() => undefined);
  const sidecar = text === undefined ? undefined : parseSidecar(text);
  if (!sidecar) return undefined;
  const { recordingId, channels, sampleRate, startedAt } = sidecar;
  const file = await open(path, 'r+').catch(() => undefined);
  if (!file) return undefined;
  try {
    const frameBytes = channels * 2;
    const frames = Math.max(0, Math.floor(((await file.stat()).size - wavHeaderLength) / frameBytes));
    await file.truncate(wavHeaderLength + frames * frameBytes);
    await file.write(wavHeader({ channels, sampleRate }, frames * frameBytes), 0, wavHeaderLength, 0);
    const recovered: CapturedFile = {
      recordingId,
      path,
      channels,
      sampleRate,
      durationMs: (frames / sampleRate) * 1000,
      startedAt,
      end: sidecar.end ?? 'call-ended',
    };
    await file.datasync();
    await nodeCaptureStore.writeText(sidecarPath(path), sidecarOf(sidecar, startedAt, recovered));
    return recovered;
  } finally {
    await file.close();
  }
}
