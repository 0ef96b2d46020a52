import { Emitter } from '@hookswitch/kernel/emitter';
import type { Connection } from './call-engine.js';
import {
  type Conference,
  type ConferenceEvents,
  type ConferenceOptions,
  defaultConferenceOptions,
  type Hearing,
  type Member,
  type MemberEnd,
  mostMembers,
  mostSpeakers,
} from './conference.js';
import { ConferenceFullError } from './engine-errors.js';
import type { LiveCall, PlayOptions, PlayResult } from './live-call.js';
import type { Sound } from './sound.js';
import { isSpeaker, whoHearsWhom } from './who-hears-whom.js';

/** What a driver does for its conferences: it moves the sound. */
export interface ConferenceWiring<Leg extends LiveCall> {
  /** Takes a leg as its own, or throws a `TypeError`. */
  own(leg: LiveCall): Leg;
  /**
   * From now on each of these legs hears exactly those listed for it. `room` names the conference; legs it had before and that are not named hear nobody
   * and are heard by nobody.
   */
  hear(room: string, listening: ReadonlyMap<Leg, readonly Leg[]>): void;
  /** What the leg hears, looped, while nothing is played to it; undefined ends it. */
  holdMusic(leg: Leg, music: Sound | undefined): void;
  /** Whether sound can be sent to it now. */
  hasSound(leg: Leg): boolean;
  onListenerError(error: unknown, event: string): void;
}

/** The conferences of one engine: who sits where, and that no leg sits in two. */
export class Conferences<Leg extends LiveCall> {
  readonly #wiring: ConferenceWiring<Leg>;
  readonly #open = new Set<LiveConference<Leg>>();
  readonly #seats = new Map<Leg, LiveMember<Leg>>();
  #lastRoom = 0;

  constructor(wiring: ConferenceWiring<Leg>) {
    this.#wiring = wiring;
  }

  /** Conferences that have not ended, connections among them. */
  get size(): number {
    return this.#open.size;
  }

