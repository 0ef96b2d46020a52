import type { AudioDecoder } from './audio-decoder.js';
import { AudioConverterMissingError, AudioTooLongError, UnreadableAudioError } from './audio-errors.js';
import { type ConcurrencyLimit, concurrencyLimit } from './concurrency-limit.js';
import { type Pcm, telephoneRate } from './pcm.js';
import { resample } from './resample.js';
import { runProgram } from './run-program.js';
import { isPlainWav, looksLikeWav, readWav } from './wav.js';

export interface FfmpegAudioDecoderSettings {
  /** `ffmpeg`, or where it is. */
  readonly program: string;
  readonly maxSeconds: number;
  /** How many run at once. Default 2. */
  readonly concurrency?: number;
  readonly timeoutMs?: number;
}

/**
 * Reads plain WAV by itself and leaves MP3 and the rarer WAV encodings to ffmpeg. What a file is, its first bytes say; ffmpeg is told which format to expect and may open nothing but the pipe, so that no playlist
 * or reference inside a file makes it read others.
 */
export class FfmpegAudioDecoder implements AudioDecoder {
  readonly #settings: FfmpegAudioDecoderSettings;
  readonly #limit: ConcurrencyLimit;

  constructor(settings: FfmpegAudioDecoderSettings) {
    this.#settings = settings;
    this.#limit = concurrencyLimit('audio conversion', settings.concurrency ?? 2, 100);
  }

  async decode(bytes: Buffer): Promise<Pcm> {
    const format = looksLikeWav(bytes) ? 'wav' : looksLikeMp3(bytes) ? 'mp3' : undefined;
    if (!format) throw new UnreadableAudioError('it is neither WAV nor MP3');
    if (format === 'wav' && isPlainWav(bytes)) {
      return this.#short(await resample(this.#short(await readWav(bytes)), telephoneRate));
    }
    return this.#limit(() => this.#convert(bytes, format));
  }

  async #convert(bytes: Buffer, format: 'wav' | 'mp3'): Promise<Pcm> {
    const { program, maxSeconds, timeoutMs = 60_000 } = this.#settings;
    const end = await runProgram({
      program,
      arguments: [
        ...['-hide_banner', '-loglevel', 'error', '-threads', '1', '-protocol_whitelist', 'pipe'],
        ...['-f', format, '-i', 'pipe:0', '-map', '0:a:0', '-ac', '1', '-ar', String(telephoneRate)],
        ...['-f', 's16le', 'pipe:1'],
      ],
      input: bytes,
      timeoutMs,
      maxOutputBytes: maxSeconds * telephoneRate * 2,
    });
    if (end.kind === 'missing') throw new AudioConverterMissingError(program);
    if (end.kind === 'too-much-output') throw new AudioTooLongError(maxSeconds);
    if (end.kind === 'failed') throw new UnreadableAudioError(end.why.replaceAll('\n', '; ').replace(/[.;\s]+$/, ''));
    const samples = new Int16Array(end.output.length >> 1);
    new Uint8Array(samples.buffer).set(end.output.subarray(0, samples.byteLength)); // machines we run on are little-endian
    if (samples.length === 0) throw new UnreadableAudioError('it holds no sound');
    return { sampleRate: telephoneRate, samples };
  }

  #short(pcm: Pcm): Pcm {
    const { maxSeconds } = this.#settings;
    if (pcm.samples.length > maxSeconds * pcm.sampleRate) throw new AudioTooLongError(maxSeconds);
    return pcm;
  }
}

/** An ID3 tag, or the sync word of an MPEG audio frame (ISO 11172-3 2.4.2.3). */
function looksLikeMp3(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 0, 3) === 'ID3') return true;
  return bytes.length > 2 && bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0;
}
