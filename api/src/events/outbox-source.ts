import type { PublicEvent, PublicEventType } from '../webhooks/public-event.js';

/**
 * Documents of one kind that keep the events about them until these are relayed: calls, contacts, agents. It refuses to know where events go.
 *
 * What must hold: a change of a document and its events are one write; the events of one document are numbered 1, 2, 3 … without gaps; an event stays on
 * its document until `removePendingEvents` is told of its sequence.
 */
export interface OutboxSource<Document extends OutboxDocument = OutboxDocument> {
  /** As jobs name it. It never changes. */
  readonly name: string;
  /** Those that exist, in no order. */
  findMany(ids: readonly string[]): Promise<readonly Document[]>;
  /** Ids of documents with events to relay, at most `limit`. The sweep behind the hints. */
  withPendingEvents(limit: number): Promise<readonly string[]>;
  /** Takes events off their documents up to and with `sequence`. Killed halfway, some have lost theirs and others have not. */
  removePendingEvents(relayed: readonly Relayed[]): Promise<void>;
  /** URLs that want that event besides the account's endpoints. None where left out. */
  callbackUrls?(document: Document, type: PublicEventType): Promise<readonly string[]>;
  /** Keeps records that events carry, once however often it is given; done before the events leave their documents. */
  keepRecords?(documents: readonly Document[]): Promise<void>;
}

/** What the relay knows of a document. The kind of its `id` says what the event's envelope calls it (`callId`, `contactId`, `agentId`, `conferenceId`). */
export interface OutboxDocument {
  readonly id: string;
  readonly accountId: string;
  /** Whose secrets sign requests to `callbackUrls`; the account's where there is none. */
  readonly applicationId?: string;
  /** Oldest first. */
  readonly pendingEvents: readonly PendingEvent[];
}

/** An event on its document. */
export interface PendingEvent {
  readonly id: string; // EV…
  readonly type: PublicEventType;
  /** 1, 2, 3 … per document. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  /** Plain data; times in it as `publicTimes` wants them. */
  readonly data: PublicEvent['data'];
}

export interface Relayed {
  readonly id: string;
  /** The last event that was relayed. */
  readonly sequence: number;
}
