import type { Clock } from '@hookswitch/kernel/clock';
import { Turns } from '@hookswitch/kernel/turns';
import type { Call } from './call.js';
import type { NewCallEvent } from './call-events.js';
import type { CallChange, CallFilter, CallStore, DecideCallChange, NewCall } from './call-store.js';

/** Calls that come closer together than this are inserted together, milliseconds. One that comes alone does not wait. */
const betweenInsertsMs = 20;

/** A change that waits to be written, and who waits for it. */
interface Asked {
  readonly decide: DecideCallChange;
  readonly known: Call | undefined;
  readonly resolve: (call: Call | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue {
  readonly asked: Asked[];
  /** Our latest copy of the call. */
  known: Call | undefined;
  writing: boolean;
}

/**
 * A call store that puts off what can wait: changes asked for `soon`, and taking relayed events off, happen together in moments of some milliseconds. Those of
 * one call are one write then; those of many are asked of the store in one turn of the event loop, so that it can carry them out as one command. A
 * command costs about the same whatever is in it, and so does waking up for its answer.
 *
 * Nobody sees that a change waits: a prompt change of the same call takes it along, and reading the call writes it first.
 */
export class GatheredCalls implements CallStore {
  readonly #store: CallStore;
  readonly #clock: Clock;
  readonly #gatherMs: number;
  readonly #queues = new Map<string, Queue>();
  readonly #inserts: Turns;
  #moment: Promise<void> | undefined;

  constructor(store: CallStore, clock: Clock, gatherMs = 40) {
    this.#store = store;
    this.#clock = clock;
    this.#gatherMs = gatherMs;
    this.#inserts = new Turns(clock, betweenInsertsMs);
  }

  change(
    callId: string,
    decide: DecideCallChange,
    known?: Call,
    when: 'now' | 'soon' = 'now',
  ): Promise<Call | undefined> {
    let queue = this.#queues.get(callId);
    if (!queue) {
      if (when === 'now') return this.#store.change(callId, decide, known);
      queue = { asked: [], known: undefined, writing: false };
      this.#queues.set(callId, queue);
    }
    const { asked } = queue;
    const changed = new Promise<Call | undefined>((resolve, reject) => {
      asked.push({ decide, known, resolve, reject });
    });
    if (when === 'now') void this.#write(callId, queue);
    else void this.#nextMoment();
    return changed;
  }

  async get(accountId: string, callId: string): Promise<Call | undefined> {
    await this.#written(callId);
    return this.#store.get(accountId, callId);
  }

  async find(callId: string): Promise<Call | undefined> {
    await this.#written(callId);
    return this.#store.find(callId);
  }

  async list(accountId: string, filter: CallFilter, page: { limit: number; before?: string | undefined }) {
    await Promise.all([...this.#queues.keys()].map((callId) => this.#written(callId)));
    return this.#store.list(accountId, filter, page);
  }

  async removePendingEventsOf(relayed: readonly { readonly callId: string; readonly sequence: number }[]) {
    await this.#nextMoment();
    return this.#store.removePendingEventsOf(relayed);
  }

  async insert(call: NewCall, events: readonly NewCallEvent[]): Promise<Call> {
    await this.#inserts.turn();
    return this.#store.insert(call, events);
  }

  findMany(callIds: readonly string[]) {
    return this.#store.findMany(callIds);
  }

  liveOnNode(nodeId: string) {
    return this.#store.liveOnNode(nodeId);
  }

  nodesWithLiveCalls() {
    return this.#store.nodesWithLiveCalls();
  }

  withPendingEvents(limit: number) {
    return this.#store.withPendingEvents(limit);
  }

  removePendingEvents(callId: string, sequence: number) {
    return this.#store.removePendingEvents(callId, sequence);
  }

  /** Resolves when the next moment has come and its writes have been asked for. */
  #nextMoment(): Promise<void> {
    this.#moment ??= new Promise((resolve) => {
      this.#clock.after(this.#gatherMs, () => {
        this.#moment = undefined;
        for (const [callId, queue] of [...this.#queues]) void this.#write(callId, queue);
        resolve();
      });
    });
    return this.#moment;
  }

  /** Resolves when what was asked of that call so far is written, or failed: its owner hears of that. */
  async #written(callId: string): Promise<void> {
    if (!this.#queues.has(callId)) return;
    await this.change(callId, () => undefined).catch(() => undefined);
  }

  /** Writes what waits on that call, and what comes meanwhile, one write after another. */
  async #write(callId: string, queue: Queue): Promise<void> {
    if (queue.writing) return;
    queue.writing = true;
    while (queue.asked.length > 0) {
      const batch = queue.asked.splice(0);
      for (const { known } of batch) if (known && known.revision > (queue.known?.revision ?? -1)) queue.known = known;
      try {
        queue.known = await this.#store.change(callId, together(batch), queue.known);
        for (const { resolve } of batch) resolve(queue.known);
      } catch (error) {
        queue.known = undefined;
        for (const { reject } of batch) reject(error);
      }
    }
    this.#queues.delete(callId);
  }
}

/** Several changes as one: each is decided on the call as the ones before leave it. */
function together(asked: readonly Asked[]): DecideCallChange {
  if (asked.length === 1) return asked[0]!.decide;
  return (call) => {
    const changes: CallChange[] = [];
    let now = call;
    for (const { decide } of asked) {
      const change = decide(now);
      if (!change) continue;
      changes.push(change);
      now = { ...now, ...change.set };
    }
    if (changes.length === 0) return undefined;
    return {
      set: Object.assign({}, ...changes.map(({ set }) => set)),
      events: changes.flatMap(({ events = [] }) => events),
    };
  };
}
