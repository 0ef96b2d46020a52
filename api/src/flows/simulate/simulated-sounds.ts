import { type AudioRef, ringbackTone, type Sound } from '@hookswitch/media/port/sound';
import type { AudioResolver, Speech } from '../../scripting/index.js';
import type { SimulatedSound } from './simulation.js';

const sampleRate = 8000;
const speechMsPerCharacter = 60;
const unknownAudioMs = 5000;
const longestMs = 10 * 60_000;

/** Silence that every sound is a beginning of: only lengths count. Made when first needed. */
let silence: Int16Array | undefined;

type Named = Pick<SimulatedSound, 'text' | 'language' | 'audioId' | 'url'>;

/** What would be spoken and played, by length. What a sound was is remembered by its key. */
export class SimulatedSounds {
  readonly #lengths: ReadonlyMap<string, number>;
  readonly #named = new Map<string, Named>();

  /** @param lengths of the account's audio files that the flow names, milliseconds */
  constructor(lengths: ReadonlyMap<string, number>) {
    this.#lengths = lengths;
  }

  readonly speech: Speech = {
    synthesize: async ({ text, language, voice }) =>
      this.#sound(`speech ${language} ${voice ?? ''} ${text}`, text.length * speechMsPerCharacter, { text, language }),
  };

  readonly audio: AudioResolver = {
    resolve: async (_account, source) => {
      if ('url' in source) return this.#sound(`url ${source.url}`, unknownAudioMs, { url: source.url });
      const { audioId } = source;
      const lengthMs = this.#lengths.get(audioId);
      if (lengthMs === undefined) throw new Error(`There is no audio ${audioId}.`);
      return this.#sound(`audio ${audioId}`, lengthMs, { audioId });
    },
  };

  /** How a simulation names a sound. */
  nameOf(sound: Sound, fromPeer: boolean): Partial<SimulatedSound> {
    if (fromPeer) return { tone: 'talk' };
    if (sound.kind === 'tone') return { tone: sound === ringbackTone ? 'ringing' : sound.frequencies.join('+') };
    return this.#named.get(sound.key) ?? { tone: 'unknown' };
  }

  #sound(key: string, lengthMs: number, named: Named): AudioRef {
    this.#named.set(key, named);
    silence ??= new Int16Array(new SharedArrayBuffer((longestMs / 1000) * sampleRate * 2));
    const samples = silence.subarray(0, Math.round((Math.min(longestMs, lengthMs) * sampleRate) / 1000));
    return { kind: 'audio', key, sampleRate, samples };
  }
}