  open(options: ConferenceOptions = {}): LiveConference<Leg> {
    this.#lastRoom += 1;
    const conference = new LiveConference(`R${this.#lastRoom}`, options, this.#wiring, {
      seats: this.#seats,
      over: () => this.#open.delete(conference),
    });
    this.#open.add(conference);
    return conference;
  }

  /** See `CallEngine.connect`: a conference of two that ends when either leaves. */
  connect(a: LiveCall, b: LiveCall): Connection {
    const legs = [this.#wiring.own(a), this.#wiring.own(b)];
    const conference = this.open({ maxSpeakers: 2, maxMembers: 2 });
    const ended = new Promise<Awaited<Connection['ended']>>((resolve) => {
      const leave = (member: Member, because: MemberEnd) => {
        resolve(because !== 'leg-ended' ? 'disconnected' : member.leg === a ? 'a-ended' : 'b-ended');
        conference.end();
      };
      conference.events.on('left', leave);
      // Both are moved here first, so that each leaves what it was in.
      for (const member of conference.addAll(legs)) {
        if (member.leftBecause) leave(member, member.leftBecause);
      }
    });
    return { disconnect: () => conference.end(), ended };
  }

  /** The leg ended: its membership does. */
  legEnded(leg: Leg): void {
    this.#seats.get(leg)?.end('leg-ended');
  }

  /** The legs that hear this one now. */
  audienceOf(leg: Leg): readonly Leg[] {
    return this.#seats.get(leg)?.conference.audienceOf(leg) ?? [];
  }

  endAll(): void {
    for (const conference of [...this.#open]) conference.end();
  }
}

/** A conference and its members. What is heard is worked out anew at each change and handed to the driver whole. */
class LiveConference<Leg extends LiveCall> implements Conference {
  readonly ended: Promise<void>;
  readonly #room: string;
  readonly #options: Required<ConferenceOptions>;
  readonly #wiring: ConferenceWiring<Leg>;
  readonly #book: { readonly seats: Map<Leg, LiveMember<Leg>>; over(): void };
  readonly #events: Emitter<ConferenceEvents>;
  readonly #members = new Set<LiveMember<Leg>>();
  #listening: ReadonlyMap<Leg, readonly Leg[]> = new Map();
  /** How many changes are under way that are to count at once, and whether any was made. */
  #changing = 0;
  #changed = false;
  #over = false;
  #resolve!: () => void;

  constructor(
    room: string,
    options: ConferenceOptions,
    wiring: ConferenceWiring<Leg>,
    book: { readonly seats: Map<Leg, LiveMember<Leg>>; over(): void },
  ) {
    const wanted = { ...defaultConferenceOptions, ...options };
    this.#room = room;
    this.#options = {
      maxSpeakers: Math.min(mostSpeakers, wanted.maxSpeakers),
      maxMembers: Math.min(mostMembers, wanted.maxMembers),
    };
    this.#wiring = wiring;
    this.#book = book;
    this.#events = new Emitter(wiring.onListenerError);
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get events(): Emitter<ConferenceEvents> {
    return this.#events;
  }

  get members(): readonly Member[] {
    return [...this.#members];
  }

  add(call: LiveCall, hearing: Partial<Hearing> = {}): Member {
    return this.addAll([call], hearing)[0]!;
  }

  atOnce(change: () => void): void {
    this.#changing += 1;
    try {
      change();
    } finally {
      this.#changing -= 1;
      if (this.#changed) this.rewire();
    }
  }

  /** Several at once: those who hear each other already do so without a gap. */
  addAll(calls: readonly LiveCall[], hearing: Partial<Hearing> = {}): readonly Member[] {
    const members = calls.map((call) => this.#seat(call, hearing));
    const seated = members.filter(({ leftBecause }) => leftBecause === undefined);
    if (seated.length > 0) this.rewire();
    for (const member of seated) this.#events.emit('joined', member);
    return members;
  }

  #seat(call: LiveCall, hearing: Partial<Hearing>): Member {
    const leg = this.#wiring.own(call);
    const member = new LiveMember(leg, this, this.#wiring, { speaksTo: 'everyone', hears: 'everyone', ...hearing });
    const before = this.#book.seats.get(leg);
    if (!this.#over) this.checkSeats(member, before);
    before?.end('moved');
    if (leg.status === 'ended') member.end('leg-ended');
    else if (this.#over) member.end('conference-ended');
    else {
      this.#members.add(member);
      this.#book.seats.set(leg, member);
    }
    return member;
  }

  async play(sound: Sound, options: PlayOptions = {}): Promise<PlayResult> {
    const there = [...this.#members].filter((member) => !member.onHold && this.#wiring.hasSound(member.leg));
    const results = await Promise.all(there.map((member) => member.play(sound, options)));
    const playedMs = Math.max(0, ...results.map((result) => result.playedMs));
    const ends = results.map(({ end }) => end);
    return { end: ends.includes('finished') ? 'finished' : (ends[0] ?? 'call-ended'), playedMs };
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const member of [...this.#members]) member.end('conference-ended');
    this.#wiring.hear(this.#room, new Map());
    this.#book.over();
    this.#resolve();
  }

  audienceOf(leg: Leg): readonly Leg[] {
    return [...this.#listening].filter(([, heard]) => heard.includes(leg)).map(([listener]) => listener);
  }

  /** Throws where there is no seat for `member`; `instead` is one that gives its own up. */
  checkSeats(member: LiveMember<Leg>, instead: LiveMember<Leg> | undefined, hearing: Hearing = member.hearing): void {
    const others = [...this.#members].filter((other) => other !== member && other !== instead);
    const speakers = others.filter((other) => isSpeaker(other.hearing)).length;
    const { maxSpeakers, maxMembers } = this.#options;
    if (others.length >= maxMembers) throw new ConferenceFullError('members', maxMembers);
    if (isSpeaker(hearing) && speakers >= maxSpeakers) throw new ConferenceFullError('speakers', maxSpeakers);
  }

  /** Tells the driver who hears whom. */
  rewire(): void {
    this.#changed = this.#changing > 0;
    if (this.#over || this.#changed) return;
    const places = new Map<Member, { speaksTo: Hearing['speaksTo']; hears: Hearing['hears']; onHold: boolean }>();
    for (const member of this.#members) places.set(member, { ...member.hearing, onHold: member.onHold !== undefined });
    const legs = [...whoHearsWhom(places)].map(([listener, heard]) => {
      return [listener.leg as Leg, heard.map(({ leg }) => leg as Leg)] as const;
    });
    this.#listening = new Map(legs);
    this.#wiring.hear(this.#room, this.#listening);
  }

  /** A member is out. */
  without(member: LiveMember<Leg>, because: MemberEnd): void {
    if (!this.#members.delete(member)) return;
    this.#book.seats.delete(member.leg);
    this.rewire();
    this.#events.emit('left', member, because);
  }
}

class LiveMember<Leg extends LiveCall> implements Member {
  readonly leg: Leg;
  readonly conference: LiveConference<Leg>;
  readonly left: Promise<MemberEnd>;
  readonly #wiring: ConferenceWiring<Leg>;
  readonly #gone = new AbortController();
  #hearing: Hearing;
  #onHold: Member['onHold'];
  #end: MemberEnd | undefined;
  #resolve!: (because: MemberEnd) => void;

  constructor(leg: Leg, conference: LiveConference<Leg>, wiring: ConferenceWiring<Leg>, hearing: Hearing) {
    this.leg = leg;
    this.conference = conference;
    this.#wiring = wiring;
    this.#hearing = hearing;
    this.left = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get hearing(): Hearing {
    return this.#hearing;
  }

  get onHold(): Member['onHold'] {
    return this.#onHold;
  }

  get leftBecause(): MemberEnd | undefined {
    return this.#end;
  }

  setHearing(change: Partial<Hearing>): void {
    if (this.#end) return;
    const hearing = { ...this.#hearing, ...change };
    this.conference.checkSeats(this, undefined, hearing);
    this.#hearing = hearing;
    this.conference.rewire();
  }

  hold(music?: Sound): void {
    if (this.#end) return;
    this.#onHold = { music };
    this.conference.rewire();
    this.#wiring.holdMusic(this.leg, music);
  }

  retrieve(): void {
    if (this.#end || !this.#onHold) return;
    this.#onHold = undefined;
    this.#wiring.holdMusic(this.leg, undefined);
    this.conference.rewire();
  }

  leave(): void {
    this.end('left');
  }

  /** Plays to this member while it is one. */
  play(sound: Sound, options: PlayOptions): Promise<PlayResult> {
    const { signal } = options;
    const gone = this.#gone.signal;
    return this.leg.play(sound, { ...options, signal: signal ? AbortSignal.any([signal, gone]) : gone });
  }

  /** It is no member any more; the first reason counts. */
  end(because: MemberEnd): void {
    if (this.#end) return;
    this.#end = because;
    if (this.#onHold) this.#wiring.holdMusic(this.leg, undefined);
    this.#gone.abort();
    this.conference.without(this, because);
    this.#resolve(because);
  }
}
