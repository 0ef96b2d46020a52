import { BaseError } from '@hookswitch/kernel/base-error';
import { decodeTable } from './g711.js';

/** Bytes of the header `wavHeader` makes. */
export const wavHeaderLength = 44;

export interface WavFormat {
  readonly channels: number;
  readonly sampleRate: number;
}

/** Sound of a WAV file; channels are interleaved. */
export interface WavSound extends WavFormat {
  readonly samples: Int16Array;
}

/** A file that is no WAV, or one of a kind we do not read. */
export class BadWavError extends BaseError {
  constructor(detail: string) {
    super('invalid', 'bad-wav', `Not a WAV file that can be read: ${detail}.`);
  }
}

/** Header of 16-bit PCM with `dataLength` bytes of sound behind it. Sizes beyond 4 GiB are cut to what the format can tell. */
export function wavHeader(format: WavFormat, dataLength: number): Uint8Array {
  const header = Buffer.alloc(wavHeaderLength);
  const length = Math.min(dataLength, 0xffff_ffff - 36);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(format.channels, 22);
  header.writeUInt32LE(format.sampleRate, 24);
  header.writeUInt32LE(format.sampleRate * format.channels * 2, 28);
  header.writeUInt16LE(format.channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(length, 40);
  return header;
}

/**
 * Reads a WAV file of 8- or 16-bit PCM, or G.711. A data chunk that claims more than there is (as left by a crash) is read to the
 * end of the file. Throws `BadWavError` for anything else, and nothing else.
 */
export function readWav(bytes: Uint8Array): WavSound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tag(bytes, 0) !== 'RIFF' || tag(bytes, 8) !== 'WAVE')
    throw new BadWavError('no RIFF header');
  let format: { kind: number; channels: number; sampleRate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = tag(bytes, at);
    const length = view.getUint32(at + 4, true);
    const start = at + 8;
    if (name === 'fmt ') {
      if (length < 16 || start + 16 > bytes.length) throw new BadWavError('its format chunk is too short');
      let kind = view.getUint16(start, true);
      // WAVE_FORMAT_EXTENSIBLE holds the real kind in the first bytes of its GUID.
      if (kind === 0xfffe && length >= 26 && start + 26 <= bytes.length) kind = view.getUint16(start + 24, true);
      format = {
        kind,
        channels: view.getUint16(start + 2, true),
        sampleRate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
      };
    } else if (name === 'data') {
      if (!format) throw new BadWavError('its sound comes before its format');
      return readData(bytes, start, Math.min(bytes.length, start + length), format);
    }
    at = start + length + (length & 1);
  }
  throw new BadWavError('it has no sound');
}

function readData(
  bytes: Uint8Array,
  start: number,
  end: number,
  format: { kind: number; channels: number; sampleRate: number; bits: number },
): WavSound {
  const { kind, channels, sampleRate, bits } = format;
  if (channels < 1 || channels > 8) throw new BadWavError(`it has ${channels} channels`);
  if (sampleRate < 1000 || sampleRate > 384_000) throw new BadWavError(`its rate is ${sampleRate} Hz`);
  const read = sampleReader(bytes, kind, bits);
  const width = bits / 8;
  const frames = Math.floor((end - start) / (width * channels));
  const samples = new Int16Array(frames * channels);
  for (let at = 0; at < samples.length; at++) samples[at] = read(start + at * width);
  return { channels, sampleRate, samples };
}

function sampleReader(bytes: Uint8Array, kind: number, bits: number): (at: number) => number {
  if (kind === 1 && bits === 16) return (at) => ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
  if (kind === 1 && bits === 8) return (at) => (bytes[at]! - 128) << 8;
  if (kind === 6 && bits === 8) return (at) => decodeTable.pcma[bytes[at]!]!;
  if (kind === 7 && bits === 8) return (at) => decodeTable.pcmu[bytes[at]!]!;
  throw new BadWavError(`format ${kind} with ${bits} bits is not supported`);
}

function tag(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
}
