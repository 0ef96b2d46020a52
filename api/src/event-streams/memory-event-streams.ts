import {
  type EventStreams,
  keptEvents,
  type NewStreamEvent,
  type StreamEvent,
  type StreamName,
  type StreamPage,
} from './event-streams.js';

interface Stream {
  newest: number;
  events: readonly StreamEvent[];
  readonly wakes: Set<() => void>;
}

export class MemoryEventStreams implements EventStreams {
  readonly #streams = new Map<string, Stream>();

  async publish(name: StreamName, event: NewStreamEvent): Promise<StreamEvent> {
    const stream = this.#stream(name);
    const published = { ...structuredClone(event), number: ++stream.newest };
    stream.events = [...stream.events, published].slice(-keptEvents);
    for (const wake of [...stream.wakes]) queueMicrotask(wake);
    return published;
  }

  async read(name: StreamName, after: number, limit: number): Promise<StreamPage> {
    const { events, newest } = this.#stream(name);
    const first = events[0]?.number ?? newest + 1;
    return {
      events: structuredClone(events.filter(({ number }) => number > after).slice(0, limit)),
      missed: after > newest || after + 1 < first,
    };
  }

  async newest(name: StreamName): Promise<number> {
    return this.#stream(name).newest;
  }

  async subscribe(name: StreamName, wake: () => void): Promise<() => Promise<void>> {
    const { wakes } = this.#stream(name);
    const own = () => wake();
    wakes.add(own);
    return async () => {
      wakes.delete(own);
    };
  }

  #stream({ accountId, of }: StreamName): Stream {
    const key = `${accountId}:${of}`;
    let stream = this.#streams.get(key);
    if (!stream) this.#streams.set(key, (stream = { newest: 0, events: [], wakes: new Set() }));
    return stream;
  }
}
