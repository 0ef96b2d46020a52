import type { Flow, SipTarget } from './flow.js';
import type { SipRequest, SipResponse } from './parse/message.js';

/** What a user agent wants done; drained with `poll()`. */
export type SipOutput =
  /** Send these bytes. They are never changed afterwards, so they may be queued. */
  | { readonly kind: 'send'; readonly target: SipTarget; readonly bytes: Buffer }
  /** Close this connection: what came on it cannot be framed, or is too large. */
  | { readonly kind: 'close'; readonly connectionId: string; readonly why: string }
  /** What the name in `target` led to did not answer: others should be preferred for a while (RFC 3263 4.3). */
  | { readonly kind: 'unserved'; readonly target: SipTarget }
  | { readonly kind: 'event'; readonly event: SipEvent };

/**
 * What happened. Everything that wants an answer carries a `requestId` and must be answered with `respond`: a request that never is keeps its
 * transaction open.
 *
 * A *session* is one INVITE with all that follows from it. Its last event is `ended`, exactly once.
 */
export type SipEvent =
  | IncomingInvite
  | IncomingRequest
  | InDialogRequest
  | IncomingReinvite
  | IncomingOffer
  | SessionAccepted
  | ProvisionalAcknowledged
  | SessionAcknowledged
  | SessionProgress
  | SessionAnswered
  | ReinviteAnswered
  | ReinviteFailed
  | SessionEnded
  | RequestAnswered
  | RegistrationChanged
  | Signalling;

/** A new INVITE that passed the general checks (RFC 3261 8.2). Answer with `respond`: 1xx any number of times, then one final. */
export interface IncomingInvite {
  readonly type: 'invite';
  readonly sessionId: string;
  readonly requestId: string;
  readonly request: SipRequest;
  readonly flow: Flow;
  /** The offer; undefined where the caller wants ours in the 2xx (delayed offer: its answer then comes with `acknowledged`). */
  readonly sdp: string | undefined;
}

/** A REGISTER, OPTIONS or other request outside a dialog. */
export interface IncomingRequest {
  readonly type: 'request';
  readonly requestId: string;
  readonly request: SipRequest;
  readonly flow: Flow;
}

/** An INFO (or other request but BYE and re-INVITE) within a session. Answer it: 200, 415 … */
export interface InDialogRequest {
  readonly type: 'in-dialog';
  readonly sessionId: string;
  readonly requestId: string;
  readonly request: SipRequest;
}

/**
 * A re-INVITE. Answer with `respond`: 200 with an SDP (the answer, or our offer where `sdp` is undefined), or a failure, after which the
 * session goes on as it was (RFC 3261 14.2).
 */
export interface IncomingReinvite {
  readonly type: 'reinvite';
  readonly sessionId: string;
  readonly requestId: string;
  readonly request: SipRequest;
  readonly sdp: string | undefined;
}

/**
 * An offer that came without an INVITE: in an UPDATE (RFC 3311), or in the PRACK to a provisional of ours (RFC 3262 5); before or after the answer. Answer
 * with `respond`: 200 with an SDP, or a failure, after which the session goes on as it was. One in a PRACK cannot be refused but by a 200 that takes nothing
 * (RFC 6337 3.2).
 */
export interface IncomingOffer {
  readonly type: 'offer';
  readonly sessionId: string;
  readonly requestId: string;
  readonly request: SipRequest;
  readonly sdp: string;
  /** Which fork of our INVITE it came from; undefined in calls that came in. */
  readonly toTag: string | undefined;
}

/** Our 2xx to their INVITE went out. It may have waited for a PRACK (RFC 3262 3). */
export interface SessionAccepted {
  readonly type: 'accepted';
  readonly sessionId: string;
}

/** A reliable provisional of ours was acknowledged by PRACK. */
export interface ProvisionalAcknowledged {
  readonly type: 'provisional-acknowledged';
  readonly sessionId: string;
  /** The answer to an offer that the provisional made. */
  readonly sdp: string | undefined;
}

/** Our 2xx (to the INVITE or a re-INVITE) was acknowledged. */
export interface SessionAcknowledged {
  readonly type: 'acknowledged';
  readonly sessionId: string;
  /** The answer to an offer that our 2xx made; the body of the ACK. */
  readonly sdp: string | undefined;
}

