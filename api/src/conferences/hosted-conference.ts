import type { Clock } from '@hookswitch/kernel/clock';
import type { Hearing, Member, MemberEnd, Conference as Room } from '@hookswitch/media/port/conference';
import { mostMembers, mostSpeakers } from '@hookswitch/media/port/conference';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ToneSound } from '@hookswitch/media/port/sound';
import { timestamp } from '../store/timestamp.js';
import type { Conference, ConferenceEndedBecause, LeftBecause, Participant, ParticipantChange } from './conference.js';
import { ended, joined, leaveAll, left, reconnecting, started, updated } from './conference-changes.js';
import { ConferenceElsewhereError, ConferenceHasNoRoomError, ParticipantNotThereError } from './conference-errors.js';
import { enterBeep, exitBeep, holdTone } from './conference-sounds.js';
import type { ConferenceWriter } from './conference-writer.js';
import { Gathering } from './gathering.js';
import type { Joining, SeatLine } from './joining.js';
import { begins, type Seat, seating, speakers } from './seating.js';

/** Those of a conference that lost its node have so long to come again, milliseconds. */
const reconnectMs = 15_000;
/** Those of this node's own earlier process hear each other until all have come again, so long at most, milliseconds. */
const gatherMs = 1000;

export interface HostedConferenceDeps {
  readonly clock: Clock;
  readonly writer: ConferenceWriter;
  /** It is over, or another node has it: nobody may join any more. Told once. */
  readonly onOver: () => void;
}

/** Somebody who is there. */
interface Present {
  participant: Participant;
  readonly joining: Joining;
  readonly leg: LiveCall;
  readonly member: Member;
  readonly line: SeatLine;
  /** Undefined until it was told. */
  waits: boolean | undefined;
}

/** A place that is kept. */
export interface KeptPlace {
  /** The call is here: it takes part from now on. */
  sit(leg: LiveCall, line: SeatLine): void;
  /** It did not come. */
  giveBack(): void;
}

/** A conference that this node mixes: who is in it, and who hears whom. Its calls may be those of any node. */
export class HostedConference {
  readonly id: string;
  readonly #name: string;
  readonly #nodeId: string;
  readonly #room: Room;
  readonly #deps: HostedConferenceDeps;
  readonly #present = new Map<string, Present>();
  /** Places kept for calls that are about to come. */
  #kept = 0;
  /** Those who were in it on the node before, as they were. */
  readonly #before: ReadonlyMap<string, Participant>;
  /** Those whom this node's own earlier process left hearing each other, while they come again. */
  #gathering: Gathering | undefined;
  #started: boolean;
  #over = false;
  #cancelReconnect: () => void = () => {};

