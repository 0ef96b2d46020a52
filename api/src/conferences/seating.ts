import type { Participant } from './conference.js';

/** How one of those who are there takes part. */
export interface Seat {
  /** Hears what is played to those who wait, and nobody. */
  readonly waits: boolean;
  /** Whom it speaks to: a call where it coaches. */
  readonly speaksTo: 'everyone' | 'nobody' | { readonly callId: string };
  readonly hears: 'everyone' | 'nobody';
}

type Seated = Pick<Participant, 'callId' | 'muted' | 'coaching' | 'startConferenceOnEnter'>;

/** Whether a conference of these begins. */
export function begins(seated: readonly Seated[]): boolean {
  return seated.length >= 2 && seated.some(({ startConferenceOnEnter }) => startConferenceOnEnter);
}

/** How each of them takes part: those who are alone, or whose conference has not begun, wait. Pure. */
export function seating(seated: readonly Seated[], started: boolean): ReadonlyMap<string, Seat> {
  const waits = !started || seated.length < 2;
  return new Map(
    seated.map(({ callId, muted, coaching }) => [
      callId,
      {
        waits,
        hears: waits ? 'nobody' : 'everyone',
        speaksTo: waits || muted ? 'nobody' : coaching === null ? 'everyone' : { callId: coaching },
      },
    ]),
  );
}

/** Those who speak to somebody, or would once it begins. */
export function speakers(seated: readonly Seated[]): number {
  return seated.filter(({ muted }) => !muted).length;
}
