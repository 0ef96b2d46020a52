import { FrameMixer } from '../../../audio/mix.js';
import type { MediaLeg } from './media-leg.js';
import { MixSource } from './mix-source.js';
import type { Paced, Pacer } from './pacer.js';

/** Sources a mix can have: the bits of a small integer. */
const mostSources = 31;

/** A leg that is sent a mix. */
interface MixListener {
  readonly leg: MediaLeg;
  /** The sources it hears, and those it was last sent. */
  sources: number;
  sent: number;
}

/** A leg whose sound is mixed. Its place is its bit. */
interface Seat {
  readonly leg: MediaLeg;
  readonly source: MixSource;
}

/**
 * Legs that hear each other. A leg that hears one other only has that one's packets forwarded to it as they come; the others are sent mixes, every
 * 20 ms, all made from the same frames. Without a mix to make it has no timer.
 */
export class Room implements Paced {
  readonly periodMs = 20;
  readonly #pacer: Pacer;
  readonly #mixer = new FrameMixer();
  readonly #seats: (Seat | undefined)[] = [];
  /** Bits of those nobody hears any more; they fade out in the next frame. */
  #retiring = 0;
  #mixed: MixListener[] = [];
  #hears: ReadonlyMap<MediaLeg, readonly MediaLeg[]> = new Map();
  #paced = false;

  constructor(pacer: Pacer) {
    this.#pacer = pacer;
  }

  get isEmpty(): boolean {
    return this.#hears.size === 0;
  }

  heardBy(leg: MediaLeg): readonly MediaLeg[] {
    return this.#hears.get(leg) ?? [];
  }

  /** From now on these legs are in it and hear those. */
  set(hears: ReadonlyMap<MediaLeg, readonly MediaLeg[]>): void {
    for (const leg of hears.keys()) if (leg.room !== this) leg.room?.remove(leg);
    for (const leg of this.#hears.keys()) if (!hears.has(leg)) this.#release(leg);
    this.#hears = hears;
    for (const leg of hears.keys()) leg.room = this;
    this.refresh();
  }

  remove(leg: MediaLeg): void {
    if (!this.#hears.has(leg)) return;
    const others = [...this.#hears].filter(([listener]) => listener !== leg);
    this.set(new Map(others.map(([listener, heard]) => [listener, heard.filter((each) => each !== leg)])));
  }

  /** A leg's prompt began or ended to lie over what it hears: who is sent a mix is found anew. */
  refresh(): void {
    const mixed = [...this.#hears].filter(([leg, heard]) => heard.length > 1 || (heard.length === 1 && leg.wantsMix));
    this.#seat(new Set(mixed.flatMap(([, heard]) => heard)));
    const bits = new Map<MediaLeg, number>();
    this.#seats.forEach((seat, place) => {
      if (seat) bits.set(seat.leg, 1 << place);
    });
    const before = new Map(this.#mixed.map((listener) => [listener.leg, listener]));
    this.#mixed = mixed.map(([leg, heard]) => {
      const listener = before.get(leg) ?? { leg, sources: 0, sent: 0 };
      listener.sources = heard.reduce((sources, source) => sources | (bits.get(source) ?? 0), 0);
      return listener;
    });
    this.#route(new Set(mixed.map(([leg]) => leg)));
    if (this.#mixed.length === 0 || this.#paced) return;
    this.#paced = true;
    this.#pacer.add(this);
  }

  tick(dueAt: number): boolean {
    this.#paced = this.#mixed.length > 0;
    if (!this.#paced) {
      this.#endRetiring();
      return false;
    }
    let sounding = 0;
    let flowing = 0;
    for (let place = 0; place < this.#seats.length; place++) {
      const frame = this.#seats[place]?.source.pull(this.#mixer.frame(place)) ?? 'dry';
      if (frame !== 'dry') flowing |= 1 << place;
      if (frame === 'sound') sounding |= 1 << place;
    }
    this.#mixer.begin(sounding);
    for (const listener of this.#mixed) this.#send(listener, flowing, dueAt);
    this.#endRetiring();
    return true;
  }

  #send(listener: MixListener, flowing: number, dueAt: number): void {
    const { leg, sources, sent } = listener;
    listener.sent = sources;
    // With nobody there who says anything, silence included, nothing is sent: as when packets are forwarded.
    if (((sources | sent) & flowing) === 0) return;
    const { law } = leg.sender;
    const codes = sources === sent ? this.#mixer.encoded(sources, law) : this.#mixer.crossfaded(sent, sources, law);
    leg.sender.takeMix(codes, dueAt);
  }

  /** Gives each of `wanted` a seat, and lets those that are not retire. */
  #seat(wanted: ReadonlySet<MediaLeg>): void {
    this.#retiring = 0;
    const seated = new Set<MediaLeg>();
    this.#seats.forEach((seat, place) => {
      if (!seat) return;
      seated.add(seat.leg);
      if (wanted.has(seat.leg)) seat.leg.source = seat.source;
      else this.#retiring |= 1 << place;
    });
    for (const leg of wanted) {
      if (seated.has(leg)) continue;
      const free = this.#seats.findIndex((seat) => !seat);
      const place = free >= 0 ? free : this.#seats.length;
      if (place >= mostSources) continue;
      this.#seats[place] = { leg, source: new MixSource() };
      leg.source = this.#seats[place].source;
    }
  }

  #endRetiring(): void {
    for (let bits = this.#retiring; bits !== 0; bits &= bits - 1) {
      const place = 31 - Math.clz32(bits & -bits);
      const seat = this.#seats[place];
      // It may be mixed in another room by now.
      if (seat && seat.leg.source === seat.source) seat.leg.source = undefined;
      this.#seats[place] = undefined;
    }
    this.#retiring = 0;
  }

  /** Tells each leg who hears it, and who of them is not sent a mix. */
  #route(mixing: ReadonlySet<MediaLeg>): void {
    const audiences = new Map<MediaLeg, MediaLeg[]>([...this.#hears.keys()].map((leg) => [leg, []]));
    for (const [listener, heard] of this.#hears) for (const leg of heard) audiences.get(leg)?.push(listener);
    for (const [leg, audience] of audiences) {
      leg.audience = audience;
      leg.forwardsTo = audience.filter((listener) => !mixing.has(listener));
    }
  }

  #release(leg: MediaLeg): void {
    leg.audience = [];
    leg.forwardsTo = [];
    if (leg.room === this) leg.room = undefined;
  }
}
