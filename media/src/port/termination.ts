/**
 * How a leg ended. The adapter that saw the end names it; it then stands unchanged in the CDR, the log, the metric
 * and the webhook.
 */
export interface Termination {
  /** The word a caller would use. An answered leg is always `completed`, and no other is: the reason says what ended it. */
  readonly result: 'completed' | 'busy' | 'no-answer' | 'canceled' | 'failed';
  /** Who ended it: the far end, our side on somebody's order, or the platform itself. */
  readonly by: 'remote' | 'local' | 'system';
  readonly reason: TerminationReason;
  /** The SIP status code that ended it, where one did. */
  readonly sip?: number;
  /** Q.850 cause from or for the Reason header (RFC 3326), where known. */
  readonly q850?: number;
}

/** Why a leg ended. New ones may be added; receivers treat unknown ones by `result`. */
export type TerminationReason =
  | 'hangup' // BYE from the far end, or our own hang-up
  | 'caller-canceled' // CANCEL before the answer
  | 'rejected' // 4xx/6xx that says no (403, 603 …)
  | 'busy' // 486, 600
  | 'ring-timeout' // nobody answered in time (ours, or 408/480)
  | 'not-found' // 404, 410, 484, 604
  | 'not-registered' // an endpoint with no binding
  | 'no-common-codec' // 488, 606, or an offer we cannot take
  | 'no-encryption' // SRTP is demanded and cannot be had: no relay, or a far end in the clear
  | 'auth-failed' // 401/407 that our credentials do not satisfy
  | 'no-ack' // our 2xx was never acknowledged (RFC 3261 13.3.1.4)
  | 'media-lost' // nothing came in for the media-loss time
  | 'session-expired' // session timer ran out (RFC 4028)
  | 'time-limit' // the call's time limit
  | 'answered-elsewhere' // another leg of the same dial won
  | 'network-error' // no transport to the next hop, transaction time-out
  | 'remote-error' // any other failure response
  | 'overload' // we shed it
  | 'denied' // policy: destination, caps, suspended account
  | 'script-failed' // no script could be had and none was running
  | 'owner-lost' // the process that owned it died
  | 'shutdown' // the platform stops
  | 'internal-error';
