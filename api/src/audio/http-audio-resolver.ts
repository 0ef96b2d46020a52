import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { Clock } from '@hookswitch/kernel/clock';
import type { AudioRef } from '@hookswitch/media/port/sound';
import { LRUCache } from 'lru-cache';
import type { ObjectStore } from '../objects/object-store.js';
import { type OutboundHttp, OutboundHttpError, type OutboundResponse } from '../outbound-http/index.js';
import type { AudioResolver, AudioSource } from '../scripting/script-context.js';
import type { AudioDecoder } from './audio-decoder.js';
import { AudioUnavailableError } from './audio-errors.js';
import type { AudioStore } from './audio-file.js';
import { freshness } from './freshness.js';
import { audioRef } from './pcm.js';
import { unlessAborted } from './unless-aborted.js';
import { readWav } from './wav.js';

export interface HttpAudioResolverSettings {
  /** Largest file fetched. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxRedirects: number;
  /** Decoded sound kept in memory, bytes. */
  readonly cacheBytes: number;
}

export const defaultAudioResolverSettings: HttpAudioResolverSettings = {
  maxBytes: 20 * 1024 * 1024,
  timeoutMs: 15_000,
  connectTimeoutMs: 5000,
  maxRedirects: 10,
  cacheBytes: 128 * 1024 * 1024,
};

export interface HttpAudioResolverDeps {
  readonly http: OutboundHttp;
  readonly audio: Pick<AudioStore, 'get'>;
  readonly objects: Pick<ObjectStore, 'open'>;
  readonly decoder: AudioDecoder;
  readonly clock: Clock;
  readonly settings: HttpAudioResolverSettings;
}

interface Cached {
  readonly audio: AudioRef;
  /** Of the bytes it was decoded from. */
  readonly hash: string;
  /** What asks whether it changed. */
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  readonly freshUntil: number;
}

/** How long an uploaded file that was seen is taken to be there still, milliseconds. */
const uploadedFreshMs = 10_000;

/**
 * Fetches sounds by URL and uploaded ones by id. Several calls that want one at once wait for one fetch; what is kept is used for as long as its headers allow and then asked for again only if it changed.
 */
export class HttpAudioResolver implements AudioResolver {
  readonly #deps: HttpAudioResolverDeps;
  readonly #cache: LRUCache<string, Cached>;
  readonly #underWay = new Map<string, Promise<AudioRef>>();

  constructor(deps: HttpAudioResolverDeps) {
    this.#deps = deps;
    this.#cache = new LRUCache({
      maxSize: deps.settings.cacheBytes,
      maxEntrySize: deps.settings.cacheBytes,
      sizeCalculation: ({ audio }) => audio.samples.byteLength + 1024,
    });
  }

  async resolve(accountId: string, source: AudioSource, signal: AbortSignal): Promise<AudioRef> {
    const key = 'url' in source ? source.url : `${accountId}/${source.audioId}`;
    const cached = this.#cache.get(key);
    if (cached && this.#deps.clock.monotonic() < cached.freshUntil) return cached.audio;
    let underWay = this.#underWay.get(key);
    if (!underWay) {
      // Not given up with the one call that asked first: others may wait for it, and it has a time limit of its own.
      underWay = (
        'url' in source ? this.#fetch(key, source.url, cached) : this.#load(key, accountId, source.audioId, cached)
      )
        .catch((error: unknown) => {
          throw unavailable(error, 'url' in source ? source.url : source.audioId);
        })
        .finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, underWay);
    }
    return unlessAborted(
      underWay,
      signal,
      () => new AudioUnavailableError('request-aborted', 'The sound is no longer wanted.'),
    );
  }

  async #fetch(key: string, url: string, cached: Cached | undefined): Promise<AudioRef> {
    const { http, clock, settings } = this.#deps;
    const response = await http.request({
      method: 'GET',
      url,
      headers: {
        accept: 'audio/wav, audio/mpeg',
        ...(cached?.etag === undefined ? {} : { 'if-none-match': cached.etag }),
        ...(cached?.lastModified === undefined ? {} : { 'if-modified-since': cached.lastModified }),
      },
      timeoutMs: settings.timeoutMs,
      connectTimeoutMs: settings.connectTimeoutMs,
      maxBytes: settings.maxBytes,
      maxRedirects: settings.maxRedirects,
    });
    const { keep, freshForMs } = freshness(response.headers);
    const found = await this.#decoded(response, cached);
    if (keep) this.#cache.set(key, { ...found, freshUntil: clock.monotonic() + freshForMs });
    else this.#cache.delete(key);
    return found.audio;
  }

  async #decoded(response: OutboundResponse, cached: Cached | undefined): Promise<Omit<Cached, 'freshUntil'>> {
    const { status, headers, body, url } = response;
    if (status === 304 && cached) return cached;
    if (status < 200 || status > 299) throw new AudioUnavailableError('bad-status', `${url} answered ${status}.`);
    const hash = createHash('sha256').update(body).digest('hex');
    const audio = cached?.hash === hash ? cached.audio : audioRef(await this.#deps.decoder.decode(body));
    return { audio, hash, etag: headers.etag, lastModified: headers['last-modified'] };
  }

  async #load(key: string, accountId: string, audioId: string, cached: Cached | undefined): Promise<AudioRef> {
    const { audio: store, objects, clock } = this.#deps;
    const file = await store.get(accountId, audioId);
    if (!file) {
      this.#cache.delete(key);
      throw new AudioUnavailableError('not-found', `There is no audio file ${audioId}.`);
    }
    const audio = cached?.audio ?? audioRef(await readWav(await buffer(await objects.open(file.objectKey))));
    this.#cache.set(key, { audio, hash: file.sha256, freshUntil: clock.monotonic() + uploadedFreshMs });
    return audio;
  }
}

function unavailable(error: unknown, what: string): unknown {
  if (error instanceof AudioUnavailableError || !(error instanceof BaseError)) return error;
  const shown =
    error instanceof OutboundHttpError ? error.message : `${what.replace(/\/\/[^/@]*@/, '//')}: ${error.message}`;
  return new AudioUnavailableError(error.code, shown, error);
}
