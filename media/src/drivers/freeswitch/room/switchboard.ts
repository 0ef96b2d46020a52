import type { Logger } from '@hookswitch/kernel/logger';
import type { TimerSet } from '../../../port/timer-set.js';
import type { EslEvent } from '../esl/esl-event.js';
import { type Place, placesOf } from './places.js';

/** A leg as the switchboard knows it. */
export interface PluggableLeg {
  /** Its channel; undefined until there is one that can be moved about. */
  readonly plug: string | undefined;
  /** It is alone on its channel now and is to stay so: sounds may be played on it; or it is in a room; or on its way. */
  placed(where: 'alone' | 'in-room' | 'moving'): void;
  /** Resolves once nothing is played on it, while it is moving: a channel that plays is not moved. */
  quiet(): Promise<void>;
}

export interface SwitchboardParts {
  /** Distinguishes our conferences from other nodes'. */
  readonly prefix: string;
  readonly timers: TimerSet;
  readonly logger: Logger;
  api(command: string): Promise<string>;
}

/** Where a channel is. */
type Seat =
  | { readonly kind: 'alone' | 'moving' }
  | { readonly kind: 'bridge'; readonly with: string }
  | { readonly kind: 'eavesdrop'; readonly how: string }
  | { readonly kind: 'conference'; readonly name: string; readonly memberId: string; relations: Relations };

interface Relations {
  readonly muted: boolean;
  readonly deaf: boolean;
  readonly deafTo: ReadonlySet<string>;
}

/** A leg that was sent somewhere and is not reported from there by then is looked at again, milliseconds. */
const moveTimeoutMs = 5_000;

/**
 * Moves channels to where their legs hear whom they should. It compares where each is, as events tell, with where it should be, and sends one step at a time; the
 * event of its arrival brings the next.
 */
export class Switchboard<Leg extends PluggableLeg> {
  readonly #parts: SwitchboardParts;
  readonly #rooms = new Map<
    string,
    { places: ReadonlyMap<Leg, Place<Leg>>; listening: ReadonlyMap<Leg, readonly Leg[]> }
  >();
  readonly #roomOf = new Map<Leg, string>();
  readonly #seats = new Map<string, Seat>();
  readonly #legs = new Map<string, Leg>();
  readonly #deadlines = new Map<string, () => void>();
  /** Channels where a former process left them. */
  readonly #found = new Set<string>();
  #scheduled = false;

  constructor(parts: SwitchboardParts) {
    this.#parts = parts;
  }