/** A provisional answer to our INVITE, 100 left out. `toTag` tells forked branches apart. */
export interface SessionProgress {
  readonly type: 'progress';
  readonly sessionId: string;
  readonly status: number;
  readonly toTag: string | undefined;
  /** The answer, or a preview of it; the answer proper where the provisional is reliable, after which there is none any more (RFC 3262 5). */
  readonly sdp: string | undefined;
  readonly response: SipResponse;
  /** `sdp` is an offer, since our INVITE had none: call `answerProvisional`. */
  readonly offers?: true;
}

/**
 * Our INVITE was answered (first 2xx; further ones from forks are acknowledged and ended unseen). Its answer may have come before, in a provisional
 * with the same `toTag`, or in what followed it; `sdp` is then undefined.
 */
export interface SessionAnswered {
  readonly type: 'answered';
  readonly sessionId: string;
  readonly toTag: string;
  /** The answer, or an offer where our INVITE had none: then call `acknowledge` with the answer. */
  readonly sdp: string | undefined;
  readonly response: SipResponse;
}

/** Our re-INVITE was taken. */
export interface ReinviteAnswered {
  readonly type: 'reinvite-answered';
  readonly sessionId: string;
  readonly sdp: string | undefined;
}

/** Our re-INVITE was refused; the session goes on unchanged. Glare (491) is tried again without this event. */
export interface ReinviteFailed {
  readonly type: 'reinvite-failed';
  readonly sessionId: string;
  /** 408 where nobody answered. */
  readonly status: number;
}

/** The last event of a session. */
export interface SessionEnded {
  readonly type: 'ended';
  readonly sessionId: string;
  readonly by: 'remote' | 'local' | 'system';
  readonly why: SessionEnd;
  /** The failure status that ended it, whoever sent it. */
  readonly status?: number;
  /** The Reason header that came with it (RFC 3326). */
  readonly reason?: SipReason;
  /** The failure response, for `rejected` of our own INVITE (its Contact on 3xx, Retry-After on 503). */
  readonly response?: SipResponse;
}

export type SessionEnd =
  | 'bye' // BYE, from `by`
  | 'canceled' // CANCEL before the answer, from `by`
  | 'rejected' // a final failure response, from `by`
  | 'auth-failed' // 401/407 that our credentials do not satisfy
  | 'timeout' // no answer to our INVITE (timer B), or to a request within the dialog (408/481, RFC 3261 12.2.1.2)
  | 'unreachable' // the transport failed
  | 'no-ack' // our 2xx was never acknowledged (13.3.1.4)
  | 'no-prack' // our reliable provisional was never acknowledged (RFC 3262 3)
  | 'session-expired'; // no refresh came (RFC 4028 10)

/** One value of a Reason header (RFC 3326). */
export interface SipReason {
  /** `SIP` or `Q.850`, as sent. */
  readonly protocol: string;
  readonly cause?: number;
  readonly text?: string;
}

/** The final answer to a request of ours (`request`, `requestWithin`), challenges answered where there are credentials. */
export interface RequestAnswered {
  readonly type: 'response';
  readonly requestId: string;
  /** 408 where none came, 503 where the transport failed; `response` is then undefined (RFC 3261 8.1.3.1). */
  readonly status: number;
  readonly response: SipResponse | undefined;
}

/** A registration of ours changed. Failures are tried again by themselves while the registration is wanted. */
export interface RegistrationChanged {
  readonly type: 'registration';
  readonly registrationId: string;
  readonly state: 'registered' | 'failed' | 'unregistered';
  /** Status that said so; 408 and 503 as with `response`. */
  readonly status: number;
  /** Seconds until it ends unless refreshed; refreshing is automatic. */
  readonly expiresSeconds?: number;
  /** What a refusal asks us to wait. */
  readonly retryAfterSeconds?: number;
}

/** A message of a session, for the call's timeline: `180 Ringing`, `INVITE`, `BYE`. Retransmissions are left out. */
export interface Signalling {
  readonly type: 'signalling';
  readonly sessionId: string;
  readonly sent: boolean;
  readonly line: string;
}
