import { BaseError } from '@hookswitch/kernel/base-error';
import type { Listenable } from '@hookswitch/kernel/emitter';
import type { RelaySessionSnapshot } from './relay-session-snapshot.js';

/**
 * What carries sound between the outside (phones, carriers, browsers) and our media planes: it takes ports of its own and puts them into the
 * descriptions that pass, so that each side sends to the relay. Inside everybody speaks plain RTP; outside it is what the far end speaks: plain RTP, SRTP
 * with keys in the description (RFC 4568), or DTLS-SRTP with ICE (RFC 5763, 8445). A driver knows descriptions and sessions, and nothing of SIP.
 *
 * A session is one far end that may answer in several branches (forking): it begins with its first `offer` and ends with `delete`. What must hold on every
 * driver:
 * - The description that comes back names addresses of the relay only; what it says of codecs and directions is unchanged.
 * - A session that `offer` refused leaves nothing behind. One that was begun is deleted by whoever began it, also where an `answer` fails.
 * - A session stays where it is: what is up is never moved. A new one goes to a relay that answers, and to another where the first one does not.
 * - Each answer belongs to the offer before it; who calls does one after the other in a session. Sessions do not wait for each other.
 * - `delete` never rejects, and of a session that is not known it does nothing.
 * - `lost` comes at most once for a session, and never after its `delete`.
 * - A process that goes without `stop` leaves its sessions as they are: sound goes on, and a later process takes them over by their snapshots. What nobody
 *   takes over the relay gives up by itself, by its own time-out once the far ends are silent.
 */
export interface MediaRelay {
  readonly events: Listenable<MediaRelayEvents>;
  /** Looks once which relays answer. Nothing is relayed before. */
  start(): Promise<void>;
  /**
   * Passes an offer on: resolves with the description for the other side. Begins the session where there is none.
   * Rejects with `MediaRelayUnavailableError`, `MediaRelayFullError`, `MediaRelayRefusedError`, and in a session that was begun with `MediaRelaySessionError`.
   */
  offer(sessionId: string, offer: RelayedOffer): Promise<string>;
  /** Passes the answer to the last offer back: resolves with the description for the offerer. Rejects as `offer` does. */
  answer(sessionId: string, answer: RelayedAnswer): Promise<string>;
  /** What went through so far. Rejects with `MediaRelaySessionError` where the relay does not know the session, `MediaRelayUnavailableError`. */
  query(sessionId: string): Promise<RelayFigures>;
  /** Ends the session and frees its ports. Answers with what went through, `noRelayFigures` where that cannot be told. */
  delete(sessionId: string): Promise<RelayFigures>;
  /** The session as it is now, for a later process; undefined where it is not known. It is another after each `offer` and `answer`. */
  snapshot(sessionId: string): RelaySessionSnapshot | undefined;
  /**
   * Takes over sessions of a former process, once `start` is done: resolves with the ids of those that are ours from now on. One that its relay has forgotten is not, nor one of
   * a relay that is not ours, or of another driver. Where the relay does not answer the session is taken over all the same: `lost` comes should it turn out to be gone.
   */
  takeOver(snapshots: readonly RelaySessionSnapshot[]): Promise<readonly string[]>;
  /** Which relay carries a session, as `host:port` of its control; undefined where it is not known. */
  carrierOf(sessionId: string): string | undefined;
  /**
   * Has a relay take no new session, or take some again; sessions that are there stay, with their re-INVITEs. False where there is no relay at that address. It counts for this process, and
   * as long as it runs.
   */
  drain(address: string, drained: boolean): boolean;
  /** Each relay as it was last seen. */
  health(): readonly RelayHealth[];
  /** Sessions that were begun and not deleted. */
  readonly sessions: number;
  /** Deletes every session and closes what is open. */
  stop(): Promise<void>;
}

export type RelaySide = 'inside' | 'outside';

/** A description on its way through the relay. */
interface Relayed {
  readonly sdp: string;
  /** Tells the branches of a forked call apart: the far end's To tag. Undefined where there is only one. */
  readonly branch?: string;
}

export interface RelayedOffer extends Relayed {
  /** Who makes the offer. */
  readonly from: RelaySide;
  /** What the far end is offered, where the offer comes from inside. What an offer of its own holds is answered in kind. */
  readonly outside?: OutsideMedia;
}

export interface RelayedAnswer extends Relayed {
  /** Who answers. */
  readonly from: RelaySide;
}

