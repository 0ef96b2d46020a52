import type { Listenable } from '@hookswitch/kernel/emitter';
import type { LiveCall, PlayOptions, PlayResult } from './live-call.js';
import type { Sound } from './sound.js';

/**
 * Legs that hear each other, each as its member says: the base of three-way calls, hold, consultation before a transfer, and of supervisors who
 * listen, whisper and barge.
 *
 * What must hold on every driver:
 * - A member hears another if the other speaks to it, it hears the other, and neither is on hold. Nobody hears itself.
 * - A change counts within 100 ms. Those whom it does not concern hear no gap and no click.
 * - Who is heard by nobody cannot be noticed: not by sound, not by a gap, not by a digit.
 * - A leg is in one conference (or connection, which is a conference of two) at a time: adding it elsewhere ends the membership it had.
 * - A leg outlives its membership. Playing, collecting, sending digits, recording and muting work on a member as on any leg; what
 *   a leg is muted `in` nobody hears, and while it is muted `out` it hears nobody.
 * - A key that a member presses is its own digit (`collect`, `digit`); it passes, as a digit and not as sound, to those who hear the member.
 * - Whoever hears one other only gets that one's sound as it arrives; whoever hears several gets their mix, at most 60 ms later.
 * - An empty conference stays open; only `end` and the engine's stop end it.
 */
export interface Conference {
  readonly events: Listenable<ConferenceEvents>;
  /** Who is in it now, in the order in which they came. */
  readonly members: readonly Member[];
  /**
   * Puts a leg in, by default speaking to and hearing everyone. It takes part as soon as its media is open, early media included. A leg that
   * has ended, or a conference that has, gives a member that has left. Throws `ConferenceFullError` where no seat of that kind is free.
   */
  add(leg: LiveCall, hearing?: Partial<Hearing>): Member;
  /** What `change` does to it and its members counts at once, when it returns: those who hear each other before and afterwards hear no gap. */
  atOnce(change: () => void): void;
  /**
   * Plays to every member that is not on hold and whose media is open, as `leg.play` does. Resolves when it is over for all; for one who leaves it is over
   * then. `finished` if anybody heard it to its end; `call-ended`, at once, where nobody is there.
   */
  play(sound: Sound, options?: PlayOptions): Promise<PlayResult>;
  /** Ends it: every member leaves, the legs live on. Idempotent. */
  end(): void;
  /** Resolves when it ended. */
  readonly ended: Promise<void>;
}

/** One leg's place in a conference. After it left every operation does nothing. */
export interface Member {
  readonly leg: LiveCall;
  readonly hearing: Hearing;
  /** What it was put on hold with; undefined while it takes part. */
  readonly onHold: { readonly music: Sound | undefined } | undefined;
  /** Why it left; undefined while it is a member. */
  readonly leftBecause: MemberEnd | undefined;
  /** Resolves when it left. */
  readonly left: Promise<MemberEnd>;
  /** Changes whom it speaks to, whom it hears, or both at once. Throws `ConferenceFullError` where a listener would speak and no such seat is free. */
  setHearing(change: Partial<Hearing>): void;
  /** On hold it hears `music`, looped (default: silence), hears nobody and is heard by nobody. Again: changes the music. */
  hold(music?: Sound): void;
  /** Ends the hold; its hearing is what it was, or was set to meanwhile. */
  retrieve(): void;
  /** Leaves; the leg lives on. */
  leave(): void;
}

/**
 * Some of the members: all others, none, or those listed. Listed members that left, or are of another conference, count for nothing; one that leaves and
 * is added again is a new member.
 */
export type Audience = 'everyone' | 'nobody' | readonly Member[];

/**
 * Whom a member speaks to and whom it hears. A supervisor who listens speaks to nobody; who whispers, to the agent only; who barges
 * in, to everyone.
 */
export interface Hearing {
  readonly speaksTo: Audience;
  readonly hears: Audience;
}

/** `left`: by `leave`. `moved`: its leg was added or connected elsewhere. */
export type MemberEnd = 'left' | 'leg-ended' | 'moved' | 'conference-ended';

export type ConferenceEvents = {
  joined: [member: Member];
  left: [member: Member, because: MemberEnd];
};

export interface ConferenceOptions {
  /** Most members that speak to somebody, those on hold included. Default 8, at most 30. */
  readonly maxSpeakers?: number;
  /** Most members, listeners included. Default 40, at most 200. */
  readonly maxMembers?: number;
}

export const defaultConferenceOptions: Required<ConferenceOptions> = { maxSpeakers: 8, maxMembers: 40 };
export const mostSpeakers = 30;
export const mostMembers = 200;
