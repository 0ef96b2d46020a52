import type { Logger } from '@hookswitch/kernel/logger';
import type { FanOutItem, StoredEvent, WebhookEndpoint, Webhooks } from '../webhooks/index.js';
import { storedAs, writeEvent } from '../webhooks/index.js';
import type { EventStore } from './event-store.js';
import type { OutboxDocument, OutboxSource } from './outbox-source.js';
import { RelayedSequences } from './relayed-sequences.js';

interface RelayDeps {
  readonly sources: readonly OutboxSource[];
  readonly events: EventStore;
  readonly webhooks: Pick<Webhooks, 'endpointsOf' | 'targetsOf' | 'fanOut'>;
  readonly logger: Logger;
}

/**
 * Moves events off the documents they were written with: into the event store, into records of their source (CDRs), and one delivery for each destination; only then off the
 * document. Every step may be repeated, so it may be killed between any two, and run twice at once.
 */
export class OutboxRelay {
  readonly #deps: RelayDeps;
  readonly #sources: ReadonlyMap<string, OutboxSource>;
  readonly #relayedHere = new RelayedSequences();
  /** Documents being relayed, each with the end of its batch. */
  readonly #busy = new Map<string, Promise<unknown>>();

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    this.#sources = new Map(deps.sources.map((source) => [source.name, source]));
  }

  /** Relays what waits on those documents. One that is being relayed by this process just now is looked at afterwards. */
  async relay(sourceName: string, ids: readonly string[]): Promise<void> {
    const source = this.#sources.get(sourceName);
    if (!source) throw new TypeError(`There is no outbox source ${sourceName}.`);
    for (;;) {
      const busy = new Set(ids.flatMap((id) => this.#busy.get(id) ?? []));
      if (busy.size === 0) break;
      await Promise.all(busy);
    }
    // Nothing may be awaited between the look above and the marks.
    const batch = this.#relayNow(source, ids);
    const done = batch.catch(() => undefined);
    for (const id of ids) this.#busy.set(id, done);
    try {
      await batch;
    } finally {
      for (const id of ids) if (this.#busy.get(id) === done) this.#busy.delete(id);
    }
  }

  /** Relays what no hint was given for, or whose hint was lost: at most `limit` documents of each source. A source that fails does not keep the others. */
  async sweep(limit: number): Promise<void> {
    const failures: unknown[] = [];
    for (const source of this.#sources.values()) {
      try {
        const ids = await source.withPendingEvents(limit);
        if (ids.length > 0) await this.relay(source.name, ids);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
  }

  async #relayNow(source: OutboxSource, ids: readonly string[]): Promise<void> {
    const { events, webhooks, logger } = this.#deps;
    const told: Told[] = [];
    for (const document of await source.findMany(ids)) {
      if (document.pendingEvents.length === 0) continue;
      try {
        told.push({ document, events: await eventsOf(source, document) });
      } catch (error) {
        // One document that cannot be told of must not hold up the others; the sweep comes back to it.
        logger.error({ err: error, documentId: document.id }, 'events of a document could not be relayed');
      }
    }
    if (told.length === 0) return;
    const documents = told.map(({ document }) => document);
    const [endpoints] = await Promise.all([
      webhooks.endpointsOf(new Set(documents.map(({ accountId }) => accountId))),
      events.insertMany(told.flatMap((one) => one.events.map(({ event }) => event))),
      source.keepRecords?.(documents),
    ]);
    const items = told.flatMap((one) => this.#itemsOf(one, endpoints.get(one.document.accountId) ?? []));
    const inOtherHands = await webhooks.fanOut(items, [...endpoints.values()].flat());
    for (const { id, pendingEvents } of documents) {
      if (inOtherHands.has(id)) this.#relayedHere.forget(id);
      else this.#relayedHere.add(id, pendingEvents[0]!.sequence, pendingEvents.at(-1)!.sequence);
    }
    await source.removePendingEvents(
      documents.map(({ id, pendingEvents }) => ({ id, sequence: pendingEvents.at(-1)!.sequence })),
    );
  }

  #itemsOf({ document, events }: Told, endpoints: readonly WebhookEndpoint[]): readonly FanOutItem[] {
    const orderKnown = this.#relayedHere.isNext(document.id, document.pendingEvents[0]!.sequence);
    return events.map(({ event, urls }) => ({
      event,
      targets: this.#deps.webhooks.targetsOf(event.type, endpoints, { ...document, urls }),
      orderKnown,
    }));
  }
}

/** A document and its events as they are stored and sent, each with the URLs that want it besides endpoints. */
interface Told {
  readonly document: OutboxDocument;
  readonly events: readonly { readonly event: StoredEvent; readonly urls: readonly string[] }[];
}

async function eventsOf(source: OutboxSource, document: OutboxDocument): Promise<Told['events']> {
  const events: Told['events'][number][] = [];
  for (const pending of document.pendingEvents) {
    const event = storedAs(writeEvent(pending, document));
    events.push({ event, urls: (await source.callbackUrls?.(document, event.type)) ?? [] });
  }
  return events;
}
