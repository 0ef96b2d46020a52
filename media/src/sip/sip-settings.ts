import type { Random } from '@hookswitch/kernel/random';
import type { Flow, Transport } from './flow.js';
import type { SipRequest } from './parse/message.js';
import type { Refusal } from './request-checks.js';

/** Timers of RFC 3261 table 4 and of the dialog layer; all in milliseconds. */
export interface SipTimers {
  /** Round-trip estimate: first retransmission. */
  readonly t1: number;
  /** Longest interval between retransmissions of a non-INVITE request or an INVITE's answer. */
  readonly t2: number;
  /** How long a message may stay in the network. */
  readonly t4: number;
  /** How long an INVITE transaction absorbs retransmissions of its answer over UDP (timer D, at least 32 s). */
  readonly d: number;
  /** 100 is sent when an INVITE was not answered after so long (17.2.1: 200 ms). */
  readonly tryingDelay: number;
}

/** The values of RFC 3261. */
export const defaultSipTimers: SipTimers = {
  t1: 500,
  t2: 4_000,
  t4: 5_000,
  d: 32_000,
  tryingDelay: 200,
};

/** Caps on what a peer can make us hold. */
export interface SipLimits {
  /** Bytes of one message, headers and body. */
  readonly maxMessageBytes: number;
  readonly maxHeaders: number;
  /** Characters of one header line after unfolding. */
  readonly maxHeaderLength: number;
  /** Transactions at once; beyond it new requests are dropped without a trace. */
  readonly maxTransactions: number;
  /** Bytes a connection may hold of a message that is not complete. */
  readonly maxStreamBuffer: number;
}

export const defaultSipLimits: SipLimits = {
  maxMessageBytes: 65_535,
  maxHeaders: 256,
  maxHeaderLength: 8_192,
  maxTransactions: 100_000,
  maxStreamBuffer: 131_072,
};

/** Session timers (RFC 4028), seconds. */
export interface SessionTimerSettings {
  /** What we ask for and, where the peer asks for none, offer. 0 turns the mechanism off. */
  readonly expiresSeconds: number;
  /** The least we take (at least 90). */
  readonly minSeSeconds: number;
}

/** Host and port that a peer should use to reach us; the port is left out of URIs where undefined. */
export interface AdvertisedAddress {
  /** IP address (IPv6 without brackets) or host name. */
  readonly host: string;
  readonly port: number;
}

export interface SipSettings {
  readonly timers: SipTimers;
  readonly limits: SipLimits;
  readonly sessionTimer: SessionTimerSettings;
  /** Our own address as this peer should see it (Via, Contact). Pure; `remoteAddress` may be a host name. */
  readonly advertise: (transport: Transport, remoteAddress: string) => AdvertisedAddress;
  /** Value of User-Agent and Server. */
  readonly userAgent: string;
  readonly random: Random;
  /** Ends each tag of ours, so that others know whose dialog it names. Default: none. */
  readonly tagMark?: string | undefined;
  /**
   * Who sent a request outside dialogs, where a proxy of ours handed it on (`behindEdge`): the flow that everybody sees from then on. Undefined drops the
   * request. Default: the flow as it is.
   */
  readonly reveal?: (request: SipRequest, flow: Flow) => Flow | undefined;
  /** Refuses a well-formed request outside dialogs before anything is kept of it. Default: none is. */
  readonly screen?: (request: SipRequest, flow: Flow) => Refusal | undefined;
}
