import type { Logger } from '@hookswitch/kernel/logger';
import type { Call } from '../calls/call.js';
import type { CallStore } from '../calls/call-store.js';
import type { Cdr } from '../cdrs/cdr.js';
import type { FanOutItem, Webhooks } from '../webhooks/index.js';
import { storedEvent, toPublicEvent } from '../webhooks/index.js';
import type { WebhookEndpoint } from '../webhooks/webhook-endpoint.js';
import type { EventStore } from './event-store.js';

interface RelayDeps {
  readonly calls: Pick<CallStore, 'findMany' | 'removePendingEventsOf'>;
  readonly events: EventStore;
  /** Keeps a CDR, once however often it is given. */
  readonly keepCdrs: (cdrs: readonly Cdr[]) => Promise<void>;
  readonly webhooks: Pick<Webhooks, 'endpointsOf' | 'targetsOf' | 'fanOut'>;
  readonly logger: Logger;
}

/** So many calls' last relayed sequences are remembered. */
const rememberedCalls = 20_000;

/**
 * Moves events off the calls' documents: into the event store, the CDRs, and one delivery for each destination; only then off the call. Every step may be
 * repeated, so it may be killed between any two, and run twice at once.
 */
export class OutboxRelay {
  readonly #deps: RelayDeps;
  /** Calls whose events were all relayed by this process, with the last sequence: their order is known without asking. */
  readonly #relayedHere = new Map<string, number>();
  /** Calls being relayed, each with the end of its batch. */
  readonly #busy = new Map<string, Promise<unknown>>();

  constructor(deps: RelayDeps) {
    this.#deps = deps;
  }

  /** Relays what waits on those calls. A call that is being relayed by this process just now is looked at afterwards. */
  async relay(callIds: readonly string[]): Promise<void> {
    for (;;) {
      const busy = new Set(callIds.flatMap((callId) => this.#busy.get(callId) ?? []));
      if (busy.size === 0) break;
      await Promise.all(busy);
    }
    // Nothing may be awaited between the look above and the marks.
    const batch = this.#relayNow(callIds);
    const done = batch.catch(() => undefined);
    for (const callId of callIds) this.#busy.set(callId, done);
    try {
      await batch;
    } finally {
      for (const callId of callIds) if (this.#busy.get(callId) === done) this.#busy.delete(callId);
    }
  }

  async #relayNow(callIds: readonly string[]): Promise<void> {
    const { calls, events, keepCdrs, webhooks, logger } = this.#deps;
    const found = await calls.findMany(callIds);
    const relayed: { call: Call; upTo: number }[] = [];
    const items: FanOutItem[] = [];
    const cdrs: Cdr[] = [];
    const endpointsOf = this.#endpointsOnce();
    for (const call of found) {
      if (call.pendingEvents.length === 0) continue;
      try {
        items.push(...(await this.#itemsOf(call, await endpointsOf(call.accountId))));
        cdrs.push(...cdrsOf(call));
        relayed.push({ call, upTo: call.pendingEvents.at(-1)!.sequence });
      } catch (error) {
        // One call that cannot be told of must not hold up the others; the sweep comes back to it.
        logger.error({ err: error, callId: call.id }, 'events of a call could not be relayed');
      }
    }
    if (relayed.length === 0) return;
    await Promise.all([events.insertMany(items.map(({ event }) => event)), keepCdrs(cdrs)]);
    const inOtherHands = await webhooks.fanOut(items, await endpointsOf.all());
    for (const { call, upTo } of relayed) {
      if (inOtherHands.has(call.id)) this.#relayedHere.delete(call.id);
      else this.#remember(call, upTo);
    }
    await calls.removePendingEventsOf(relayed.map(({ call, upTo }) => ({ callId: call.id, sequence: upTo })));
  }

  async #itemsOf(call: Call, endpoints: readonly WebhookEndpoint[]): Promise<FanOutItem[]> {
    const orderKnown = (this.#relayedHere.get(call.id) ?? 0) + 1 === call.pendingEvents[0]!.sequence;
    const items: FanOutItem[] = [];
    for (const event of call.pendingEvents) {
      const made = toPublicEvent(event, call);
      const targets = await this.#deps.webhooks.targetsOf(call, made.type, endpoints);
      items.push({ event: storedEvent(made), targets, orderKnown });
    }
    return items;
  }

  #remember(call: Call, upTo: number): void {
    const complete = (this.#relayedHere.get(call.id) ?? 0) + 1 === call.pendingEvents[0]!.sequence;
    this.#relayedHere.delete(call.id);
    if (complete) this.#relayedHere.set(call.id, upTo);
    if (this.#relayedHere.size > rememberedCalls) {
      for (const oldest of this.#relayedHere.keys()) {
        this.#relayedHere.delete(oldest);
        break;
      }
    }
  }

  /** An account's endpoints, read once per batch. */
  #endpointsOnce() {
    const read = new Map<string, Promise<readonly WebhookEndpoint[]>>();
    const once = (accountId: string) => {
      let endpoints = read.get(accountId);
      if (!endpoints) read.set(accountId, (endpoints = this.#deps.webhooks.endpointsOf(accountId)));
      return endpoints;
    };
    return Object.assign(once, { all: async () => (await Promise.all(read.values())).flat() });
  }
}

function cdrsOf(call: Call): readonly Cdr[] {
  return call.pendingEvents.filter(({ type }) => type === 'cdr.created').map(({ data }) => data as unknown as Cdr);
}
