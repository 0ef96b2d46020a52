import { Worker } from 'node:worker_threads';
import type { Logger } from '@hookswitch/kernel/logger';
import { LRUCache } from 'lru-cache';
import type { Area, AreaOf } from './area.js';
import type { AreaAnswer, AreaQuestion } from './area-thread.js';

/** Answers are remembered by so many leading digits: no table has longer ranges. */
const rangeDigits = 11;

/** Looks areas up in a thread that starts with the first question and never keeps the process alive. A thread that dies answers `undefined` and is started anew. */
export class ThreadedAreas {
  readonly #logger: Logger;
  readonly #known = new LRUCache<string, { readonly area: Area | undefined }>({ max: 50_000 });
  readonly #asked = new Map<number, (area: Area | undefined) => void>();
  #thread: Worker | undefined;
  #nextId = 1;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  readonly areaOf: AreaOf = async (number) => {
    const range = number.slice(0, rangeDigits);
    const known = this.#known.get(range);
    if (known) return known.area;
    const area = await new Promise<Area | undefined>((resolve) => {
      const id = this.#nextId++;
      this.#asked.set(id, resolve);
      this.#running().postMessage({ id, number } satisfies AreaQuestion);
    });
    this.#known.set(range, { area });
    return area;
  };

  async stop(): Promise<void> {
    await this.#thread?.terminate();
    this.#forget();
  }

  #running(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(new URL('./area-thread.js', import.meta.url));
    this.#thread = thread;
    thread.unref();
    thread.on('message', ({ id, area }: AreaAnswer) => {
      this.#asked.get(id)?.(area);
      this.#asked.delete(id);
    });
    thread.on('error', (error) => this.#logger.error({ err: error }, 'looking up areas failed'));
    thread.on('exit', () => this.#forget(thread));
    return thread;
  }

  #forget(thread = this.#thread): void {
    if (thread !== this.#thread) return;
    this.#thread = undefined;
    for (const resolve of this.#asked.values()) resolve(undefined);
    this.#asked.clear();
  }
}
