import { type FileHandle, open } from 'node:fs/promises';
import { BadWavError, wavHeader, wavHeaderLength } from '../../audio/wav.js';
import type { RecordOptions } from '../../port/live-call.js';

/** A stretch of a recording, milliseconds from its start. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

const framesAtOnce = 32_768;
const rawFrameBytes = 4;

/**
 * Makes the recording that was asked for from what FreeSWITCH recorded, which is always both directions on two channels: leaves stretches out, keeps the directions
 * wanted, mixes them where one channel is wanted. Resolves with its length, milliseconds. Works piece by piece: an hour is never in memory.
 */
export async function cutRecording(
  from: string,
  { path, channels, directions = 'both' }: Pick<RecordOptions, 'path' | 'channels' | 'directions'>,
  leftOut: readonly Stretch[],
): Promise<number> {
  const input = await open(from, 'r');
  try {
    const { sampleRate, dataAt } = await readHead(input);
    const output = await open(path, 'w');
    try {
      await output.write(wavHeader({ channels, sampleRate }, 0), 0, wavHeaderLength, 0);
      const gaps = leftOut.map(
        ({ fromMs, toMs }) => [framesIn(fromMs, sampleRate), framesIn(toMs, sampleRate)] as const,
      );
      let written = 0;
      const raw = Buffer.alloc(framesAtOnce * rawFrameBytes);
      for (let frame = 0; ; ) {
        const { bytesRead } = await input.read(raw, 0, raw.length, dataAt + frame * rawFrameBytes);
        const frames = Math.floor(bytesRead / rawFrameBytes);
        if (frames === 0) break;
        const piece = keptFrames(raw, frame, frames, gaps, { channels, directions });
        await output.write(piece, 0, piece.length, wavHeaderLength + written);
        written += piece.length;
        frame += frames;
      }
      await output.write(wavHeader({ channels, sampleRate }, written), 0, wavHeaderLength, 0);
      return (written / (2 * channels * sampleRate)) * 1000;
    } finally {
      await output.close();
    }
  } finally {
    await input.close();
  }
}

function framesIn(ms: number, sampleRate: number): number {
  return Math.round((ms * sampleRate) / 1000);
}

function keptFrames(
  raw: Buffer,
  first: number,
  count: number,
  gaps: readonly (readonly [number, number])[],
  { channels, directions }: { readonly channels: 1 | 2; readonly directions: 'said' | 'heard' | 'both' },
): Buffer {
  const out = Buffer.alloc(count * channels * 2);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const frame = first + index;
    if (gaps.some(([from, to]) => frame >= from && frame < to)) continue;
    const said = directions === 'heard' ? 0 : raw.readInt16LE(index * rawFrameBytes);
    const heard = directions === 'said' ? 0 : raw.readInt16LE(index * rawFrameBytes + 2);
    if (channels === 2) {
      out.writeInt16LE(said, at);
      out.writeInt16LE(heard, at + 2);
      at += 4;
    } else {
      out.writeInt16LE(Math.max(-32768, Math.min(32767, said + heard)), at);
      at += 2;
    }
  }
  return out.subarray(0, at);
}

/** Where the sound begins. Throws `BadWavError` unless it is 16-bit PCM on two channels. */
export async function readHead(file: FileHandle): Promise<{ sampleRate: number; dataAt: number }> {
  const head = Buffer.alloc(4096);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  if (bytesRead < 12 || head.toString('latin1', 0, 4) !== 'RIFF') throw new BadWavError('no RIFF header');
  let sampleRate: number | undefined;
  for (let at = 12; at + 8 <= bytesRead; ) {
    const name = head.toString('latin1', at, at + 4);
    if (name === 'data' && sampleRate !== undefined) return { sampleRate, dataAt: at + 8 };
    if (name === 'fmt ') {
      if (head.readUInt16LE(at + 10) !== 2 || head.readUInt16LE(at + 22) !== 16)
        throw new BadWavError('not 16 bits on two channels');
      sampleRate = head.readUInt32LE(at + 12);
    }
    const length = head.readUInt32LE(at + 4);
    at += 8 + length + (length & 1);
  }
  throw new BadWavError('it has no sound');
}
