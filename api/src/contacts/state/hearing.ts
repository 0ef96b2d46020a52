import type { Party, Supervision, Visit } from './visit.js';

/** Who sits in the contact's conference, and how: what the owner brings the engine's conference to after every act. By the party's sequence. */
export type Seating = ReadonlyMap<number, Seat>;

export interface Seat {
  readonly speaksTo: 'everyone' | 'nobody' | readonly number[];
  readonly hears: 'everyone';
  readonly heldWith: Party['heldWith'];
  readonly muted: boolean;
}

/** The seats of those in the talk. */
export function seating({ parties }: Visit): Seating {
  const seated = parties.filter(({ state }) => state === 'talking' || state === 'sounding' || state === 'away');
  return new Map(seated.map((party) => [party.sequence, seatOf(party)]));
}

function seatOf({ heldWith, muted, supervision, state }: Party): Seat {
  return {
    speaksTo: supervision ? audienceOf(supervision) : 'everyone',
    hears: 'everyone',
    heldWith: state === 'away' ? 'silence' : heldWith,
    muted,
  };
}

function audienceOf(supervision: Supervision): Seat['speaksTo'] {
  if (supervision.mode === 'whisper') return [supervision.to];
  return supervision.mode === 'barge' ? 'everyone' : 'nobody';
}
