import type { Pcm } from './pcm.js';

/** Turns an audio file's bytes into telephone sound. */
export interface AudioDecoder {
  /** 8 kHz, one channel. Rejects with `UnreadableAudioError`, `AudioTooLongError` or `AudioConverterMissingError`. */
  decode(bytes: Buffer): Promise<Pcm>;
}
