import { type ConferenceName, conferenceKey } from './conference.js';
import type { SeatNews } from './conference-bridges.js';
import type { ConferenceSeat } from './conference-seat.js';
import type { Joining } from './joining.js';

/** The calls of this node that are in conferences, wherever these are. */
export class ConferenceSeats {
  readonly #byCall = new Map<string, ConferenceSeat>();

  get all(): readonly ConferenceSeat[] {
    return [...this.#byCall.values()];
  }

  /** A call is in one conference at a time: the one it was in is left. */
  add(seat: ConferenceSeat): void {
    const { callId } = seat.joining;
    this.#byCall.get(callId)?.leave('moved');
    this.#byCall.set(callId, seat);
  }

  remove({ callId, seatId }: Joining): void {
    if (this.#byCall.get(callId)?.joining.seatId === seatId) this.#byCall.delete(callId);
  }

  get(callId: string): ConferenceSeat | undefined {
    return this.#byCall.get(callId);
  }

  /** Another node mixes that conference anew: calls of ours that are in it come again. */
  comeAgain(of: ConferenceName): void {
    for (const seat of this.all) if (conferenceKey(seat.joining) === conferenceKey(of)) seat.lost();
  }

  /** Another node, which mixes the conference, tells a call of ours. */
  hear({ callId, seatId, waits, out }: SeatNews): void {
    const seat = this.#byCall.get(callId);
    if (seat?.joining.seatId !== seatId) return;
    if (waits !== undefined) seat.tell(waits);
    if (out !== undefined) seat.out(out);
  }
}