  constructor(conference: Conference, room: Room, deps: HostedConferenceDeps) {
    this.id = conference.id;
    this.#name = conference.name;
    this.#nodeId = conference.nodeId;
    this.#room = room;
    this.#deps = deps;
    this.#started = conference.status === 'in-progress';
    this.#before = new Map(reconnecting(conference).map((participant) => [participant.callId, participant]));
    if (this.#before.size > 0) {
      this.#cancelReconnect = deps.clock.after(reconnectMs, () => this.#giveUpOnLost());
    }
    const ours = [...this.#before.values()].filter(({ nodeId }) => nodeId === conference.nodeId);
    if (ours.length > 0) {
      const awaited = new Set(ours.map(({ callId }) => callId));
      this.#gathering = new Gathering(awaited, gatherMs, deps.clock, (sitDown) => this.#gathered(sitDown));
    }
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** The nodes whose calls are in it, but for this one. */
  get otherNodes(): ReadonlySet<string> {
    const nodes = [...this.#present.values()].map(({ joining }) => joining.nodeId);
    return new Set(nodes.filter((nodeId) => nodeId !== this.#nodeId));
  }

  /**
   * Keeps a place for a call that is about to come.
   * @throws ConferenceElsewhereError, ConferenceHasNoRoomError
   */
  keepPlace(joining: Joining): KeptPlace {
    this.#checkRoom(joining);
    this.#kept += 1;
    let taken = false;
    const take = () => {
      if (taken) return false;
      taken = true;
      this.#kept -= 1;
      return true;
    };
    return {
      sit: (leg, line) => {
        if (take()) this.#sit(joining, leg, line);
      },
      giveBack: () => {
        if (take() && this.#isEmpty) void this.end('empty');
      },
    };
  }

  /**
   * A call of this node comes, or comes again after a restart: then it sits down with the others, so that none of them hears a gap.
   * @throws ConferenceElsewhereError, ConferenceHasNoRoomError
   */
  async comesIn(joining: Joining, leg: LiveCall, line: SeatLine): Promise<void> {
    const sitDown = () => this.keepPlace(joining).sit(leg, line);
    if (this.#gathering) await this.#gathering.join(joining.callId, sitDown);
    else sitDown();
  }

  #gathered(sitDown: () => void): void {
    this.#room.atOnce(() => {
      sitDown();
      this.#gathering = undefined;
      this.#arrange();
    });
  }

  /** A call leaves. Nothing where it is not there. */
  leave(callId: string, seatId: string, because: LeftBecause): void {
    const present = this.#present.get(callId);
    if (present?.joining.seatId === seatId) void this.#takeOut(present, because);
  }

  /** @throws ParticipantNotThereError */
  remove(callId: string): Promise<void> {
    const present = this.#who(callId);
    present.line.out('removed');
    return this.#takeOut(present, 'removed');
  }

  /**
   * Mutes, holds, coaches …
   * @throws ParticipantNotThereError, ConferenceHasNoRoomError
   */
  async change(callId: string, change: ParticipantChange): Promise<void> {
    const present = this.#who(callId);
    const participant = { ...present.participant, ...change };
    if (present.participant.muted && !participant.muted) this.#checkSpeakers();
    present.participant = participant;
    if (change.held === true) present.member.hold(holdTone);
    else if (change.held === false) present.member.retrieve();
    this.#arrange();
    await this.#deps.writer.write((record) => updated(record, callId, change));
  }

  /** Ends it for all. Resolves when that is written. */
  async end(because: ConferenceEndedBecause): Promise<void> {
    if (this.#over) return;
    const there = [...this.#present.values()];
    this.#close();
    for (const { line } of there) line.out('ended');
    await this.#deps.writer.write((record) => ended(record, because, timestamp(this.#deps.clock)));
    this.#deps.onOver();
  }

  /** Another node has it, or is to have it: those who are there look for it anew. */
  giveUp(): void {
    if (this.#over) return;
    const there = [...this.#present.values()];
    this.#close();
    for (const { line } of there) line.lost();
    this.#deps.onOver();
  }

  /** The calls of that node are gone. */
  nodeLost(nodeId: string): void {
    for (const present of [...this.#present.values()]) {
      if (present.joining.nodeId !== nodeId) continue;
      present.line.out('lost');
      void this.#takeOut(present, 'lost');
    }
  }

  /** Those who were here and did not find the way back have left. */
  #giveUpOnLost(): void {
    const { writer, clock } = this.#deps;
    void writer.write((record) => {
      const lost = reconnecting(record).filter(({ callId }) => !this.#present.has(callId));
      return lost.length === 0 ? undefined : leaveAll(record, lost, 'lost', timestamp(clock));
    });
    if (this.#isEmpty) void this.end('empty');
  }

  /** One that was there before takes its own place. */
  #sit(joining: Joining, leg: LiveCall, line: SeatLine): void {
    const { callId } = joining;
    if (this.#over) {
      line.lost();
      return;
    }
    const replaced = this.#present.get(callId);
    this.#present.delete(callId);
    replaced?.member.leave();
    if (replaced && replaced.leg !== leg) replaced.line.lost();
    const member = this.#room.add(leg, { speaksTo: 'nobody', hears: 'nobody' });
    const participant = this.#before.get(callId) ?? newParticipant(joining, timestamp(this.#deps.clock));
    const present: Present = { participant, joining, leg, member, line, waits: undefined };
    this.#present.set(callId, present);
    if (participant.held) member.hold(holdTone);
    void member.left.then((because) => this.#memberLeft(present, because));
    void this.#deps.writer.write((record) => joined(record, participant));
    this.#arrange();
    if (beepsOn('onEnter', joining) && !this.#before.has(callId)) void this.#beep(enterBeep, present);
  }

  #memberLeft(present: Present, because: MemberEnd): void {
    if (this.#present.get(present.joining.callId) !== present) return;
    const why = because === 'leg-ended' ? present.line.legEndMeans : 'moved';
    present.line.out(why);
    void this.#takeOut(present, why);
  }

  async #takeOut(present: Present, because: LeftBecause): Promise<void> {
    const { participant, joining, member } = present;
    const { callId } = joining;
    this.#present.delete(callId);
    member.leave();
    const at = timestamp(this.#deps.clock);
    const written = this.#deps.writer.write((record) => left(record, callId, because, at));
    // A node that died decided nothing for the others.
    const endsAll = participant.endConferenceOnExit && because !== 'lost';
    if (endsAll || this.#isEmpty) return this.end(endsAll ? 'endConferenceOnExit' : 'empty');
    if (this.#started && beepsOn('onExit', joining)) await this.#beep(exitBeep, present);
    this.#arrange();
    return written;
  }

  /** Tells each whether it waits, and lets it hear whom it should: of those who come again together at the end. */
  #arrange(): void {
    if (this.#over || this.#gathering) return;
    const participants = [...this.#present.values()].map(({ participant }) => participant);
    if (!this.#started && begins(participants)) {
      this.#started = true;
      const at = timestamp(this.#deps.clock);
      void this.#deps.writer.write((record) => started(record, at));
    }
    for (const [callId, seat] of seating(participants, this.#started)) this.#seat(this.#present.get(callId)!, seat);
  }

  #seat(present: Present, seat: Seat): void {
    const { member, line } = present;
    if (present.waits !== seat.waits) {
      present.waits = seat.waits;
      line.tell(seat.waits);
    }
    const hearing = this.#hearing(seat);
    if (!sameHearing(member.hearing, hearing)) member.setHearing(hearing);
  }

  #hearing({ speaksTo, hears }: Seat): Hearing {
    if (typeof speaksTo === 'string') return { speaksTo, hears };
    const coached = this.#present.get(speaksTo.callId);
    return { speaksTo: coached ? [coached.member] : 'nobody', hears };
  }

  /** Lets the others hear it, but for those who hear something else. Resolves when it is over. */
  async #beep(sound: ToneSound, about: Present): Promise<void> {
    const others = [...this.#present.values()].filter(
      (each) => each !== about && !each.waits && !each.participant.held && !each.line.announcing,
    );
    await Promise.all(others.map(({ leg }) => leg.play(sound, { mode: 'over' })));
  }

  #checkRoom({ name, callId, maxParticipants, muted }: Joining): void {
    if (this.#over) throw new ConferenceElsewhereError(name);
    const others = this.#present.size - (this.#present.has(callId) ? 1 : 0) + this.#kept;
    const most = Math.min(maxParticipants, mostMembers);
    if (others >= most) throw new ConferenceHasNoRoomError('participants', most);
    if (!muted) this.#checkSpeakers(callId);
  }

  #checkSpeakers(but?: string): void {
    const others = [...this.#present.values()].filter(({ joining }) => joining.callId !== but);
    const speaking = speakers(others.map(({ participant }) => participant)) + this.#kept;
    if (speaking >= mostSpeakers) throw new ConferenceHasNoRoomError('speakers', mostSpeakers);
  }

  #who(callId: string): Present {
    if (this.#over) throw new ConferenceElsewhereError(this.#name);
    const present = this.#present.get(callId);
    if (!present) throw new ParticipantNotThereError(callId);
    return present;
  }

  /** Whether nobody is there, and nobody is about to be. */
  get #isEmpty(): boolean {
    return this.#present.size === 0 && this.#kept === 0 && !this.#gathering;
  }

  #close(): void {
    this.#over = true;
    this.#cancelReconnect();
    this.#gathering?.end();
    this.#present.clear();
    this.#room.end();
  }
}

function newParticipant(joining: Joining, joinedAt: string): Participant {
  const { callId, nodeId, label = null, muted, coaching = null } = joining;
  const { startConferenceOnEnter, endConferenceOnExit } = joining;
  return {
    callId,
    nodeId,
    label,
    muted,
    held: false,
    coaching,
    startConferenceOnEnter,
    endConferenceOnExit,
    joinedAt,
    leftAt: null,
    leftBecause: null,
  };
}

function beepsOn(what: 'onEnter' | 'onExit', { beep }: Joining): boolean {
  return beep === 'both' || beep === what;
}

function sameHearing(a: Hearing, b: Hearing): boolean {
  const same = (one: Hearing['hears'], other: Hearing['hears']) =>
    typeof one === 'string' || typeof other === 'string' ? one === other : one[0] === other[0];
  return same(a.hears, b.hears) && same(a.speaksTo, b.speaksTo);
}
