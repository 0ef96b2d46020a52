import type { AudioRef } from '../../../../port/sound.js';
import type { SoundBegins } from './socket-messages.js';

/** What one connection may have us keep, bytes: more than a control sends (`SentSounds`). */
const mostBytes = 256 * 1024 * 1024;

/** The sounds that came over one connection. What it says is not trusted: `false` answers mean that it broke the rules. */
export class ReceivedSounds {
  readonly #sounds = new Map<number, { readonly audio: AudioRef; filled: number }>();
  #bytes = 0;

  begins({ soundId, key, sampleRate, length }: Partial<Record<keyof SoundBegins, unknown>>): boolean {
    if (!isCount(soundId) || this.#sounds.has(soundId) || typeof key !== 'string' || key.length > 200) return false;
    if (!isCount(length) || !isCount(sampleRate) || sampleRate < 1000 || sampleRate > 192_000) return false;
    if (this.#bytes + length * 2 > mostBytes) return false;
    this.#bytes += length * 2;
    this.#sounds.set(soundId, {
      audio: { kind: 'audio', key, sampleRate, samples: new Int16Array(length) },
      filled: 0,
    });
    return true;
  }

  samples(soundId: number, bytes: Buffer): boolean {
    const sound = this.#sounds.get(soundId);
    if (!sound || sound.filled + bytes.length > sound.audio.samples.byteLength) return false;
    new Uint8Array(sound.audio.samples.buffer).set(bytes, sound.filled);
    sound.filled += bytes.length;
    return true;
  }

  forget(soundId: unknown): boolean {
    const sound = this.#sounds.get(soundId as number);
    if (!sound) return false;
    this.#bytes -= sound.audio.samples.byteLength;
    return this.#sounds.delete(soundId as number);
  }

  /** Undefined where it never came, or not whole. */
  get(soundId: number): AudioRef | undefined {
    const sound = this.#sounds.get(soundId);
    return sound && sound.filled === sound.audio.samples.byteLength ? sound.audio : undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
