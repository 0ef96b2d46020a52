import type { OutboxDocument, OutboxSource } from '../events/outbox-source.js';
import { toPublicEvent } from '../webhooks/index.js';
import { type EventStreams, supervisors } from './event-streams.js';

/**
 * That source, with its events also on the supervisors' stream, and those about an agent on the agent's own. Told before they leave their documents: each at least once, in order per
 * document; a repeat has the same `id`.
 */
export function streamOutbox<Document extends OutboxDocument>(
  source: OutboxSource<Document>,
  streams: Pick<EventStreams, 'publish'>,
): OutboxSource<Document> {
  return {
    ...source,
    async keepRecords(documents) {
      await Promise.all([source.keepRecords?.(documents), ...documents.map((document) => publish(document, streams))]);
    },
  };
}

async function publish(document: OutboxDocument, streams: Pick<EventStreams, 'publish'>): Promise<void> {
  const { accountId } = document;
  const readers = document.id.startsWith('AG') ? [supervisors, document.id] : [supervisors];
  for (const pending of document.pendingEvents) {
    const { type, timestamp: _at, accountId: _account, ...event } = toPublicEvent(pending, document);
    const told = { type, at: pending.occurredAt, data: { ...event } };
    await Promise.all(readers.map((of) => streams.publish({ accountId, of }, told)));
  }
}