  /** The leg's channel waits, alone, and can be moved from now on. */
  plugged(leg: Leg): void {
    if (leg.plug === undefined || this.#legs.get(leg.plug) === leg) return;
    this.#legs.set(leg.plug, leg);
    this.#seats.set(leg.plug, { kind: 'alone' });
    this.#replan(leg);
  }

  /** The leg's channel was found, in a place that `relearn` tells. It stays there until the leg is in a room. */
  found(leg: Leg): void {
    if (leg.plug === undefined) return;
    this.#legs.set(leg.plug, leg);
    this.#seats.set(leg.plug, { kind: 'moving' });
    this.#found.add(leg.plug);
    this.#replan(leg);
  }

  /** The leg's channel is gone, or about to be. */
  unplugged(leg: Leg): void {
    const { plug } = leg;
    if (plug === undefined) return;
    this.#legs.delete(plug);
    this.#seats.delete(plug);
    this.#found.delete(plug);
    this.#arrived(plug);
  }

  /** See `ConferenceWiring.hear`. */
  hear(room: string, listening: ReadonlyMap<Leg, readonly Leg[]>) {
    for (const leg of this.#rooms.get(room)?.listening.keys() ?? []) {
      if (this.#roomOf.get(leg) === room) this.#roomOf.delete(leg);
    }
    for (const leg of listening.keys()) this.#roomOf.set(leg, room);
    for (const { plug } of listening.keys()) if (plug !== undefined) this.#found.delete(plug);
    if (listening.size === 0) this.#rooms.delete(room);
    else this.#plan(room, listening);
    this.#schedule();
  }

  /** Two legs are the ends of one bridge: the switch itself passes digits between them. */
  areBridged(a: Leg, b: Leg): boolean {
    const seat = a.plug === undefined ? undefined : this.#seats.get(a.plug);
    return seat?.kind === 'bridge' && seat.with === b.plug;
  }

  /** An event of a channel, or of a conference. */
  handle(event: EslEvent) {
    const id = event.channelId;
    switch (event.name) {
      case 'CHANNEL_PARK':
        return this.#seen(id, { kind: 'alone' });
      case 'CHANNEL_BRIDGE': {
        const [a, b] = [event.get('Bridge-A-Unique-ID'), event.get('Bridge-B-Unique-ID')];
        if (a === undefined || b === undefined) return;
        this.#seen(a, { kind: 'bridge', with: b });
        return this.#seen(b, { kind: 'bridge', with: a });
      }
      case 'CHANNEL_EXECUTE':
        if (event.get('Application') === 'eavesdrop')
          this.#seen(id, { kind: 'eavesdrop', how: this.#wantedEavesdrop(id) });
        return;
      case 'CUSTOM':
        if (event.get('Action') === 'add-member') this.#joined(event);
        return;
      default:
    }
  }

  /**
   * After a time without events: which channels are bridged was looked up, all others are taken for alone, and put where they belong again.
   */
  relearn(bridges: ReadonlyMap<string, string>, conferences: ReadonlyMap<string, string>): void {
    const others = new Map([...bridges].map(([a, b]) => [b, a]));
    for (const plug of this.#legs.keys()) {
      const other = bridges.get(plug) ?? others.get(plug);
      this.#arrived(plug);
      const conference = this.#found.has(plug) ? conferences.get(plug) : undefined;
      if (other !== undefined) this.#seats.set(plug, { kind: 'bridge', with: other });
      else if (conference === undefined) this.#seats.set(plug, { kind: 'alone' });
      else this.#seats.set(plug, { kind: 'conference', name: conference, memberId: '', relations: noRelations() });
    }
    this.#schedule();
  }

  #joined(event: EslEvent): void {
    const name = event.get('Conference-Name') ?? '';
    const memberId = event.get('Member-ID') ?? '';
    this.#seen(event.channelId, { kind: 'conference', name, memberId, relations: noRelations() });
  }

  #seen(plug: string | undefined, seat: Seat): void {
    const leg = plug === undefined ? undefined : this.#legs.get(plug);
    if (plug === undefined || !leg) return;
    // The way from one place to another may lead over a short park, which is not where it was sent.
    if (
      seat.kind === 'alone' &&
      this.#seats.get(plug)?.kind === 'moving' &&
      this.#placeOf(leg).kind !== 'alone' &&
      !this.#parking.has(plug)
    )
      return;
    this.#arrived(plug);
    this.#parking.delete(plug);
    this.#seats.set(plug, seat);
    this.#schedule();
  }

  /** Channels that were sent to wait alone. */
  readonly #parking = new Set<string>();

