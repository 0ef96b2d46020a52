import type { CapturedFile, RecordOptions } from '../../../port/live-call.js';

/** What the side file of a recording says. `end` and `durationMs` are there once it was finished. */
export interface CaptureSidecar {
  readonly version: 1;
  readonly recordingId: string;
  readonly channels: 1 | 2;
  readonly sampleRate: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly end?: CapturedFile['end'];
  readonly durationMs?: number;
}

/** The side file of a recording. */
export function sidecarPath(path: string): string {
  return `${path}.json`;
}

/** Its text: at the start, and again with the end once that is known. */
export function sidecarOf(
  options: Pick<RecordOptions, 'recordingId' | 'channels'>,
  startedAt: number,
  done?: CapturedFile,
): string {
  const sidecar: CaptureSidecar = {
    version: 1,
    recordingId: options.recordingId,
    channels: options.channels,
    sampleRate: 8000,
    startedAt,
    ...(done ? { end: done.end, durationMs: done.durationMs } : {}),
  };
  return JSON.stringify(sidecar);
}

/** Reads a side file; undefined where it is not one. */
export function parseSidecar(text: string): CaptureSidecar | undefined {
  try {
    const value = JSON.parse(text) as Partial<CaptureSidecar> | null;
    if (value?.version !== 1 || typeof value.recordingId !== 'string' || typeof value.startedAt !== 'number') {
      return undefined;
    }
    if ((value.channels !== 1 && value.channels !== 2) || typeof value.sampleRate !== 'number') return undefined;
    return value as CaptureSidecar;
  } catch {
    return undefined;
  }
}
