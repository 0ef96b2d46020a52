import type { ConferenceName, LeftBecause } from './conference.js';

/** What a call brings when it joins. Plain data: it crosses nodes. */
export interface Joining extends ConferenceName {
  readonly callId: string;
  /** The node that has the call. */
  readonly nodeId: string;
  /** Names this stay among the call's: what is said of another is not meant. */
  readonly seatId: string;
  readonly label?: string;
  readonly muted: boolean;
  readonly coaching?: string;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  readonly beep: 'both' | 'onEnter' | 'onExit' | 'none';
  readonly maxParticipants: number;
}

/** What the conference tells a call that is in it, wherever the call is. */
export interface SeatLine {
  /** Whether it waits, from now on. */
  tell(waits: boolean): void;
  /** It is out, for that reason. */
  out(because: LeftBecause): void;
  /** Its conference is not here any more: it looks for it anew. */
  lost(): void;
  /** Whether something is played to it that a beep would cut short. */
  readonly announcing: boolean;
  /** What it means when the leg in the conference ends. */
  readonly legEndMeans: LeftBecause;
}
