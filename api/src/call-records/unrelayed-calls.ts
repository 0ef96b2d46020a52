import type { Call } from './call.js';
import type { CallEvent } from './call-events.js';
import { isFinal } from './call-state.js';
import type { CallStore } from './call-store.js';

/** What a relay asks of a call store. */
export type OutboxCalls = Pick<CallStore, 'findMany' | 'withPendingEvents' | 'removePendingEventsOf'>;

interface Kept {
  readonly call: Call;
  /** Those that wait, without a gap. */
  readonly events: readonly CallEvent[];
  /** The sequence of the last event that we know of. */
  readonly last: number;
}

/**
 * The events that this process wrote and has not relayed yet, so that a relay in the same process need not read back what was just written: that was a sixth of all
 * memory a call takes. Events are noted after their write, so only durable ones are here.
 *
 * What must hold: taking events off a document takes all up to a sequence, so one that nobody relayed must never come before those given from here. A call is therefore
 * known from its first event on and without a gap, and forgotten where another process's event stands between; then the store is asked, which always knows.
 */
export class UnrelayedCalls {
  readonly #kept = new Map<string, Kept>();
  readonly #max: number;

  /** `max`: so many calls are remembered; of more, the oldest are asked of the store. */
  constructor(max = 20_000) {
    this.#max = max;
  }

  /** A write pushed these events, and left the call so. */
  note(call: Call, events: readonly CallEvent[]): void {
    const [first] = events;
    if (!first) return;
    const kept = first.sequence === 1 ? { events: [], last: 0 } : this.#kept.get(call.id);
    if (!kept) return;
    if (first.sequence !== kept.last + 1) {
      this.#kept.delete(call.id);
      return;
    }
    this.#kept.set(call.id, { call, events: [...kept.events, ...events], last: kept.last + events.length });
    if (this.#kept.size > this.#max) this.#forgetOldest();
  }

  /** The store as a relay of this process sees it. */
  over(calls: OutboxCalls): OutboxCalls {
    return {
      withPendingEvents: (limit) => calls.withPendingEvents(limit),
      findMany: async (callIds) => {
        const known = callIds.flatMap((callId) => this.#waitingOn(callId) ?? []);
        if (known.length === callIds.length) return known;
        const found = new Set(known.map(({ id }) => id));
        return [...known, ...(await calls.findMany(callIds.filter((callId) => !found.has(callId))))];
      },
      removePendingEventsOf: async (relayed) => {
        await calls.removePendingEventsOf(relayed);
        for (const { callId, sequence } of relayed) this.#relayed(callId, sequence);
      },
    };
  }

  #waitingOn(callId: string): Call | undefined {
    const kept = this.#kept.get(callId);
    return kept && kept.events.length > 0 ? { ...kept.call, pendingEvents: kept.events } : undefined;
  }

  #relayed(callId: string, sequence: number): void {
    const kept = this.#kept.get(callId);
    if (!kept) return;
    const events = kept.events.filter((event) => event.sequence > sequence);
    if (events.length === 0 && isFinal(kept.call.status)) this.#kept.delete(callId);
    else this.#kept.set(callId, { ...kept, events });
  }

  #forgetOldest(): void {
    for (const callId of this.#kept.keys()) {
      this.#kept.delete(callId);
      return;
    }
  }
}
