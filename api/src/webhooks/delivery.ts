import type { PublicEventType } from './public-event.js';

/**
 * One event on its way to one destination. Times are milliseconds since the epoch.
 *
 * ```
 *  pending ──2xx──▶ delivered
 *     │ ▲ └──schedule used up, or the endpoint is gone──▶ given-up
 *     └─┘ failed: `nextAttemptAt` says when again          │
 *     ▲────────────────asked for again─────────────────────┘ (from delivered, too)
 * ```
 */
export interface Delivery {
  /** `<event id>:<destination>`, so that one event goes to one destination once. */
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly eventType: PublicEventType;
  /** What waits together, and fails together: an endpoint's id, or a key made of account and origin for callback URLs. */
  readonly lane: string;
  /** The endpoint; absent for ad-hoc URLs. */
  readonly endpointId?: string;
  /** Callback URL (status callback, CDR push); absent for endpoints, whose URL may change. */
  readonly url?: string;
  /** Whose secrets sign requests to `url`; the account's where there is none. */
  readonly applicationId?: string;
  /** The call, contact or agent the event is about; `sequence` orders the first attempts about one subject in one lane. */
  readonly subjectId?: string;
  readonly sequence?: number;
  readonly status: 'pending' | 'delivered' | 'given-up';
  /** Attempts that ended, in the present round. 0 until the first attempt. */
  readonly attempts: number;
  /** Not before then; while somebody works on it, the time at which it counts as abandoned. */
  readonly nextAttemptAt: number;
  /** Whose it is just now: set by whoever works on it. */
  readonly claim?: string;
  readonly createdAt: number;
}

/** How one attempt ended; kept for the developer. */
export interface Attempt {
  readonly id: string; // DA…
  readonly accountId: string;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: PublicEventType;
  readonly endpointId?: string;
  readonly subjectId?: string;
  readonly url: string;
  /** 1 for the first. */
  readonly number: number;
  readonly status: 'succeeded' | 'failed';
  readonly attemptedAt: number;
  readonly durationMs: number;
  readonly responseStatus?: number;
  /** The beginning of the answer. */
  readonly responseBody?: string;
  /** What went wrong, where there was no answer. */
  readonly error?: string;
  readonly nextAttemptAt?: number;
}

/** What an attempt changes of its delivery. */
export interface Settlement {
  readonly deliveryId: string;
  /** The claim it was made under: a delivery that someone else took over meanwhile is not changed. */
  readonly claim: string;
  readonly status: Delivery['status'];
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly attempt: Attempt;
}

export function deliveryId(eventId: string, destination: string): string {
  return `${eventId}:${destination}`;
}
