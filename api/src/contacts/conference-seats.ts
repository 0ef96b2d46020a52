import type { Conference, Hearing, Member } from '@hookswitch/media/port/conference';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Sound } from '@hookswitch/media/port/sound';
import type { Seat, Seating } from './state/hearing.js';

/** What is heard on hold. */
export interface HoldSounds {
  readonly hold: Sound;
  readonly waiting: Sound;
}

/** Keeps the engine's conference of a contact as the contact's seating says. The conference is opened when the first sits down. */
export class ConferenceSeats {
  readonly #open: () => Conference;
  readonly #sounds: () => HoldSounds;
  readonly #members = new Map<number, Member>();
  readonly #seats = new Map<number, Seat>();
  #conference: Conference | undefined;

  constructor(open: () => Conference, sounds: () => HoldSounds) {
    this.#open = open;
    this.#sounds = sounds;
  }

  /** Brings it to that seating. `legs` by the sequence of their party. */
  arrange(seating: Seating, legs: ReadonlyMap<number, LiveCall>): void {
    const somebody = [...seating.keys()].some((sequence) => isUp(legs.get(sequence)));
    if (somebody) this.#conference ??= this.#open();
    const conference = this.#conference;
    // Those who talk when the contact is taken over hear no gap.
    conference?.atOnce(() => this.#arrange(conference, seating, legs));
  }

  #arrange(conference: Conference, seating: Seating, legs: ReadonlyMap<number, LiveCall>): void {
    for (const [sequence, member] of [...this.#members]) {
      if (seating.has(sequence) && !member.leftBecause) continue;
      member.leave();
      this.#members.delete(sequence);
      this.#seats.delete(sequence);
    }
    const arrived = [...seating.keys()].filter((sequence) => !this.#members.has(sequence) && isUp(legs.get(sequence)));
    for (const sequence of arrived) {
      // Heard only once it is clear by whom.
      this.#members.set(sequence, conference.add(legs.get(sequence)!, { speaksTo: 'nobody' }));
    }
    for (const [sequence, seat] of seating) this.#sit(sequence, seat, arrived.length > 0);
  }

  play(sound: Sound, loops: number): void {
    void this.#conference?.play(sound, { loops });
  }

  end(): void {
    this.#conference?.end();
  }

  #sit(sequence: number, seat: Seat, others: boolean): void {
    const member = this.#members.get(sequence);
    if (!member) return;
    const before = this.#seats.get(sequence);
    this.#seats.set(sequence, seat);
    if (before?.muted !== seat.muted && (before || seat.muted)) member.leg.mute('in', seat.muted);
    const hearing: Hearing = { hears: seat.hears, speaksTo: this.#audience(seat.speaksTo) };
    if (!before || others || JSON.stringify(before.speaksTo) !== JSON.stringify(seat.speaksTo)) {
      member.setHearing(hearing);
    }
    if (before?.heldWith === seat.heldWith) return;
    if (seat.heldWith === undefined) member.retrieve();
    else member.hold(seat.heldWith === 'silence' ? undefined : this.#sounds()[seat.heldWith]);
  }

  #audience(speaksTo: Seat['speaksTo']): Hearing['speaksTo'] {
    if (typeof speaksTo === 'string') return speaksTo;
    return speaksTo.flatMap((sequence) => this.#members.get(sequence) ?? []);
  }
}

function isUp(leg: LiveCall | undefined): boolean {
  return leg !== undefined && leg.status !== 'ended';
}
