/** An answer without end: events as they happen. A client gets them as server-sent events, or over WebSocket where it asks for an upgrade. */
export interface EventContent {
  readonly type: 'text/event-stream';
  /** Follows until `gone` aborts. Called once. */
  follow(gone: AbortSignal): AsyncIterable<EventMessage>;
}

export type EventMessage =
  /** Nothing happened for a while; keeps proxies and clients from giving up. */
  | { readonly type: 'alive' }
  | {
      readonly type: string;
      /** Its place in the stream. */
      readonly number?: number;
      /** What happened, with its time in `at`. */
      readonly data: Readonly<Record<string, unknown>>;
    };
