import type { DialTarget, IncomingCall } from '@hookswitch/media/port/call-engine';
import type { Diversion } from '@hookswitch/media/port/diversion';
import type { CallScript } from '../../call-records/call.js';
import type { Destination, DialingRules } from './dialing-policy.js';
import type { PassedOnIdentity } from './passed-on-identity.js';

/**
 * What calls ask of the installation's data: whose number is this, which trunk leads there. It refuses to know calls.
 *
 * What must hold: answers are at most a second old, so that a change by REST counts at once; asking costs no store read on the hot path.
 */
export interface CallRouting {
  /** Whom an incoming call is for; undefined where the number is nobody's. */
  routeInbound(call: Pick<IncomingCall, 'source' | 'facts'>): Promise<InboundRoute | undefined>;
  /** The way to a destination. Rejects with `NoRouteError` where there is none. */
  routeOutbound(question: OutboundQuestion): Promise<OutboundRoute>;
  account(accountId: string): Promise<CallAccount | undefined>;
  application(accountId: string, applicationId: string): Promise<CallApplication | undefined>;
  /** Whether what is behind the trunk may transfer its calls (REFER). */
  mayTransfer(trunkId: string): Promise<boolean>;
  /** Whether the number is the account's own, so that it may show it as caller id. */
  ownsNumber(accountId: string, number: string): Promise<boolean>;
}

/** What calls must know of an account. */
export interface CallAccount extends DialingRules {
  readonly id: string;
  /** Suspended when it or an account above it is. */
  readonly status: 'active' | 'suspended';
  readonly concurrentCalls: number;
  readonly callsPerSecond: number;
  readonly minutesPerDay: number;
  /** Given every CDR of its calls. */
  readonly cdrPushUrl?: string;
  /** For scripts without an application's own secrets; newest first. */
  readonly signingSecrets: readonly string[];
}

/** Where an application's scripts come from. */
export interface CallApplication {
  readonly id: string;
  readonly script: CallScript;
  readonly statusCallbackUrl?: string;
  /** Given every CDR of its calls. */
  readonly cdrPushUrl?: string;
  /** Its own secrets, else the account's. */
  readonly signingSecrets: readonly string[];
}

/** Caps of a trunk; Infinity for none. */
export interface TrunkLimits {
  readonly id: string;
  readonly concurrentCalls: number;
  readonly callsPerSecond: number;
}

/** Whom an incoming call is for. */
export interface InboundRoute {
  readonly account: CallAccount;
  /** Undefined where the number or endpoint has none. Without a `script` either the call is refused: to a number with 404, from an endpoint with 403. */
  readonly application: CallApplication | undefined;
  /** What runs instead of the application's script: the number's flow, or what is for callers outside its hours. */
  readonly script?: CallScript;
  /** Numbers as E.164 where the trunk's rules make them so, else as they came. */
  readonly from: string;
  readonly to: string;
  readonly numberId?: string;
  readonly endpointId?: string;
  readonly trunk?: TrunkLimits;
  /** The caller id of calls that its script dials and that name none. Default: `from`. */
  readonly callerId?: string;
  /** What those calls may be told of the caller and of who sent the call on. */
  readonly passedOn?: PassedOnIdentity;
}

export interface OutboundQuestion {
  readonly accountId: string;
  readonly destination: Destination;
  /** The caller id asked for. */
  readonly from: string;
  /** Who sent the call on, the last one first. */
  readonly diversions?: readonly Diversion[];
  /** A trunk to use rather than the one that would be chosen. */
  readonly trunkId?: string;
  /** What answers the challenge of a SIP URI's host. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** The way to a destination. */
export interface OutboundRoute {
  readonly target: DialTarget;
  /** The caller id in the form that the trunk wants. */
  readonly from: string;
  readonly diversions?: readonly Diversion[];
  readonly trunk?: TrunkLimits;
  readonly endpointId?: string;
}
