import type { G711Codec } from '../../../audio/g711.js';
import type { PlayOptions, PlayResult } from '../../../port/live-call.js';
import type { Sound } from '../../../port/sound.js';
import type { PlayHow } from './media-plane.js';
import type { EncodedSound, SoundCache } from './sound-cache.js';

/** One sound being played to a leg: where it stands, and how it ends. */
export class Player {
  readonly playId: string;
  readonly sound: Sound;
  readonly mode: NonNullable<PlayOptions['mode']>;
  readonly #settle: (result: PlayResult) => void;
  #turnsLeft: number;
  #encoded: EncodedSound | undefined;
  #encodedAs: G711Codec | undefined;
  #position = 0;
  #played = 0;

  /** @param how `loops` 0: until stopped. A tone whose cadence has several parts goes on until stopped unless asked for more than one turn. */
  constructor(playId: string, sound: Sound, how: PlayHow, settle: (result: PlayResult) => void) {
    const { loops = 1, mode = 'instead' } = how;
    this.playId = playId;
    this.sound = sound;
    this.mode = mode;
    this.#settle = settle;
    const endless = loops === 0 || (sound.kind === 'tone' && sound.cadenceMs.length > 1 && loops === 1);
    this.#turnsLeft = endless ? Number.POSITIVE_INFINITY : Math.max(1, loops);
  }

  /** The sound in that codec; looked up again only when the codec changes. */
  encoded(sounds: SoundCache, codec: G711Codec): EncodedSound {
    if (!this.#encoded || this.#encodedAs !== codec) {
      this.#encoded = sounds.encoded(this.sound, codec);
      this.#encodedAs = codec;
    }
    return this.#encoded;
  }

  /** Copies the next `count` codes to `into` at `at`, the last packet filled up with silence. False when it is over, with nothing copied. */
  fill(encoded: EncodedSound, into: Uint8Array, at: number, count: number, silence: number): boolean {
    if (encoded.length === 0) return false;
    let done = 0;
    while (done < count) {
      if (this.#position >= encoded.length) {
        this.#turnsLeft--;
        this.#position = 0;
      }
      if (this.#turnsLeft <= 0) break;
      const piece = Math.min(count - done, encoded.length - this.#position);
      encoded.ensure(this.#position + piece);
      into.set(encoded.codes.subarray(this.#position, this.#position + piece), at + done);
      this.#position += piece;
      done += piece;
    }
    if (done === 0) return false;
    into.fill(silence, at + done, at + count);
    this.#played += done;
    return true;
  }

  /** Whether the next `fill` would end it. */
  isOver(encoded: EncodedSound): boolean {
    return encoded.length === 0 || (this.#turnsLeft <= 1 && this.#position >= encoded.length);
  }

  /** Tells whoever asked for it. Called once. */
  end(how: PlayResult['end']): void {
    this.#settle({ end: how, playedMs: this.#played / 8 });
  }
}
