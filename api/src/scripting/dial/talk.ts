import { endAcross } from '@hookswitch/media/port/end-across';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Termination } from '@hookswitch/media/port/termination';

/** How a talk ended for one who waits for that: the other left, it left itself, or its phone handed the other on to somebody. */
export type TalkEnd = 'callee-left' | 'caller-left' | 'caller-transferred';

/** A script's hold on the talk of its call. */
export interface WatchedTalk {
  readonly over: Promise<TalkEnd>;
  /** Ends the talk: whoever the call talks to is hung up, or goes on with a script of its own. Nothing where the call is in it no more, or is handing the other on. */
  end(why: Partial<Termination>): void;
}

/** A party is handing the other on to somebody else. */
export interface HandOver {
  /** Who stays. */
  readonly remaining: LiveCall;
  /** Aborts when who stays has left. */
  readonly signal: AbortSignal;
  /** Puts `next` in the place of who hands on. False where it is too late. */
  takes(next: LiveCall): boolean;
  /** Joins who stays here with who stays there: both who hand on are out of it, and `there` is over. False where it is too late. */
  joins(there: HandOver): boolean;
  /** Lets who stays go, to whoever takes it: the talk is over, and who hands on is out of it. False where it is too late. */
  releases(): boolean;
  /** It came to nothing: the two talk on, or who hands on has left and it is over. */
  failed(): void;
}

type Connect = (a: LiveCall, b: LiveCall) => { disconnect(): void };

interface Watch {
  talk: Talk;
  readonly settle: (end: TalkEnd) => void;
}

/**
 * Two calls that talk, until one leaves: then the other is hung up, or its script goes on. One of them may hand the other on (REFER, RFC 3515): then a third takes its
 * place, and whoever watches the one that stayed notices nothing.
 */
export class Talk {
  readonly #connect: Connect;
  readonly #parties: LiveCall[];
  readonly #watches = new Map<LiveCall, Watch>();
  readonly #forget = new Map<LiveCall, () => void>();
  #connection: { disconnect(): void } | undefined;
  #handing: { readonly by: LiveCall; readonly over: AbortController } | undefined;
  #open = true;

  constructor(connect: Connect, a: LiveCall, b: LiveCall) {
    this.#connect = connect;
    this.#parties = [a, b];
    for (const party of this.#parties) this.#follow(party);
    if (this.#open) this.#connection = connect(a, b);
  }

  /** Whom this one talks to; undefined where it is not in it. */
  otherThan(party: LiveCall): LiveCall | undefined {
    if (!this.#open || !this.#parties.includes(party)) return undefined;
    return this.#parties.find((each) => each !== party);
  }

  /** Waits for the end as one of the parties. */
  watch(party: LiveCall): WatchedTalk {
    let settle!: (end: TalkEnd) => void;
    const over = new Promise<TalkEnd>((resolve) => {
      settle = resolve;
    });
    const watch: Watch = { talk: this, settle };
    if (this.#open) this.#watches.set(party, watch);
    else settle(party.status === 'ended' ? 'caller-left' : 'callee-left');
    return { over, end: (why) => watch.talk.#endFor(party, why) };
  }

  /** Begins to hand the other on: they hear each other no more. Undefined where `by` is not in it, or one is under way. */
  handOver(by: LiveCall): (HandOver & { readonly talk: Talk }) | undefined {
    const remaining = this.otherThan(by);
    if (!remaining || this.#handing) return undefined;
    const over = new AbortController();
    const handing = { by, over };
    this.#handing = handing;
    this.#connection?.disconnect();
    this.#connection = undefined;
    const mine = () => this.#open && this.#handing === handing;
    return {
      talk: this,
      remaining,
      signal: over.signal,
      takes: (next) => mine() && this.#replace(by, next),
      joins: (there) => mine() && this.#join(by, (there as ReturnType<Talk['handOver']>)!.talk, there.remaining),
      releases: () => mine() && this.#letGo(by),
      failed: () => {
        if (!mine()) return;
        this.#handing = undefined;
        if (by.status === 'ended') this.#left(by);
        else this.#connection = this.#connect(by, remaining);
      },
    };
  }

  #follow(party: LiveCall): void {
    this.#forget.set(
      party,
      party.events.on('ended', () => this.#left(party)),
    );
    if (party.status === 'ended') this.#left(party);
  }

  #left(party: LiveCall): void {
    if (!this.#open) return;
    if (this.#handing?.by === party) {
      // A phone may hang up as soon as it was told that its wish is heard (RFC 5589 6.1): what comes of it decides.
      this.#settle(party, 'caller-left');
      return;
    }
    this.#close();
    const across = party.termination && endAcross(party.termination, { answered: true });
    for (const each of this.#parties) this.#dismiss(each, each === party ? 'caller-left' : 'callee-left', across);
  }

  #endFor(party: LiveCall, why: Partial<Termination>): void {
    if (!this.#open || !this.#parties.includes(party)) return;
    this.#watches.delete(party);
    if (this.#handing?.by === party) return;
    const other = this.otherThan(party)!;
    this.#close();
    this.#dismiss(other, 'callee-left', why);
  }

  #replace(by: LiveCall, next: LiveCall): boolean {
    if (next.status === 'ended') return false;
    this.#handing = undefined;
    this.#release(by);
    this.#parties[this.#parties.indexOf(by)] = next;
    this.#follow(next);
    this.#connection = this.#connect(this.#parties[0]!, this.#parties[1]!);
    this.#settle(by, 'caller-transferred');
    return true;
  }

  #join(by: LiveCall, there: Talk, next: LiveCall): boolean {
    if (!there.#open || next.status === 'ended') return false;
    const watch = there.#watches.get(next);
    there.#watches.delete(next);
    const { by: gone } = there.#handing!;
    there.#close();
    there.#settle(gone, 'caller-transferred');
    if (watch) {
      watch.talk = this;
      this.#watches.set(next, watch);
    }
    return this.#replace(by, next);
  }

  #letGo(by: LiveCall): boolean {
    this.#close();
    this.#settle(by, 'caller-transferred');
    return true;
  }

  /** It is over for this one: its script goes on, or it is hung up. */
  #dismiss(party: LiveCall, end: TalkEnd, why: Partial<Termination> = { by: 'local', reason: 'hangup' }): void {
    if (!this.#settle(party, end)) party.hangUp(why);
  }

  /** Whether anybody watched. */
  #settle(party: LiveCall, end: TalkEnd): boolean {
    const watch = this.#watches.get(party);
    this.#watches.delete(party);
    watch?.settle(end);
    return watch !== undefined;
  }

  #release(party: LiveCall): void {
    this.#forget.get(party)?.();
    this.#forget.delete(party);
  }

  #close(): void {
    this.#open = false;
    for (const party of this.#parties) this.#release(party);
    this.#connection?.disconnect();
    this.#connection = undefined;
    const handing = this.#handing;
    this.#handing = undefined;
    handing?.over.abort();
  }
}
