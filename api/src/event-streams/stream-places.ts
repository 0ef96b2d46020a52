import type { Principal } from '../operation/principal.js';

/** Streams that an agent has open on one process at most: as many as clients of it are counted. */
const mostStreams = 20;

/** A place for one stream. Its signal aborts when a newer stream of the same agent takes it. */
export interface StreamPlace {
  readonly displaced: AbortSignal;
  leave(): void;
}

/**
 * Bounds the streams of each agent: the newest displaces the oldest, so that connections which the network forgot keep nobody out. Keys are the company's own programs, which may follow
 * each of its agents.
 */
export class StreamPlaces {
  readonly #taken = new Map<string, Set<AbortController>>();

  take(principal: Principal): StreamPlace {
    const place = new AbortController();
    if (principal.kind === 'key') return { displaced: place.signal, leave: () => {} };
    const agentId = principal.agent.id;
    const taken = this.#taken.get(agentId) ?? new Set();
    this.#taken.set(agentId, taken.add(place));
    const [oldest] = taken;
    if (taken.size > mostStreams) {
      taken.delete(oldest!);
      oldest!.abort();
    }
    return {
      displaced: place.signal,
      leave: () => {
        taken.delete(place);
        if (taken.size === 0) this.#taken.delete(agentId);
      },
    };
  }
}
