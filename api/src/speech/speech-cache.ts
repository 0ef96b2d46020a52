import type { Pcm } from '../audio/index.js';

/** Keeps speech across restarts. It may forget anything at any time, and never rejects: speech can be made again. */
export interface SpeechCache {
  /** `key` is lower-case hex. */
  get(key: string): Promise<Pcm | undefined>;
  put(key: string, speech: Pcm): Promise<void>;
}
