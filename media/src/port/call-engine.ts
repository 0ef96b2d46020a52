import type { Listenable } from '@hookswitch/kernel/emitter';
import type { TargetNamer } from './address-policy.js';
import type { Conference, ConferenceOptions } from './conference.js';
import type { Diversion, DiversionForm } from './diversion.js';
import type { LegSnapshot, RestoredLeg } from './leg-snapshot.js';
import type { CallFacts, Headers, LiveCall } from './live-call.js';
import type { MediaEncryption } from './media-encryption.js';
import type { ReliableProvisionals } from './reliable-provisionals.js';
import type { NamedLeg } from './transfer.js';

/**
 * The call engine: makes and takes telephone calls and moves their sound.
 *
 * It refuses to know accounts, prices, scripts, HTTP and databases. What it needs of the installation's data (who may register, which addresses are
 * trunks) it asks of a `SipDirectory` it is given.
 *
 * What must hold on every driver:
 * - Each incoming call is emitted once, and only after its sender was identified (a trunk's address, or digest); a call nobody accepts, rejects
 *   or hangs up is refused with 480 when `incoming` had no listener.
 * - `dial` answers at once; all that happens comes as events on the leg, the last of which is `ended`.
 * - After `stop`, every leg has ended and every port, timer and file is closed.
 */
export interface CallEngine {
  readonly events: Listenable<EngineEvents>;
  /** Opens the listeners. Rejects with a sentence naming the address and what is wrong with it. */
  start(): Promise<EngineAddresses>;
  /**
   * Takes over answered legs of the process that was this node before, from their last snapshots. At most once, before `start`; it never rejects for a single leg.
   *
   * - A leg is among the restored only where it can go on: its media is still there, and the snapshot is whole and this driver's. Of the others the engine says in its log why, frees what
   *   the media plane still holds, and, where the snapshot names a dialog, sends a BYE to the far end once it is started. So it does with legs that nobody names.
   * - A restored leg is `answered`. It has its id, facts and hold. A sound that was playing goes on to its end; keys that nobody had collected are forgotten.
   * - Whom it heard it goes on hearing until a connection or conference takes it, and `connect` of two that hear each other changes no sound.
   * - What happened at the far end while nobody listened is told after `start`, as far as the far end says it again: a BYE ends the leg. So are the keys that were pressed.
   * - Legs that were not answered are not restored. After `start` they are ended as `LiveCall.unansweredSnapshot` says; one of which nobody knows is let go by its own time-out.
   */
  restore(snapshots: readonly LegSnapshot[]): Promise<readonly RestoredLeg[]>;
  /** Refuses new calls at once (503), waits up to `drainMs` for those up, then ends them (`shutdown`). */
  stop(drainMs: number): Promise<void>;
  /** Starts an outbound leg. */
  dial(request: DialRequest): LiveCall;
  /**
   * Lets one call from another node in that is asked for nothing: whoever dials the name that is made here, once, within `forMs`. It is not told as `incoming`.
   */
  expect(callId: string, forMs: number): ExpectedCall;
  /**
   * Lets two legs hear each other, from now until `disconnect`, or until one ends. Legs in early media take part too. It is a conference of two that ends
   * when either leaves: a leg is in one connection or conference at a time, and a new one ends the old.
   */
  connect(a: LiveCall, b: LiveCall): Connection;
  /** Opens a conference, empty. While two plain members are in it, it costs what a connection does. */
  conference(options?: ConferenceOptions): Conference;
  /**
   * The leg whose dialog a Replaces value names, answered or not: Call-ID and both tags must be the dialog's, where a from-tag of 0 is that of a peer without one, too (RFC 3891 3). Else why
   * not: 400 it cannot be read, 481 there is none, 603 it ended a moment ago, 486 it is answered and only an early one would do.
   */
  legNamed(replaces: string): NamedLeg;
  /** The legs that live. */
  calls(): readonly LiveCall[];
  /**
   * Keeps us registered at these carriers, through the edge where there is one; replaces the list given before. What left it is unregistered; what another
   * node keeps by now is let go without a word, since the carrier knows us all by one address.
   */
  setRegistrations(registrations: readonly OutboundRegistration[]): void;
  /** What was turned away since the start, by why. For metrics. */
  refusals(): EngineRefusals;
  /** What is open now; all are zero on an idle engine (except registrations). For metrics and leak tests. */
  gauges(): EngineGauges;
}

export type EngineEvents = {
  /** A call came in and was identified. It is `ringing`; nothing but 100 was sent yet. */
  incoming: [call: IncomingCall];
  /** A carrier took or refused our registration. */
  registration: [change: RegistrationChange];
  /** A phone registered, changed or left, be it because its last binding expired; the node it registered at last tells that. */
  binding: [change: { endpointId: string; state: 'registered' | 'unregistered' }];
};

export interface IncomingCall {
  /** Who sent it. */
  readonly source: { readonly kind: 'trunk' | 'endpoint'; readonly id: string };
  readonly facts: CallFacts;
  /**
   * The leg whose place it asks to take (Replaces, RFC 3891): an answered one, or one of ours that is not answered yet. The driver refuses by itself where
   * there is none (481), where it has ended (603), and where only an early one would do (486). Who may do so is the product's to say, before `takePlace`.
   */
  readonly replaces?: LiveCall;
  /**
   * Puts this call in the place of `replaces`, instead of `accept`: it is answered, and that leg goes on with it under its id, in its connection, with its script and its
   * recordings; its old far end gets BYE (CANCEL where it was not answered). Rejects, the call refused and the leg as it was, where media cannot be had.
   */
  takePlace(): Promise<void>;
  /** Takes the leg over under this call id. Exactly one of accept, takePlace and refuse must be called, once. */
  accept(callId: string): LiveCall;
  /** Refuses it with a final status (404, 403, 486, 503 …). */
  refuse(status: number, options?: { reason?: string; retryAfterSeconds?: number; headers?: Headers }): void;
}

