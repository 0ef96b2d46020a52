import { setImmediate } from 'node:timers/promises';
import { UnreadableAudioError } from './audio-errors.js';
import type { Pcm } from './pcm.js';

/** Encodings of a `fmt ` chunk: PCM, IEEE float, A-law, µ-law, and "see the extension" (RFC 2361 and Microsoft's WAVEFORMATEXTENSIBLE). */
const [pcm, float, aLaw, muLaw, extensible] = [1, 3, 6, 7, 0xfffe];

interface Format {
  readonly encoding: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

/** Frames read before others get a turn. */
const turn = 100_000;

/**
 * Whether a WAV file's encoding is one that is read here, without any program's help.
 * @throws UnreadableAudioError where it is broken or no WAV file
 */
export function isPlainWav(bytes: Buffer): boolean {
  return readerOf(chunks(bytes).format) !== undefined;
}

/** Whether the bytes begin as a WAV file does. */
export function looksLikeWav(bytes: Buffer): boolean {
  return bytes.length >= 12 && bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WAVE';
}

/**
 * Reads a WAV file; channels are mixed to one. Lets the event loop go on meanwhile. A `data` chunk longer than the file (as programs write that do not know the length beforehand) ends with the file.
 * @throws UnreadableAudioError
 */
export async function readWav(bytes: Buffer): Promise<Pcm> {
  const { format, data } = chunks(bytes);
  const read = readerOf(format);
  if (!read) throw new UnreadableAudioError(`a WAV file of encoding ${format.encoding} with ${format.bits} bits`);
  const width = format.bits / 8;
  const frameBytes = width * format.channels;
  const frames = Math.floor(data.length / frameBytes);
  if (frames === 0) throw new UnreadableAudioError('it holds no sound');
  const samples = new Int16Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    if (frame % turn === turn - 1) await setImmediate();
    let sum = 0;
    for (let channel = 0; channel < format.channels; channel++) sum += read(data, frame * frameBytes + channel * width);
    samples[frame] = clamp(sum / format.channels);
  }
  return { sampleRate: format.sampleRate, samples };
}

/** A WAV file of 16-bit PCM, one channel. */
export function writeWav({ sampleRate, samples }: Pcm): Buffer {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(pcm!, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  file.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), 44); // machines we run on are little-endian
  return file;
}

function chunks(bytes: Buffer): { format: Format; data: Buffer } {
  if (!looksLikeWav(bytes)) throw new UnreadableAudioError('it is no WAV file');
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'fmt ') format = readFormat(body);
    if (name === 'data') {
      if (!format) throw new UnreadableAudioError('its sound comes before its format');
      return { format, data: body };
    }
    at += 8 + length + (length % 2);
  }
  throw new UnreadableAudioError(format ? 'it holds no sound' : 'it has no format');
}

function readFormat(body: Buffer): Format {
  if (body.length < 16) throw new UnreadableAudioError('its format is cut off');
  const coded = body.readUInt16LE(0);
  const format = {
    encoding: coded === extensible && body.length >= 26 ? body.readUInt16LE(24) : coded,
    channels: body.readUInt16LE(2),
    sampleRate: body.readUInt32LE(4),
    bits: body.readUInt16LE(14),
  };
  if (format.channels < 1 || format.channels > 8) throw new UnreadableAudioError(`it has ${format.channels} channels`);
  if (format.sampleRate < 4000 || format.sampleRate > 192_000) {
    throw new UnreadableAudioError(`it has ${format.sampleRate} samples a second`);
  }
  return format;
}

/** Reads one sample as a 16-bit value. */
function readerOf({ encoding, bits }: Format): ((data: Buffer, at: number) => number) | undefined {
  if (encoding === pcm && bits === 16) return (data, at) => data.readInt16LE(at);
  if (encoding === pcm && bits === 8) return (data, at) => (data[at]! - 128) * 256;
  if (encoding === pcm && bits === 24) return (data, at) => data.readIntLE(at, 3) / 256;
  if (encoding === pcm && bits === 32) return (data, at) => data.readInt32LE(at) / 65_536;
  if (encoding === float && bits === 32) return (data, at) => finite(data.readFloatLE(at)) * 32_767;
  if (encoding === aLaw && bits === 8) return (data, at) => fromALaw(data[at]!);
  if (encoding === muLaw && bits === 8) return (data, at) => fromMuLaw(data[at]!);
  return undefined;
}

function finite(value: number): number {
  return Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0;
}

function clamp(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}

/** ITU-T G.711, table 1a. */
function fromALaw(byte: number): number {
  const value = byte ^ 0x55;
  const exponent = (value >> 4) & 7;
  const mantissa = value & 15;
  const size = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
  return value & 0x80 ? size : -size;
}

/** ITU-T G.711, table 2a. */
function fromMuLaw(byte: number): number {
  const value = ~byte & 0xff;
  const size = ((((value & 15) << 3) + 0x84) << ((value >> 4) & 7)) - 0x84;
  return value & 0x80 ? -size : size;
}
