import { BaseError } from '@hookswitch/kernel/base-error';

/**
 * What stands between the world and the media nodes, on one machine or several: it gives new calls and registrations to nodes, sends requests within
 * dialogs to the node that has the dialog, and keeps away who asks too much. It is told what is wanted and sees to it; nothing is kept in it that is not
 * told here, so that a machine that lost its memory is as before within seconds.
 *
 * What must hold on every driver:
 * - `set` replaces what was wanted before. It never rejects: a machine that does not answer, or forgets (it was restarted), is told as soon as it answers.
 * - A node that is `active` gets new calls as far as it answers, by its weight beside the others; where it does not answer, or says 503, a call goes to
 *   the next. One that is `draining` gets none, but what belongs to its calls. One that is not listed gets nothing.
 * - A new request that asks to take the place of a dialog (Replaces, RFC 3891) goes to the node whose mark is in the tag, draining or not.
 * - Before a machine was told anything it answers nobody: who sent something sends it again.
 * - Whoever asks too much and never proved to a node who it is gets banned for a while, and no answer. Addresses of `sources` are not banned for that.
 * - An address in `sources` is served, also where a machine had banned it when it was added.
 * - What a machine banned by itself is its own and ends with it; `unban` speaks to all that answer.
 * - Addresses and networks of `banned` get no answer, whatever else is known of them, until a plan leaves them out.
 */
export interface SipEdge {
  /** Begins to keep every machine as wanted. Machines need not answer yet. */
  start(): void;
  /** What is wanted from now on. */
  set(plan: EdgePlan): void;
  /** Resolves when every machine that answers is as wanted. */
  settled(): Promise<void>;
  /** Each machine as it was last seen. */
  health(): readonly EdgeHealth[];
  /** What the machines that answer banned by themselves, by address. Rejects with `SipEdgeUnavailableError` where none answers. */
  bans(): Promise<readonly EdgeBan[]>;
  /** Lifts such a ban. False where there was none. Rejects as `bans` does. */
  unban(address: string): Promise<boolean>;
  /** Stops to look after the machines. They go on as they are. */
  stop(): Promise<void>;
}

export interface EdgePlan {
  readonly nodes: readonly EdgeNode[];
  /** Whose packets are a trunk's: IP addresses, or networks as `198.51.100.0/24`. */
  readonly sources: readonly string[];
  /** Who gets no answer at all, written like `sources`. */
  readonly banned: readonly string[];
}

export interface EdgeNode {
  /** Where its SIP is reached by the edge, as `udp:10.0.0.5:5060`. One entry an address. */
  readonly address: string;
  readonly state: 'active' | 'draining';
  /** Its part of new calls beside the others', 1 to 100. */
  readonly weight: number;
  /** What its dialogs' tags end with (`dialogMark`). */
  readonly mark: string;
}

export interface EdgeHealth {
  /** Names the machine, as the installation does. */
  readonly machine: string;
  /** It answers and is as wanted. */
  readonly up: boolean;
  /** Why it is not up, in a few words. */
  readonly problem?: string;
  /** Addresses of nodes that answer it. */
  readonly nodesUp: readonly string[];
  readonly nodesDown: readonly string[];
  /** Addresses that it banned by itself. */
  readonly bans: number;
  /** SIP requests it has taken since it was started. */
  readonly requests: number;
  /** Times it was found to have forgotten what it was told, and was told again. */
  readonly restarts: number;
}

/** Why a machine banned an address: it asked too much, it tried wrong secrets, or it says of itself that it is a known scanner. */
export type EdgeBanReason = 'flood' | 'wrong-secrets' | 'scanner';

export interface EdgeBan {
  readonly address: string;
  /** As the first of the machines saw it. */
  readonly reason: EdgeBanReason;
  /** When the first of the machines began it, milliseconds since 1970. */
  readonly since: number;
  /** When the last of the machines lifts it, milliseconds since 1970. */
  readonly until: number;
  /** The machines that ban it. */
  readonly machines: readonly string[];
}

/** No machine of the edge answers. */
export class SipEdgeUnavailableError extends BaseError {
  constructor(cause?: unknown) {
    super(
      'unavailable',
      'sip-edge-unavailable',
      'No machine of the SIP edge answers. Look at EDGE_KAMAILIO_RPC and whether they run.',
      { retryAfterSeconds: 5, ...(cause === undefined ? {} : { cause }) },
    );
  }
}