  #plan(room: string, listening: ReadonlyMap<Leg, readonly Leg[]>) {
    const there = new Map(
      [...listening]
        .filter(([leg]) => leg.plug !== undefined && this.#legs.has(leg.plug))
        .map(([leg, heard]) => [leg, heard.filter(({ plug }) => plug !== undefined && this.#legs.has(plug))]),
    );
    const before = this.#rooms.get(room)?.places.values() ?? [];
    const isConference = [...before].some(({ kind }) => kind === 'conference');
    this.#rooms.set(room, { listening, places: placesOf(`${this.#parts.prefix}-${room}`, there, isConference) });
  }

  #replan(leg: Leg) {
    const room = this.#roomOf.get(leg);
    const planned = room === undefined ? undefined : this.#rooms.get(room);
    if (room !== undefined && planned) this.#plan(room, planned.listening);
    this.#schedule();
  }

  #placeOf(leg: Leg): Place<Leg> {
    const room = this.#roomOf.get(leg);
    return (room === undefined ? undefined : this.#rooms.get(room)?.places.get(leg)) ?? { kind: 'alone' };
  }

  /** Changes of one turn are looked at together: a leg that leaves one room for another goes there at once. */
  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      for (const [plug, leg] of [...this.#legs]) this.#settle(plug, leg);
    });
  }

  #settle(plug: string, leg: Leg) {
    const seat = this.#seats.get(plug);
    if (!seat || seat.kind === 'moving') return;
    const place = this.#placeOf(leg);
    switch (place.kind) {
      case 'alone':
        if (seat.kind === 'alone') leg.placed('alone');
        else if (this.#found.has(plug)) leg.placed('in-room');
        else this.#park(plug, leg);
        return;
      case 'bridge':
        return this.#bridge(plug, seat, leg, place.with);
      case 'eavesdrop':
        return this.#eavesdrop(plug, seat, leg, place);
      case 'conference':
        return this.#conference(plug, seat, leg, place);
    }
  }

  #park(plug: string, leg: Leg) {
    this.#parking.add(plug);
    this.#move([leg], `uuid_transfer ${plug} park inline`);
  }