export interface EngineAddresses {
  /** Where SIP listens, as `udp:127.0.0.1:5060`. */
  readonly sip: readonly string[];
}

export interface EngineGauges {
  readonly calls: number;
  readonly dialogs: number;
  readonly transactions: number;
  readonly mediaPorts: number;
  readonly timers: number;
  readonly recordings: number;
  /** Conferences, connections among them. */
  readonly conferences: number;
}

/** How often something was turned away before it cost much. */
export interface EngineRefusals {
  /** Requests dropped because one address that never identified itself sent too many. */
  readonly 'source-rate': number;
  /** Requests dropped because all such addresses together sent too many. */
  readonly 'strangers-rate': number;
  /** REGISTERs challenged without a look at who the user is. */
  readonly 'challenged-unseen': number;
  /** Dials and registrations not sent because no address of their target is allowed. */
  readonly 'target-denied': number;
}

export interface DialRequest {
  readonly callId: string;
  readonly target: DialTarget;
  /** User part of our identity in From (and PAI where the trunk wants it). */
  readonly from: string;
  readonly fromDisplayName?: string;
  /** Nobody is told who calls, but for a trunk that gets PAI: From is anonymous, with `Privacy: id` (RFC 3323, 3325). */
  readonly hidden?: boolean;
  /** Who sent the call on, the last one first: for a trunk that wants to know (`diversionForm`). */
  readonly diversions?: readonly Diversion[];
  /** No final answer after so long ends it as `no-answer`, milliseconds. */
  readonly ringTimeoutMs: number;
  /** Hops the INVITE may take (Max-Forwards, RFC 3261 16.6): one less than the call it goes on from has left, so that loops end by 483. Default 70. */
  readonly maxForwards?: number;
  /** Further headers. X-…, User-to-User, Call-Info and Alert-Info only are kept. */
  readonly headers?: Headers;
  /** The dialog at the far end whose place the call is to take: the value of Replaces (RFC 3891). */
  readonly replaces?: string;
  /** On whose wish it is made: the value of Referred-By (RFC 3892). */
  readonly referredBy?: string;
}

/** Where to. */
export type DialTarget =
  /** A SIP address anywhere, through `proxies` where given: tried in order, the next on 503, a time-out or no connection (RFC 3263 4.3). */
  | {
      readonly kind: 'sip';
      /** `sip:user@host[:port][;transport=…]` */
      readonly uri: string;
      /** Host for From and PAI. Default: our own address. */
      readonly fromHost?: string;
      readonly proxies?: readonly string[];
      readonly credentials?: DigestCredentials;
      /** Whether it is told who calls by P-Asserted-Identity. Default no. */
      readonly assertIdentity?: boolean;
      /** Default `on`. */
      readonly reliableProvisionals?: ReliableProvisionals;
      /** Where it is demanded and cannot be had the leg fails (`no-encryption`). Default `none`. */
      readonly mediaEncryption?: MediaEncryption;
      /** How it is told of diversions. Default `none`. */
      readonly diversionForm?: DiversionForm;
      /** The URI is that of another node of the installation, which expects the call: it goes there straight, past edges and relays. */
      readonly inside?: true;
      /** Who named the URI and the proxies. Default: anybody. */
      readonly namedBy?: TargetNamer;
    }
  /** Every binding of a registered phone, all at once; the first answer wins and the others are cancelled. */
  | {
      readonly kind: 'endpoint';
      readonly endpointId: string;
      /** As with `sip`; with `none` a phone behind a WebSocket is offered what browsers speak. */
      readonly mediaEncryption?: MediaEncryption;
    };

/** What answers a digest challenge (RFC 7616). Never logged. */
export interface DigestCredentials {
  readonly username: string;
  readonly password: string;
}

/** How our registration at a carrier stands. */
export interface RegistrationChange {
  readonly trunkId: string;
  readonly state: 'registered' | 'failed' | 'unregistered';
  /** Why it failed. */
  readonly detail?: string;
  /** IP address of the server that took it: calls for the registration come from there. */
  readonly server?: string;
}

export interface OutboundRegistration {
  readonly trunkId: string;
  /** `sip:host[:port][;transport=…]` */
  readonly registrar: string;
  /** Address of record user. */
  readonly user: string;
  readonly credentials: DigestCredentials;
  readonly expiresSeconds: number;
  /** Who named the registrar. Default: anybody. */
  readonly namedBy?: TargetNamer;
  /** Another node keeps it. */
  readonly elsewhere?: true;
}

/** A call that is about to come from another node. */
export interface ExpectedCall {
  /** User part of what it dials: nobody can guess it. */
  readonly user: string;
  /** Resolves with the call, `ringing`, once it has come; undefined where it did not come in time. */
  readonly leg: Promise<LiveCall | undefined>;
}

/** Two legs that hear each other. */
export interface Connection {
  /** Ends the connection; both legs live on. Idempotent. */
  disconnect(): void;
  /** Resolves when it ended: disconnected (also by a leg that went elsewhere), or because a leg ended. */
  readonly ended: Promise<'disconnected' | 'a-ended' | 'b-ended'>;
}
