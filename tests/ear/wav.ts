import { decodeG711 } from './g711.js';

export interface Sound {
  readonly rate: number;
  /** One list of samples per channel, all of one length. */
  readonly channels: readonly Int16Array[];
}

/** Reads a WAV file: 16-bit PCM or G.711. A file that is still being written, whose data are said to be none or more than there are, is read to its end. */
export function readWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number) => Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  if (bytes.length < 12 || text(0) !== 'RIFF' || text(8) !== 'WAVE') throw new Error('not a WAV file');
  let format: { tag: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const start = at + 8;
    const rest = bytes.length - start;
    const said = view.getUint32(at + 4, true);
    const length = text(at) === 'data' && said === 0 ? rest : Math.min(said, rest);
    if (text(at) === 'fmt ') {
      const tag = view.getUint16(start, true);
      format = {
        tag: tag === 0xfffe ? view.getUint16(start + 24, true) : tag,
        channels: view.getUint16(start + 2, true),
        rate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
      };
    } else if (text(at) === 'data') {
      if (!format) throw new Error('a WAV file whose data come before its format');
      return {
        rate: format.rate,
        channels: split(samplesOf(bytes.slice(start, start + length), format), format.channels),
      };
    }
    at = start + length + (length % 2);
  }
  throw new Error('a WAV file without data');
}

/** A 16-bit PCM WAV file. */
export function writeWav(sound: Sound): Uint8Array {
  const count = sound.channels.length;
  const frames = sound.channels[0]?.length ?? 0;
  const size = frames * count * 2;
  const out = Buffer.alloc(44 + size);
  out.write('RIFF', 0);
  out.writeUInt32LE(36 + size, 4);
  out.write('WAVEfmt ', 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(count, 22);
  out.writeUInt32LE(sound.rate, 24);
  out.writeUInt32LE(sound.rate * count * 2, 28);
  out.writeUInt16LE(count * 2, 32);
  out.writeUInt16LE(16, 34);
  out.write('data', 36);
  out.writeUInt32LE(size, 40);
  sound.channels.forEach((samples, channel) => {
    samples.forEach((sample, frame) => void out.writeInt16LE(sample, 44 + (frame * count + channel) * 2));
  });
  return out;
}

function samplesOf(data: Uint8Array, format: { tag: number; bits: number }): Int16Array {
  if (format.tag === 1 && format.bits === 16) {
    return Int16Array.from(
      { length: Math.floor(data.length / 2) },
      (_, n) => ((data[2 * n + 1]! << 24) >> 16) | data[2 * n]!,
    );
  }
  if (format.tag === 7) return decodeG711(data, 'PCMU');
  if (format.tag === 6) return decodeG711(data, 'PCMA');
  throw new Error(`a WAV file of format ${format.tag} with ${format.bits} bits`);
}

function split(samples: Int16Array, count: number): Int16Array[] {
  const frames = Math.floor(samples.length / count);
  return Array.from({ length: count }, (_, channel) =>
    Int16Array.from({ length: frames }, (_, frame) => samples[frame * count + channel]!),
  );
}
