import type { Clock } from '@hookswitch/kernel/clock';
import type { EventStreams, StreamName, StreamPage } from './event-streams.js';

const pageSize = 100;

/** A page of events, or a sign that the stream lives. */
export type StreamNews = StreamPage | 'alive';

/** Follows a stream from that number until the signal aborts. `alive` comes whenever nothing did for `aliveEveryMs`. */
export async function* followStream(
  streams: EventStreams,
  name: StreamName,
  after: number,
  { clock, aliveEveryMs, signal }: { clock: Clock; aliveEveryMs: number; signal: AbortSignal },
): AsyncGenerator<StreamNews, void> {
  const bell = new Bell(clock, signal);
  const stop = await streams.subscribe(name, () => bell.ring());
  try {
    let last = after;
    while (!signal.aborted) {
      const page = await streams.read(name, last, pageSize);
      // After numbers that never were (the stream began anew) only the newest can be followed.
      if (page.missed) last = page.events[0]?.number ?? (await streams.newest(name));
      if (page.missed || page.events.length > 0) yield page;
      last = page.events.at(-1)?.number ?? last;
      if (page.events.length === pageSize) continue;
      if ((await bell.wait(aliveEveryMs)) === 'late' && !signal.aborted) yield 'alive';
    }
  } finally {
    await stop();
  }
}

/** Remembers that it rang while nobody waited. */
class Bell {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #rang = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  ring(): void {
    this.#rang = true;
    this.#wake?.();
  }

  /** Resolves when it rang since the last wait, when the signal aborts, or `late`. */
  wait(mostMs: number): Promise<'rang' | 'late'> {
    return new Promise((resolve) => {
      const finish = (how: 'rang' | 'late') => {
        cancel();
        this.#signal.removeEventListener('abort', wake);
        this.#wake = undefined;
        this.#rang = false;
        resolve(how);
      };
      const wake = () => finish('rang');
      const cancel = this.#clock.after(mostMs, () => finish('late'));
      this.#signal.addEventListener('abort', wake, { once: true });
      this.#wake = wake;
      if (this.#rang || this.#signal.aborted) wake();
    });
  }
}
