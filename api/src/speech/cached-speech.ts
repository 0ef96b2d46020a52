import { createHash } from 'node:crypto';
import type { AudioRef } from '@hookswitch/media/port/sound';
import { LRUCache } from 'lru-cache';
import { audioRef, unlessAborted } from '../audio/index.js';
import type { Speech, SpeechRequest } from '../scripting/script-context.js';
import type { SpeechCache } from './speech-cache.js';
import { SpeechFailedError, type SpeechSynthesizer } from './speech-synthesizer.js';

export interface CachedSpeechDeps {
  readonly synthesizer: SpeechSynthesizer;
  /** Where speech outlives the process, if anywhere. */
  readonly cache?: SpeechCache;
  /** Speech kept in memory, bytes. */
  readonly memoryBytes: number;
}

/** Speech for scripts: made once for every text, language and voice, kept in memory and on disk, and made by one for all who want it at once. */
export class CachedSpeech implements Speech {
  readonly #deps: CachedSpeechDeps;
  readonly #memory: LRUCache<string, AudioRef>;
  readonly #underWay = new Map<string, Promise<AudioRef>>();

  constructor(deps: CachedSpeechDeps) {
    this.#deps = deps;
    this.#memory = new LRUCache({
      maxSize: deps.memoryBytes,
      maxEntrySize: deps.memoryBytes,
      sizeCalculation: ({ samples }) => samples.byteLength + 512,
    });
  }

  async synthesize(request: SpeechRequest, signal: AbortSignal): Promise<AudioRef> {
    const key = this.#key(request);
    const known = this.#memory.get(key);
    if (known) return known;
    let underWay = this.#underWay.get(key);
    if (!underWay) {
      underWay = this.#make(key, request).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, underWay);
    }
    return unlessAborted(underWay, signal, () => new SpeechFailedError('aborted', 'The speech is no longer wanted.'));
  }

  /** Made to its end although the one call that asked first may leave: others may wait for it, and the next call will want it. */
  async #make(key: string, request: SpeechRequest): Promise<AudioRef> {
    const { synthesizer, cache } = this.#deps;
    const kept = await cache?.get(key);
    const speech = kept ?? (await synthesizer.synthesize(request, new AbortController().signal));
    if (!kept) void cache?.put(key, speech);
    const audio = audioRef(speech);
    this.#memory.set(key, audio);
    return audio;
  }

  #key({ text, language, voice }: SpeechRequest): string {
    const content = JSON.stringify([this.#deps.synthesizer.name, language.toLowerCase(), voice ?? null, text]);
    return createHash('sha256').update(content).digest('hex');
  }
}
