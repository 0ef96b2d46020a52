/**
 * Ordered streams of events for people at work: one for each agent, one for an account's supervisors. A client that was cut off takes up where it was.
 * It refuses to know what the events mean.
 *
 * What must hold:
 * - Events of one stream are numbered without gaps, in the order in which they were published; `read` gives them in that order.
 * - A subscriber is woken after every event published since it subscribed; it may be woken once for several, and without need.
 * - The newest `keptEvents` are kept, for `keptMs` after the last; whoever asks for older ones is told that they are gone.
 */
export interface EventStreams {
  publish(stream: StreamName, event: NewStreamEvent): Promise<StreamEvent>;
  /** Those after that number (0: all that are kept), oldest first, at most `limit`. */
  read(stream: StreamName, after: number, limit: number): Promise<StreamPage>;
  /** The number of the newest; 0 where there is none. */
  newest(stream: StreamName): Promise<number>;
  subscribe(stream: StreamName, wake: () => void): Promise<() => Promise<void>>;
}

/** Whose stream: an agent's (AG…), or that of all supervisors of the account. */
export interface StreamName {
  readonly accountId: string;
  readonly of: string;
}

export const supervisors = 'supervisors';

export interface NewStreamEvent {
  /** `callIn`, `agent.status-changed` … */
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface StreamEvent extends NewStreamEvent {
  /** From 1, without gaps. */
  readonly number: number;
}

export interface StreamPage {
  readonly events: readonly StreamEvent[];
  /** Events between `after` and the first of these are gone: the client should fetch what it shows anew. */
  readonly missed: boolean;
}

/** So many are kept for those who come back. */
export const keptEvents = 1000;
/** So long after the last event, milliseconds. */
export const keptMs = 24 * 3_600_000;
