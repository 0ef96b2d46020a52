import { encodeG711, type G711Codec } from '../../../audio/g711.js';
import { Resampler } from '../../../audio/resampler.js';
import { renderTone } from '../../../audio/tone-generator.js';
import type { Sound } from '../../../port/sound.js';

/** Encoded ahead of what is played, samples: a second. */
const pieceSamples = 8000;
const scratch = new Int16Array(pieceSamples);

/** A sound in G.711 at 8 kHz. Encoded piece by piece as it is played, so that a long one stalls nobody. */
export class EncodedSound {
  readonly codes: Uint8Array;
  readonly #codec: G711Codec;
  #source: Resampler | undefined;
  #done = 0;

  constructor(sound: Sound, codec: G711Codec) {
    const samples = sound.kind === 'tone' ? renderTone(sound) : sound.samples;
    this.#source = new Resampler(samples, sound.kind === 'tone' ? 8000 : sound.sampleRate);
    this.codes = new Uint8Array(this.#source.length);
    this.#codec = codec;
  }

  /** Length in samples. */
  get length(): number {
    return this.codes.length;
  }

  /** Makes `codes` ready up to (not including) `to`. */
  ensure(to: number): void {
    while (this.#source && this.#done < Math.min(to, this.codes.length)) {
      const count = Math.min(pieceSamples, this.codes.length - this.#done);
      this.#source.read(this.#done, count, scratch);
      encodeG711(this.#codec, scratch, 0, count, this.codes, this.#done);
      this.#done += count;
      if (this.#done === this.codes.length) this.#source = undefined;
    }
  }
}

/** Keeps encoded sounds by content and codec; the ones used longest ago go first when memory is short. */
export class SoundCache {
  readonly #limit: number;
  readonly #sounds = new Map<string, EncodedSound>();
  #bytes = 0;

  /** @param limitBytes of encoded sound to keep. */
  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** The sound, encoded or to be encoded as it is played. */
  encoded(sound: Sound, codec: G711Codec): EncodedSound {
    const key = `${codec} ${sound.kind === 'audio' ? `${sound.sampleRate} ${sound.key}` : toneKey(sound)}`;
    const known = this.#sounds.get(key);
    if (known) {
      this.#sounds.delete(key);
      this.#sounds.set(key, known);
      return known;
    }
    const made = new EncodedSound(sound, codec);
    this.#sounds.set(key, made);
    this.#bytes += made.length;
    for (const [oldKey, old] of this.#sounds) {
      if (this.#bytes <= this.#limit) break;
      this.#sounds.delete(oldKey);
      this.#bytes -= old.length;
    }
    return made;
  }
}

function toneKey(sound: Sound & { kind: 'tone' }): string {
  return `tone ${sound.frequencies.join('+')} ${sound.levelDbm0} ${sound.cadenceMs.join('/')}`;
}