  #bridge(plug: string, seat: Seat, leg: Leg, other: Leg) {
    const otherPlug = other.plug!;
    if (seat.kind === 'bridge' && seat.with === otherPlug) return leg.placed('in-room');
    const otherSeat = this.#seats.get(otherPlug);
    if (!otherSeat || otherSeat.kind === 'moving') return;
    // An eavesdropper's application is left first.
    if (seat.kind === 'eavesdrop') return this.#park(plug, leg);
    if (otherSeat.kind === 'eavesdrop') return;
    this.#move([leg, other], `uuid_bridge ${plug} ${otherPlug}`);
  }

  #eavesdrop(plug: string, seat: Seat, leg: Leg, place: Extract<Place<Leg>, { kind: 'eavesdrop' }>) {
    const how = howToEavesdrop(place);
    if (seat.kind === 'eavesdrop' && seat.how === how) return leg.placed('in-room');
    if (seat.kind !== 'alone') return this.#park(plug, leg);
    if (this.#seats.get(place.on.plug!)?.kind !== 'bridge') return;
    // What it was allowed before counts until it is taken back.
    void this.#run(`uuid_setvar_multi ${plug} eavesdrop_whisper_aleg=;eavesdrop_whisper_bleg=`);
    this.#move([leg], `uuid_transfer ${plug} '${how}' inline`);
  }

  #wantedEavesdrop(plug: string | undefined): string {
    const leg = plug === undefined ? undefined : this.#legs.get(plug);
    const place = leg && this.#placeOf(leg);
    return place?.kind === 'eavesdrop' ? howToEavesdrop(place) : '';
  }

  #conference(plug: string, seat: Seat, leg: Leg, place: Extract<Place<Leg>, { kind: 'conference' }>) {
    if (seat.kind === 'conference' && seat.name === place.name) {
      leg.placed('in-room');
      return this.#relate(seat, place);
    }
    const where = `'conference:${place.name}@default' inline`;
    const other = seat.kind === 'bridge' ? this.#legs.get(seat.with) : undefined;
    const otherPlace = other && this.#placeOf(other);
    if (other && otherPlace?.kind === 'conference' && otherPlace.name === place.name) {
      this.#move([leg, other], `uuid_transfer ${plug} -both ${where}`);
    } else this.#move([leg], `uuid_transfer ${plug} ${where}`);
  }

  /** Who of a conference's members hears whom, beyond that all hear all. */
  #relate(seat: Extract<Seat, { kind: 'conference' }>, place: Extract<Place<Leg>, { kind: 'conference' }>): void {
    const { name, memberId, relations: before } = seat;
    const deafTo = new Set<string>();
    for (const other of place.deafTo) {
      const otherSeat = this.#seats.get(other.plug!);
      if (otherSeat?.kind === 'conference' && otherSeat.name === name) deafTo.add(otherSeat.memberId);
    }
    seat.relations = { muted: place.muted, deaf: place.deaf, deafTo };
    const tell = (rest: string) => void this.#run(`conference ${name} ${rest}`);
    if (place.muted !== before.muted) tell(`${place.muted ? 'mute' : 'unmute'} ${memberId}`);
    if (place.deaf !== before.deaf) tell(`${place.deaf ? 'deaf' : 'undeaf'} ${memberId}`);
    for (const other of deafTo) if (!before.deafTo.has(other)) tell(`relate ${memberId} ${other} nohear`);
    for (const other of before.deafTo) if (!deafTo.has(other)) tell(`relate ${memberId} ${other} clear`);
  }

  /** Sends legs somewhere. Until they are seen there, or the command fails, they are moving. */
  #move(legs: readonly Leg[], command: string): void {
    for (const leg of legs) {
      const plug = leg.plug!;
      this.#seats.set(plug, { kind: 'moving' });
      leg.placed('moving');
      this.#arrived(plug);
      this.#deadlines.set(
        plug,
        this.#parts.timers.after(moveTimeoutMs, () => this.#lost(leg)),
      );
    }
    void this.#send(legs, command);
  }

  async #send(legs: readonly Leg[], command: string): Promise<void> {
    await Promise.all(legs.map((leg) => leg.quiet()));
    if (legs.some(({ plug }) => plug === undefined || !this.#legs.has(plug)) || !(await this.#run(command))) {
      for (const leg of legs) this.#lost(leg, 200);
    }
  }

  async #run(command: string): Promise<boolean> {
    try {
      const answer = await this.#parts.api(command);
      if (answer.startsWith('+OK')) return true;
      this.#parts.logger.warn({ command, answer: answer.trim() }, 'FreeSWITCH refused to move a call');
    } catch (error) {
      this.#parts.logger.warn({ err: error, command }, 'a call could not be moved');
    }
    return false;
  }

  /** It did not arrive: maybe it is ending, which will be told. Otherwise it is put where it belongs from where it waits. */
  #lost(leg: Leg, againMs = 0): void {
    const { plug } = leg;
    if (plug === undefined || this.#legs.get(plug) !== leg) return;
    this.#arrived(plug);
    this.#deadlines.set(
      plug,
      this.#parts.timers.after(againMs, () => {
        if (this.#seats.get(plug)?.kind !== 'moving') return;
        this.#seats.set(plug, { kind: 'alone' });
        this.#schedule();
      }),
    );
  }

  #arrived(plug: string): void {
    this.#deadlines.get(plug)?.();
    this.#deadlines.delete(plug);
  }
}

function noRelations(): Relations {
  return { muted: false, deaf: false, deafTo: new Set() };
}

/** As observed, `eavesdrop_whisper_bleg` lets it speak to the leg that is named, `_aleg` to the other one. Its keys choose nothing. */
function howToEavesdrop({ on, toTarget, toOther }: Extract<Place<PluggableLeg>, { kind: 'eavesdrop' }>): string {
  const sets = [
    ...(toOther ? ['set:eavesdrop_whisper_aleg=true'] : []),
    ...(toTarget ? ['set:eavesdrop_whisper_bleg=true'] : []),
  ];
  // When the call that is listened to ends, the listener waits again: without the last step it would be hung up.
  return [...sets, 'set:eavesdrop_enable_dtmf=false', `eavesdrop:${on.plug}`, 'park'].join(',');
}