/** How media is spoken outside. */
export interface OutsideMedia {
  /** The protocol of the m-line (RFC 3551, 3711, 4585, 5764). */
  readonly protocol: 'RTP/AVP' | 'RTP/AVPF' | 'RTP/SAVP' | 'RTP/SAVPF' | 'UDP/TLS/RTP/SAVP' | 'UDP/TLS/RTP/SAVPF';
  /** Whether addresses are found by ICE (RFC 8445). */
  readonly ice: boolean;
  /** Keys stand beside a plain m-line, for whoever wants to encrypt (RFC 8643). */
  readonly opportunistic?: true;
}

export const plainMedia: OutsideMedia = { protocol: 'RTP/AVP', ice: false };
/** SRTP with its keys in the description (SDES, RFC 4568): phones over TLS. */
export const sdesMedia: OutsideMedia = { protocol: 'RTP/SAVP', ice: false };
/** Plain RTP, or SRTP where the far end takes the keys that are offered beside it (RFC 8643). */
export const opportunisticMedia: OutsideMedia = { ...plainMedia, opportunistic: true };
/** SRTP with keys agreed on by DTLS (RFC 5763), without ICE: carriers. */
export const dtlsMedia: OutsideMedia = { protocol: 'UDP/TLS/RTP/SAVP', ice: false };
/** What browsers speak (RFC 8834, 8835). */
export const browserMedia: OutsideMedia = { protocol: 'UDP/TLS/RTP/SAVPF', ice: true };

export type MediaRelayEvents = {
  /** A session is not carried any more, though nobody deleted it. */
  lost: [sessionId: string, why: RelayLoss];
  /** A relay began to answer, or stopped. */
  health: [relay: RelayHealth];
};

export type RelayLoss =
  | 'relay-gone' // its machine says that nobody listens there
  | 'relay-restarted' // it answers, and has forgotten the session
  | 'media-timeout'; // nothing came from either side for the relay's own time-out: it gave the session up

export interface RelayHealth {
  /** `host:port` of its control. */
  readonly address: string;
  /** It answers. */
  readonly up: boolean;
  /** It takes no new sessions. */
  readonly drained: boolean;
  readonly weight: number;
  /** Sessions of ours. */
  readonly sessions: number;
  /** Commands that wait for their answer. */
  readonly outstanding: number;
  /** What it carries for everybody, as it said last; absent where it never did. */
  readonly load?: RelayLoad;
  /** What went wrong since the start, by kind. */
  readonly failures: Readonly<Record<RelayFailure, number>>;
}

export interface RelayLoad {
  readonly sessions: number;
  readonly packetsPerSecond: number;
  readonly errorsPerSecond: number;
}

export type RelayFailure =
  | 'timeout' // no answer to a command
  | 'busy' // too many commands waited already
  | 'full' // no ports, or a limit of its own
  | 'refused' // it could not take a description
  | 'malformed' // an answer that cannot be read
  | 'lost'; // sessions that went with it

/** What one side sent to the relay. How it sounded is told end to end by RTCP, which passes the relay. */
export interface RelayedStream {
  readonly packets: number;
}

export type RelayFigures = Readonly<Record<RelaySide, RelayedStream>>;

export const noRelayFigures: RelayFigures = { inside: { packets: 0 }, outside: { packets: 0 } };

/** No relay answers, or the one that has the session does not. */
export class MediaRelayUnavailableError extends BaseError {
  constructor(cause?: unknown) {
    super(
      'unavailable',
      'media-relay-unavailable',
      'No media relay answers. Look at RTPENGINES and whether they run.',
      {
        retryAfterSeconds: 5,
        cause,
      },
    );
  }
}

/** Every relay that answers has as much as it may take: ports, sessions, or commands that wait. */
export class MediaRelayFullError extends BaseError {
  constructor(why: string) {
    super('limit', 'media-relay-full', `The media relays take no further session: ${why}.`, { retryAfterSeconds: 5 });
  }
}

/** The relay cannot take this description. */
export class MediaRelayRefusedError extends BaseError {
  constructor(why: string) {
    super('conflict', 'media-relay-refused', `The media relay cannot take this description: ${why}.`);
  }
}

/** The session was never begun, was deleted, or the relay lost it. */
export class MediaRelaySessionError extends BaseError {
  constructor() {
    super('not_found', 'media-relay-session-unknown', 'The media relay does not know this session (any more).');
  }
}
