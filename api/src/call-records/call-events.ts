/**
 * Events about a call and its recordings. They are pushed onto the call's document in the same write as the change they tell of, numbered without gaps
 * from 1, and relayed from there (see `webhooks/`).
 */
export interface CallEvent {
  readonly id: string; // EV…
  readonly type: CallEventType;
  /** 1, 2, 3 … per call. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  /** What changed, as plain data. The public payload is made of it in `webhooks/webhook-event.ts`. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type CallEventType =
  | 'call.initiated' // the call exists: came in, was asked for by API, or was dialled by a script
  | 'call.ringing' // the far end of an outbound call rings
  | 'call.answered'
  | 'call.updated' // changed by API or by its script: new script, tags, mute …
  | 'call.completed' // the last one about the call itself, whatever the final status; exactly one
  | 'cdr.created' // follows call.completed in the same write; data is the whole CDR
  | 'recording.started'
  | 'recording.paused'
  | 'recording.resumed'
  | 'recording.completed' // captured; the files follow
  | 'recording.available' // files are there
  | 'recording.absent' // nothing was captured
  | 'recording.failed';

/** An event before the store gave it its id and number, and its time, where it has none of its own. */
export type NewCallEvent = Pick<CallEvent, 'type' | 'data'> & Partial<Pick<CallEvent, 'occurredAt'>>;
