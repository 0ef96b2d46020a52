import { type Clock, steadyClock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { TimerSet } from '@hookswitch/media/port/timer-set';
import type { Call, CallScript } from '../call-records/call.js';
import type { NewCallEvent } from '../call-records/call-events.js';
import type { CallInContact } from '../call-records/call-in-contact.js';
import type { CallChange, CallStore, DecideCallChange, NewCall } from '../call-records/call-store.js';
import type { Talk } from '../scripting/index.js';
import type { KeptContact } from './resume/kept-contact.js';
import type { KeptScript } from './resume/kept-script.js';
import type { PassedOnIdentity } from './routing/passed-on-identity.js';

/** What an active call is made of. */
export interface ActiveCallInit {
  readonly call: NewCall;
  /** The call's first write, under way or done. All changes wait for it. */
  readonly stored: Promise<Call>;
  readonly leg: LiveCall;
  readonly store: CallStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signingSecrets: readonly string[];
  /** Gives the call's place among the concurrent calls back. Idempotent. */
  readonly release: () => void;
  readonly parent?: ActiveCall;
  /** Caller id of the calls it dials, where they name none. Default: its own. */
  readonly callerId?: string;
  /** What those calls may be told of who calls. */
  readonly passedOn?: PassedOnIdentity;
}

/** The scripts of one call, one after another. */
export interface ScriptsOfCall {
  /** Whether any script was started. */
  readonly started: boolean;
  /** The script that runs, and where it stands where that is kept. */
  readonly standing: KeptScript | undefined;
  /** Runs that script instead of whatever runs. */
  start(script: CallScript): void;
  /** As `start`, from where it stood. */
  resume(script: KeptScript): void;
  /** Interrupts whatever runs; nothing takes its place. */
  stop(why: string): void;
}

/**
 * A call that this process owns: its leg, its record and its script. Writes of one call go one after another and each takes the copy that the one before
 * left, so that the calls of a quiet platform are never read.
 */
export class ActiveCall {
  readonly leg: LiveCall;
  readonly signingSecrets: readonly string[];
  /** Says whose line it is: `callId`, `accountId`. */
  readonly logger: Logger;
  readonly parent: ActiveCall | undefined;
  readonly callerId: string | undefined;
  readonly passedOn: PassedOnIdentity | undefined;
  readonly children = new Set<ActiveCall>();
  /** Gives the call's place among the concurrent calls back. Idempotent. */
  readonly release: () => void;
  /** Timers that end with the call. */
  readonly timers: TimerSet;
  /** The script that runs on it, if any ever does. */
  scripts: ScriptsOfCall | undefined;
  /** What it was in a contact, once that is known. */
  inContact: CallInContact | undefined;
  /** The visit of its contact, where that is kept with this call for a later process. */
  keptVisit: (() => KeptContact | undefined) | undefined;
  /** Errors that its scripts made so far. */
  scriptErrors = 0;
  /** Resolves to the final record once it is written. */
  readonly over: Promise<Call>;
  #resolveOver!: (call: Call) => void;
  readonly #store: CallStore;
  readonly #clock: Clock;
  #call: Call;
  /** What signalling said and no write has carried yet. */
  #ahead: Partial<Pick<Call, 'status' | 'ringingAt' | 'answeredAt' | 'endedAt' | 'script' | 'scriptRevision'>> = {};
  #writes: Promise<unknown>;
  #revisionReserved = false;
  #talk: Talk | undefined;
  #onTalk: Set<() => void> | undefined;

  constructor(init: ActiveCallInit) {
    this.leg = init.leg;
    this.signingSecrets = init.signingSecrets;
    this.logger = init.logger.child({ callId: init.call.id, accountId: init.call.accountId });
    this.parent = init.parent;
    this.callerId = init.callerId;
    this.passedOn = init.passedOn;
    this.release = init.release;
    this.timers = new TimerSet(init.clock);
    this.#store = init.store;
    const { answeredAt, createdAt } = init.call;
    // Where the time of day was put back since the record was begun, the call goes on from there.
    this.#clock = steadyClock(init.clock, Math.max(init.clock.now(), answeredAt ?? createdAt));
    this.#call = { ...init.call, sequence: 0, revision: 0, pendingEvents: [] };
    this.#writes = init.stored.then((stored) => {
      this.#call = stored;
    });
    this.#writes.catch(() => undefined);
    this.over = new Promise((resolve) => {
      this.#resolveOver = resolve;
    });
  }

  /** Whom it talks to, where a script connected it. */
  get talk(): Talk | undefined {
    return this.#talk;
  }

  set talk(talk: Talk | undefined) {
    this.#talk = talk;
    if (this.#onTalk) for (const tell of [...this.#onTalk]) tell();
  }

  /** Calls that when it begins to talk. Answers what takes it back. */
  whenItTalks(tell: () => void): () => void {
    this.#onTalk ??= new Set();
    this.#onTalk.add(tell);
    return () => this.#onTalk?.delete(tell);
  }

  /** The time by the call's own clock, which nobody sets: what lies between two of its times is what passed. */
  now(): number {
    return this.#clock.now();
  }

  get id(): string {
    return this.leg.id;
  }

  get accountId(): string {
    return this.#call.accountId;
  }

  /** The call as it is now, ahead of the writes under way. */
  get call(): Call {
    return { ...this.#call, ...this.#ahead };
  }

  /** What signalling or a live update says, before it is written. */
  moveAhead(
    facts: Partial<Pick<Call, 'status' | 'ringingAt' | 'answeredAt' | 'endedAt' | 'script' | 'scriptRevision'>>,
  ): void {
    this.#ahead = { ...this.#ahead, ...facts };
  }

  /** Raises the script revision for a document that starts. It is written with the next change. */
  nextRevision(): number {
    if (this.#revisionReserved) {
      this.#revisionReserved = false;
      return this.call.scriptRevision;
    }
    const revision = this.call.scriptRevision + 1;
    this.#ahead = { ...this.#ahead, scriptRevision: revision };
    return revision;
  }

  /** Raises the script revision at once, for a script whose first document is still to come: of two updates meant for one revision only the first is taken. */
  reserveRevision(): void {
    this.#revisionReserved = false;
    this.nextRevision();
    this.#revisionReserved = true;
  }

  /** Whether the record lacks a revision that a script has reached. */
  get revisionUnwritten(): boolean {
    return (this.#ahead.scriptRevision ?? 0) > this.#call.scriptRevision;
  }

  /** Changes the record, after the changes asked for before. Rejects where the store does, or the call's first write failed. */
  change(decide: DecideCallChange): Promise<Call> {
    const written = this.#writes.then(() => this.#change(decide, 'now'));
    // A change that failed does not stop those behind it; only a call that never was stored has none.
    this.#writes = Promise.all([this.#writes, written.catch(() => undefined)]);
    this.#writes.catch(() => undefined);
    return written;
  }

  /** As `change`, for what nobody waits for: it may be put off a little, and is one write with what comes by then. */
  changeSoon(decide: DecideCallChange): Promise<Call> {
    return this.#writes.then(() => this.#change(decide, 'soon'));
  }

  /** Resolves when all changes asked for so far are written or failed, but for those that may be put off. Rejects where the call was never stored. */
  settled(): Promise<unknown> {
    return this.#writes;
  }

  /** The final record is written. */
  markOver(call: Call): void {
    this.#ahead = {};
    this.#resolveOver(call);
  }

  async #change(decide: DecideCallChange, when: 'now' | 'soon'): Promise<Call> {
    const occurredAt = this.#clock.now();
    const dated = (event: NewCallEvent): NewCallEvent => ({ occurredAt, ...event });
    const decideAll: DecideCallChange = (call) => {
      const change = this.#withRevision(call, decide(call));
      return change?.events ? { ...change, events: change.events.map(dated) } : change;
    };
    const changed = await this.#store.change(this.id, decideAll, this.#call, when);
    if (!changed) throw new TypeError(`The record of ${this.id} is gone.`);
    if (changed.revision >= this.#call.revision) this.#call = changed;
    return changed;
  }

  #withRevision(call: Call, change: CallChange | undefined): CallChange | undefined {
    const scriptRevision = this.#ahead.scriptRevision ?? 0;
    if (!change || scriptRevision <= call.scriptRevision) return change;
    return { ...change, set: { ...change.set, scriptRevision } };
  }
}
