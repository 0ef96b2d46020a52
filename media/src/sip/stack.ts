import type { SipTarget } from './flow.js';
import type { SipRequest } from './parse/message.js';
import type { ServerRequest } from './server-request.js';
import type { SipEvent } from './sip-event.js';
import type { SipSettings } from './sip-settings.js';
import type { TimerQueue } from './timer-queue.js';
import type { TransactionLayer } from './transactions/transaction-layer.js';

/** What the parts of one user agent share. */
export interface Stack {
  readonly settings: SipSettings;
  readonly timers: TimerQueue;
  readonly transactions: TransactionLayer;
  /** Dialogs by `dialogKey`. */
  readonly dialogs: Map<string, DialogOwner>;
  send(target: SipTarget, bytes: Buffer): void;
  /** The server that the target's name led to did not answer. */
  unserved(target: SipTarget): void;
  emit(event: SipEvent): void;
  /** 64 random bits in hex, for branches and Call-IDs. */
  token(): string;
  /** The tag of a dialog: 64 random bits in hex, and the mark of this node. */
  tag(): string;
  /** An id nobody else in this user agent has. */
  newId(prefix: string): string;
  /** Lets `respond` reach a request until it has its final answer. */
  await(request: ServerRequest): void;
}

/** Whoever a request with a To tag is for. */
export interface DialogOwner {
  readonly sessionId: string;
  receive(request: ServerRequest): void;
  acknowledged(ack: SipRequest): void;
}

/** Methods we take. */
export const allow = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE, REGISTER, REFER, NOTIFY';

/** Extensions we know: provisionals that are acknowledged (RFC 3262), session timers (RFC 4028), Path (RFC 3327), outbound (RFC 5626), Replaces (RFC 3891), REFER without a subscription (RFC 4488). */
export const supported = '100rel, timer, path, outbound, replaces, norefersub';

/** The same without reliable provisionals: those to a re-INVITE are not worth a PRACK, and some carriers break over the offer. */
export const supportedButReliable = supported.replace('100rel, ', '');
