import { createHash } from 'node:crypto';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { RecordingFiles } from './recording-files.js';

/** A captured file that holds no WAV we can use. */
export class UnreadableCaptureError extends BaseError {
  constructor(why: string) {
    super('bug', 'unreadable-capture', `The captured file cannot be read: ${why}.`);
  }
}

/** Where the samples of a WAV file are, by its size rather than by what its header says: the header of a file whose writer was killed is not true. */
export interface WavLayout {
  readonly channels: number;
  readonly sampleRate: number;
  /** Bytes of one sample on all channels. */
  readonly frameBytes: number;
  readonly dataStart: number;
  /** After the last whole frame. */
  readonly dataEnd: number;
}

/** Bytes searched for the `data` chunk. */
const headerBytes = 4096;

/** Reads the head of a 16-bit PCM WAV file. @throws UnreadableCaptureError */
export async function wavLayout(path: string, files: RecordingFiles): Promise<WavLayout> {
  const size = await files.size(path);
  const pieces: Buffer[] = [];
  for await (const piece of files.read(path, { start: 0, end: Math.min(headerBytes, size) })) pieces.push(piece);
  const head = Buffer.concat(pieces);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') {
    throw new UnreadableCaptureError('it is no WAV file');
  }
  return layoutOf(head, size);
}

function layoutOf(head: Buffer, size: number): WavLayout {
  let format: { channels: number; sampleRate: number } | undefined;
  for (let at = 12; at + 8 <= head.length; ) {
    const name = head.toString('latin1', at, at + 4);
    const length = head.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'fmt ' && start + 16 <= head.length) {
      if (head.readUInt16LE(start) !== 1 || head.readUInt16LE(start + 14) !== 16) {
        throw new UnreadableCaptureError('it is not 16-bit PCM');
      }
      format = { channels: head.readUInt16LE(start + 2), sampleRate: head.readUInt32LE(start + 4) };
    }
    if (name === 'data') {
      if (!format || format.channels < 1 || format.channels > 2 || format.sampleRate < 1) break;
      const frameBytes = 2 * format.channels;
      const frames = Math.floor((size - start) / frameBytes);
      return { ...format, frameBytes, dataStart: start, dataEnd: start + frames * frameBytes };
    }
    at = start + length + (length % 2);
  }
  throw new UnreadableCaptureError('it has no sound');
}

/** Length of the sound in milliseconds. */
export function wavDurationMs({ dataStart, dataEnd, frameBytes, sampleRate }: WavLayout): number {
  return ((dataEnd - dataStart) / frameBytes / sampleRate) * 1000;
}

/** Frames quieter than this peak (about -42 dBFS) count as silence. */
const silentPeak = 256;
/** Looked at in pieces of so long. */
const pieceMs = 20;
/** So much quiet is left at either end. */
const marginMs = 200;

/** The same file without the silence at its start and end; empty where there is nothing but silence. */
export async function withoutOuterSilence(path: string, layout: WavLayout, files: RecordingFiles): Promise<WavLayout> {
  const { dataStart, dataEnd, frameBytes, sampleRate } = layout;
  const pieceBytes = Math.max(1, Math.round((sampleRate * pieceMs) / 1000)) * frameBytes;
  let first = -1;
  let last = -1;
  let at = dataStart;
  let rest: Buffer = Buffer.alloc(0);
  const look = (piece: Buffer) => {
    if (isAudible(piece)) {
      if (first < 0) first = at;
      last = at + piece.length;
    }
    at += piece.length;
  };
  if (dataEnd > dataStart) {
    for await (const chunk of files.read(path, { start: dataStart, end: dataEnd })) {
      rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let used = 0;
      for (; used + pieceBytes <= rest.length; used += pieceBytes) look(rest.subarray(used, used + pieceBytes));
      rest = rest.subarray(used);
    }
    if (rest.length > 0) look(rest);
  }
  if (first < 0) return { ...layout, dataEnd: dataStart };
  const margin = Math.round((sampleRate * marginMs) / 1000) * frameBytes;
  return { ...layout, dataStart: Math.max(dataStart, first - margin), dataEnd: Math.min(dataEnd, last + margin) };
}

function isAudible(piece: Buffer): boolean {
  for (let at = 0; at + 1 < piece.length; at += 2) if (Math.abs(piece.readInt16LE(at)) > silentPeak) return true;
  return false;
}

/** Writes that part of a file as a WAV file with a true header. */
export async function writeWav(path: string, layout: WavLayout, target: string, files: RecordingFiles): Promise<void> {
  async function* content() {
    yield header(layout);
    yield* files.read(path, { start: layout.dataStart, end: layout.dataEnd });
  }
  await files.write(target, content());
}

/** Size and SHA-256 of a file. */
export async function fingerprint(path: string, files: RecordingFiles): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of files.read(path)) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

function header({ channels, sampleRate, frameBytes, dataStart, dataEnd }: WavLayout): Buffer {
  const length = dataEnd - dataStart;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(Math.min(36 + length, 0xffff_ffff), 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(sampleRate * frameBytes, 28);
  head.writeUInt16LE(frameBytes, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(Math.min(length, 0xffff_ffff), 40);
  return head;
}
