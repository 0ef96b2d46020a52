import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import { applyCallChange, checkOutbox, defaultMaxPendingEvents, firstState } from './apply-call-change.js';
import type { Call } from './call.js';
import type { NewCallEvent } from './call-events.js';
import { isFinal } from './call-state.js';
import type { CallChange, CallFilter, CallStore, NewCall, OnCallEvents } from './call-store.js';

/** What every call store is made with. */
export interface CallStoreSettings {
  readonly clock: Clock;
  readonly newId: NewId;
  /** Told of each write that pushed events. */
  readonly onCallEvents?: OnCallEvents;
  /** Default 1,000. */
  readonly maxPendingEvents?: number;
}

/** Keeps calls in this process. For tests and the simulation; one instance may stand for the database of several nodes. */
export class MemoryCallStore implements CallStore {
  readonly #settings: CallStoreSettings;
  readonly #calls: Map<string, Call>;

  /** Stores of several processes that are given one map are one database. */
  constructor(settings: CallStoreSettings, calls: Map<string, Call> = new Map()) {
    this.#settings = settings;
    this.#calls = calls;
  }

  async insert(call: NewCall, events: readonly NewCallEvent[]): Promise<Call> {
    if (this.#calls.has(call.id)) throw new TypeError(`There is a call ${call.id} already.`);
    const stored = firstState(copy(call), copy(events), this.#stamp());
    this.#calls.set(call.id, stored);
    if (stored.pendingEvents.length > 0) this.#settings.onCallEvents?.(call.id, stored.pendingEvents, stored);
    return copy(stored);
  }

  async get(accountId: string, callId: string): Promise<Call | undefined> {
    const call = this.#calls.get(callId);
    return call?.accountId === accountId ? copy(call) : undefined;
  }

  async find(callId: string): Promise<Call | undefined> {
    const call = this.#calls.get(callId);
    return call && copy(call);
  }

  async findMany(callIds: readonly string[]): Promise<readonly Call[]> {
    return callIds.flatMap((callId) => {
      const call = this.#calls.get(callId);
      return call ? [copy(call)] : [];
    });
  }

  async change(callId: string, decide: (call: Call) => CallChange | undefined): Promise<Call | undefined> {
    const current = this.#calls.get(callId);
    if (!current) return undefined;
    const change = decide(copy(current));
    if (!change) return copy(current);
    checkOutbox(current, change, this.#settings.maxPendingEvents ?? defaultMaxPendingEvents);
    const { call, events } = applyCallChange(current, copy(change), this.#stamp());
    this.#calls.set(callId, call);
    if (events.length > 0) this.#settings.onCallEvents?.(callId, events, call);
    return copy(call);
  }

  async list(
    accountId: string,
    filter: CallFilter,
    { limit, before }: { limit: number; before?: string | undefined },
  ): Promise<readonly Call[]> {
    return [...this.#calls.values()]
      .filter(
        (call) =>
          call.accountId === accountId && (before === undefined || call.id < before) && passesFilter(call, filter),
      )
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .map(copy);
  }

  async liveOnNode(nodeId: string): Promise<readonly Call[]> {
    return [...this.#calls.values()].filter((call) => call.nodeId === nodeId && !isFinal(call.status)).map(copy);
  }

  async nodesWithLiveCalls(): Promise<readonly string[]> {
    const live = [...this.#calls.values()].filter((call) => !isFinal(call.status));
    return [...new Set(live.map((call) => call.nodeId))];
  }

  async withPendingEvents(limit: number): Promise<readonly { callId: string }[]> {
    return [...this.#calls.values()]
      .filter((call) => call.pendingEvents.length > 0)
      .slice(0, limit)
      .map((call) => ({ callId: call.id }));
  }

  async removePendingEvents(callId: string, sequence: number): Promise<void> {
    const call = this.#calls.get(callId);
    if (!call) return;
    const pendingEvents = call.pendingEvents.filter((event) => event.sequence > sequence);
    this.#calls.set(callId, { ...call, pendingEvents });
  }

  async removePendingEventsOf(relayed: readonly { callId: string; sequence: number }[]): Promise<void> {
    for (const { callId, sequence } of relayed) await this.removePendingEvents(callId, sequence);
  }

  #stamp() {
    return { newId: this.#settings.newId, now: this.#settings.clock.now() };
  }
}

function passesFilter(call: Call, filter: CallFilter): boolean {
  const { createdFrom, createdTo, ...equal } = filter;
  if (createdFrom !== undefined && call.createdAt < createdFrom) return false;
  if (createdTo !== undefined && call.createdAt >= createdTo) return false;
  return Object.entries(equal).every(
    ([field, value]) => value === undefined || call[field as keyof typeof equal] === value,
  );
}

function copy<T>(value: T): T {
  return structuredClone(value);
}
