import type { CallEngine, DialTarget } from '@hookswitch/media/port/call-engine';
import type { Headers, LiveCall } from '@hookswitch/media/port/live-call';

/** An engine that is up, and the world around it. Made anew for each test. */
export interface EngineUnderTest {
  readonly engine: CallEngine;
  readonly world: CallWorld;
  /**
   * The engine's process dies at once and without a word, and another of the same node is made in its place, not started yet. Its sound lives on, unless told otherwise. Undefined
   * where the world cannot do this.
   */
  readonly successor?: (options: { readonly soundSurvives: boolean }) => Promise<CallEngine>;
  /** Stops the engine (where the test did not) and what is around it. */
  close(): Promise<void>;
}

/** Phones and carriers around an engine, with one vocabulary whether there is a network between or not. */
export interface CallWorld {
  /** A folder for recordings. */
  readonly folder: string;
  /** How far lengths of sound may be off, milliseconds: a busy machine's real clock is no virtual one. */
  readonly slackMs: number;
  /** What a far end says goes out again until it is answered. Where it does not (TCP), what nobody heard is lost. */
  readonly farEndsRepeat: boolean;
  /** Lets so much time pass, milliseconds: real or virtual. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until `holds`; fails with `what` after a generous while. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** Somebody calls us. */
  placeCall(call: PlacedCall): Promise<FarEnd>;
  /** What the far end of a leg calls the dialog: a value of Replaces (RFC 3891). */
  replacesOf(call: { readonly leg: LiveCall; readonly far: FarEnd }): string;
  /** A place that can be called. */
  callee(script: CalleeScript): Promise<Callee>;
  /** A phone registered for an endpoint of ours; several may be. */
  registered(endpointId: string, script: CalleeScript): Promise<Callee>;
  /** An address, `sip:host:port`, where nobody is: a connection to it fails. */
  readonly deadProxy: string;
  /** One where somebody answers everything with 503. */
  overloadedProxy(): Promise<string>;
}

export interface PlacedCall {
  readonly from: string;
  readonly to: string;
  /** A trunk that is known by its address, or somebody nobody knows. */
  readonly as: 'trunk' | 'stranger';
  readonly headers?: Headers;
  /** Offers no codec that we can take. */
  readonly withoutCommonCodec?: boolean;
  /** Requires that provisional answers be acknowledged (100rel, RFC 3262). Default: takes such. */
  readonly requiresPrack?: boolean;
  /** Makes no offer: leaves that to us (RFC 3264 4). */
  readonly withoutOffer?: boolean;
  /** The call whose place it asks to take (Replaces, RFC 3891). */
  readonly replaces?: { readonly leg: LiveCall; readonly far: FarEnd; readonly earlyOnly?: boolean };
}

/** What a called phone does by itself. */
export interface CalleeScript {
  readonly rings?: boolean;
  readonly sendsEarlyMedia?: boolean;
  /** Sends its provisional answers so that they are acknowledged (RFC 3262). */
  readonly wantsPrack?: boolean;
  readonly answersAfterMs?: number;
  readonly refusesWith?: number;
  readonly withoutCommonCodec?: boolean;
  /** How it answers a REFER of ours, default 202, and what it then tells of its new call. */
  readonly onRefer?: { readonly answer?: number; readonly notifies?: readonly number[] };
}

export interface Callee {
  readonly target: DialTarget;
  /** The calls that reached it, in order. */
  readonly calls: readonly FarEnd[];
}

/** The far end of one call: what it does, and what it sees and hears. */
export interface FarEnd {
  readonly answered: boolean;
  readonly ended: boolean;
  /** What our engine told a caller before the answer. */
  readonly toldRinging: boolean;
  readonly toldEarlyMedia: boolean;
  /** The final status that refused its call. */
  readonly refusedWith: number | undefined;
  readonly retryAfter: string | undefined;
  /** Headers of our INVITE, names in lower case. */
  readonly headers: Headers;
  readonly fromUser: string;
  readonly receivedDigits: string;
  /** Answers to its REFERs, and what it was told of its transfers. */
  readonly referAnswers: readonly number[];
  readonly notified: readonly number[];
  /** Where we sent it (Refer-To, without angle brackets). */
  readonly referredTo: readonly string[];
  /** Whether it hears this frequency now. */
  hears(hz: number): boolean;
  /** Speaks in a tone until told otherwise; undefined: silence. */
  speak(hz: number | undefined): void;
  /** Presses keys, one after another. */
  press(digits: string): void;
  answer(): void;
  /** Puts the receiver down: BYE, or CANCEL of its own call. */
  hangUp(): void;
  /** By re-INVITE, or by UPDATE, which may come before the answer (RFC 3311). */
  hold(by?: 'INVITE' | 'UPDATE'): void;
  resume(by?: 'INVITE' | 'UPDATE'): void;
  /** Presses "transfer": a Refer-To, with brackets. `quiet`: wants to be told nothing (RFC 4488). */
  refer(to: string, options?: { quiet?: boolean; referredBy?: string }): void;
  /** Sends nothing any more, without a word. */
  vanish(): void;
}
