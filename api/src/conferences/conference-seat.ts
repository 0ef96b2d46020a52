import { BaseError } from '@hookswitch/kernel/base-error';
import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Sound } from '@hookswitch/media/port/sound';
import type { ConferenceEnd } from '../scripting/index.js';
import type { LeftBecause } from './conference.js';
import type { Joining, SeatLine } from './joining.js';

/** A conference that cannot be entered, or entered again, is tried for so long, milliseconds. */
const patienceMs = 15_000;
const retryMs = 500;
/** Who is not in by then hears what those hear who wait; who was in before a restart still hears the others, a while. */
const quietMs = { comes: 300, comesAgain: 2000 };

/** A call's place in a conference, here or on another node. */
export interface Place {
  readonly conferenceId: string;
  /** The node that mixes it. */
  readonly nodeId: string;
  leave(because: LeftBecause): void;
  /** The conference is not there any more: what led there is taken down. */
  drop(): void;
}

export interface ConferenceSeatDeps {
  /** Finds the conference and puts the call in. Rejects with `ConferenceHasNoRoomError`, or with whatever hinders it just now. */
  enter(seat: ConferenceSeat): Promise<Place>;
  /** It is in: told again where it found the conference anew. */
  entered(conferenceId: string): void;
  /** Plays what those hear who wait, until the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  /** It is over: told once. */
  onOver(): void;
  /** The call was in it already, when the process before was lost. */
  readonly comesAgain: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A call's stay in a conference, from the node that has the call: it finds the conference, and finds it anew where the node that mixes it dies; and it
 * plays to the call what those hear who wait.
 */
export class ConferenceSeat implements SeatLine {
  readonly legEndMeans = 'hungUp';
  readonly call: LiveCall;
  readonly joining: Joining;
  /** Resolves when the call is out, for whatever reason. */
  readonly over: Promise<ConferenceEnd>;
  readonly #deps: ConferenceSeatDeps;
  readonly #since: number;
  readonly #forgetCall: () => void;
  #resolve!: (end: ConferenceEnd) => void;
  #place: Place | undefined;
  #conferenceId: string | undefined;
  #entering = false;
  #isOver = false;
  #waiting: AbortController | undefined;
  #wants = false;
  #announcing = 0;
  #cancelQuiet: (() => void) | undefined;

  constructor(call: LiveCall, joining: Joining, deps: ConferenceSeatDeps) {
    this.call = call;
    this.joining = joining;
    this.#deps = deps;
    this.#since = deps.clock.now();
    this.over = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#forgetCall = call.events.once('ended', () => this.leave('hungUp'));
    if (call.status === 'ended') this.leave('hungUp');
    else void this.#enter();
  }

  /** The node that mixes it, where it is in. */
  get mixedOn(): string | undefined {
    return this.#place?.nodeId;
  }

  get conferenceId(): string | undefined {
    return this.#conferenceId;
  }

  get announcing(): boolean {
    return this.#announcing > 0;
  }

  /** The call leaves, of its own will. */
  leave(because: LeftBecause): void {
    const place = this.#place;
    this.#finish(because);
    place?.leave(because);
  }

  out(because: LeftBecause): void {
    this.#finish(because);
  }

  tell(waits: boolean): void {
    // The way in may not be done yet: what the conference says counts from now on.
    this.#endQuiet();
    this.#wants = waits;
    this.#playWaiting();
  }

  lost(): void {
    if (this.#isOver || this.#entering) return;
    this.#place?.drop();
    this.#place = undefined;
    void this.#enter();
  }

  /** Plays to the call, over what it hears; what those hear who wait stops meanwhile. Resolves when it is over. */
  async announce(sound: Sound, loops: number): Promise<void> {
    this.#announcing += 1;
    this.#playWaiting();
    try {
      await this.call.play(sound, { loops, mode: 'ducked' });
    } finally {
      this.#announcing -= 1;
      this.#playWaiting();
    }
  }

  async #enter(): Promise<void> {
    const { clock } = this.#deps;
    this.#entering = true;
    const giveUpAt = clock.now() + patienceMs;
    const quiet = this.#deps.comesAgain && this.#conferenceId === undefined ? quietMs.comesAgain : quietMs.comes;
    try {
      while (!this.#isOver) {
        this.#cancelQuiet ??= clock.after(quiet, () => this.tell(true));
        const failure = await this.#tryToEnter();
        if (failure === undefined) return;
        if (codeOf(failure) === 'conference-full') return this.#finish('full');
        if (isFinal(failure) || clock.now() >= giveUpAt) return this.#finish('failed', codeOf(failure));
        await pause(clock, retryMs);
      }
    } finally {
      this.#endQuiet();
      this.#entering = false;
    }
  }

  #endQuiet(): void {
    this.#cancelQuiet?.();
    this.#cancelQuiet = undefined;
  }

  /** Resolves to what hindered it. */
  async #tryToEnter(): Promise<unknown> {
    try {
      const place = await this.#deps.enter(this);
      // It may have left meanwhile.
      if (this.#isOver) place.leave(this.call.status === 'ended' ? 'hungUp' : 'left');
      else {
        this.#place = place;
        this.#conferenceId = place.conferenceId;
        this.#deps.entered(place.conferenceId);
      }
      return undefined;
    } catch (error) {
      const { logger } = this.#deps;
      if (!(error instanceof BaseError)) logger.error({ err: error }, 'A conference could not be entered.');
      return error ?? new Error('no reason given');
    }
  }

  #finish(how: ConferenceEnd['how'], errorCode?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#forgetCall();
    this.#place = undefined;
    this.#wants = false;
    this.#playWaiting();
    const seconds = Math.round((this.#deps.clock.now() - this.#since) / 1000);
    this.#resolve({
      how,
      durationSeconds: seconds,
      ...(this.#conferenceId === undefined ? {} : { conferenceId: this.#conferenceId }),
      ...(errorCode === undefined ? {} : { errorCode }),
    });
    this.#deps.onOver();
  }

  #playWaiting(): void {
    const plays = this.#wants && this.#announcing === 0 && !this.#isOver;
    if (plays === (this.#waiting !== undefined)) return;
    if (!plays) {
      this.#waiting?.abort('heard enough');
      this.#waiting = undefined;
      return;
    }
    const waiting = new AbortController();
    this.#waiting = waiting;
    void this.#deps.wait(waiting.signal);
  }
}

/** What no further try changes. */
function isFinal(error: unknown): boolean {
  return error instanceof BaseError && (error.kind === 'conflict' || error.kind === 'invalid');
}

function codeOf(error: unknown): string {
  return error instanceof BaseError ? error.code : 'internal-error';
}
