import { type FileHandle, open } from 'node:fs/promises';
import { BadWavError, wavHeader, wavHeaderLength } from '../../../audio/wav.js';
import type { RecordOptions } from '../../../port/live-call.js';

/** A stretch of a recording, milliseconds from its start. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What FreeSWITCH recorded on one channel; several where a leg went from one to another. */
export interface RawPiece {
  readonly path: string;
  readonly leftOut: readonly Stretch[];
}

const framesAtOnce = 32_768;
const rawFrameBytes = 4;

type Wanted = Pick<RecordOptions, 'path' | 'channels' | 'directions'>;

/**
 * Makes the recording that was asked for from what FreeSWITCH recorded, which is always both directions on two channels: leaves stretches out, keeps the directions
 * wanted, mixes them where one channel is wanted, one piece after the other. Resolves with its length, milliseconds. An hour is never in memory.
 */
export async function cutRecording(pieces: readonly RawPiece[], wanted: Wanted): Promise<number> {
  const { path, channels } = wanted;
  const output = await open(path, 'w');
  try {
    let written = 0;
    let sampleRate = 8000;
    for (const piece of pieces) {
      const input = await open(piece.path, 'r');
      try {
        const head = await readHead(input);
        sampleRate = head.sampleRate;
        written = await cutPiece(input, head, piece.leftOut, wanted, output, written);
      } finally {
        await input.close();
      }
    }
    await output.write(wavHeader({ channels, sampleRate }, written), 0, wavHeaderLength, 0);
    return (written / (2 * channels * sampleRate)) * 1000;
  } finally {
    await output.close();
  }
}

/** Writes what is wanted of one piece behind what was written before; resolves with the bytes written in all. */
async function cutPiece(
  input: FileHandle,
  { sampleRate, dataAt }: { readonly sampleRate: number; readonly dataAt: number },
  leftOut: readonly Stretch[],
  { channels, directions = 'both' }: Wanted,
  output: FileHandle,
  before: number,
): Promise<number> {
  const gaps = leftOut.map(({ fromMs, toMs }) => [framesIn(fromMs, sampleRate), framesIn(toMs, sampleRate)] as const);
  const raw = Buffer.alloc(framesAtOnce * rawFrameBytes);
  let written = before;
  for (let frame = 0; ; ) {
    const { bytesRead } = await input.read(raw, 0, raw.length, dataAt + frame * rawFrameBytes);
    const frames = Math.floor(bytesRead / rawFrameBytes);
    if (frames === 0) return written;
    const kept = keptFrames(raw, frame, frames, gaps, { channels, directions });
    await output.write(kept, 0, kept.length, wavHeaderLength + written);
    written += kept.length;
    frame += frames;
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
