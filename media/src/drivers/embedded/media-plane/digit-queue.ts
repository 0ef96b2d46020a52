import { dtmfFrequencies } from '../../../audio/inband-digits.js';
import { eventOfKey } from '../../../rtp/telephone-event.js';

/** Silence after a digit that was passed on from another leg, milliseconds. */
const relayGapMs = 40;
/** A digit passed on lasts at least so long, and ends so long after its last sign. */
const shortestRelayMs = 60;
const relayTimeoutMs = 200;

interface Item {
  readonly sendId: string;
  /** Event code, or -1 for a pause. */
  readonly event: number;
  readonly frequencies: readonly [number, number] | undefined;
  /** How long; grows with a press that is passed on. */
  toneMs: number;
  readonly gapMs: number;
  /** A press of another leg that goes on until it is let go. */
  open: boolean;
  playedMs: number;
}

/** What to send in the next packet time. */
export type DigitTurn =
  | { readonly kind: 'tone'; readonly item: DigitTone; readonly first: boolean; readonly last: boolean }
  | { readonly kind: 'gap' };

/** One digit, as an event or as two frequencies. */
export interface DigitTone {
  readonly event: number;
  readonly frequencies: readonly [number, number] | undefined;
  readonly playedMs: number;
}

const gap: DigitTurn = { kind: 'gap' };

/** The digits a leg is to be sent, one after another: asked for by `sendDigits`, or passed on from the leg it is connected to. */
export class DigitQueue {
  readonly #items: Item[] = [];
  readonly #waiting = new Map<string, () => void>();
  #relay: Item | undefined;
  #relaySignAt = 0;

  /** Whether anything is left to send. */
  get busy(): boolean {
    return this.#items.length > 0;
  }

  /** Queues digits; `done` is called once, when they are sent or dropped. Anything that is no digit and no pause is passed over. */
  add(sendId: string, digits: string, toneMs: number, gapMs: number, done: () => void): void {
    this.cancel(sendId);
    for (const key of digits) {
      const event = eventOfKey(key);
      if (event >= 0) this.#items.push(newItem(sendId, key, toneMs, gapMs, false));
      else if (key === 'w' || key === 'W') {
        this.#items.push({ ...newItem(sendId, '', 0, key === 'w' ? 500 : 1000, false) });
      }
    }
    if (this.#items.some((item) => item.sendId === sendId)) this.#waiting.set(sendId, done);
    else done();
  }

  /** Drops what is left of these digits. */
  cancel(sendId: string): void {
    const first = this.#items[0];
    // A digit that sounds already is ended properly, not cut off.
    if (first && first.sendId === sendId && first.playedMs > 0 && first.event >= 0) {
      first.toneMs = Math.min(first.toneMs, first.playedMs + 1);
    }
    for (let at = this.#items.length - 1; at >= 0; at--) {
      const item = this.#items[at]!;
      if (item.sendId === sendId && (at > 0 || item.playedMs === 0 || item.event < 0)) this.#items.splice(at, 1);
    }
    this.#settle(sendId);
  }

  /** Drops everything. */
  clear(): void {
    this.#items.length = 0;
    this.#relay = undefined;
    for (const sendId of [...this.#waiting.keys()]) this.#settle(sendId);
  }

  /** A key went down on the other leg. */
  relayBegin(key: string, nowMs: number): void {
    this.relayEnd();
    this.#relay = newItem('', key, shortestRelayMs, relayGapMs, true);
    this.#relaySignAt = nowMs;
    this.#items.push(this.#relay);
  }

  /** It is still down. */
  relayGoesOn(nowMs: number): void {
    this.#relaySignAt = nowMs;
  }

  /** It went up. */
  relayEnd(): void {
    if (this.#relay) this.#relay.open = false;
    this.#relay = undefined;
  }

  /** Moves on by one packet time. Undefined when nothing is left. */
  turn(periodMs: number, nowMs: number): DigitTurn | undefined {
    const item = this.#items[0];
    if (!item) return undefined;
    if (item.open && nowMs - this.#relaySignAt > relayTimeoutMs) this.relayEnd();
    if (item.open && item.playedMs + periodMs >= item.toneMs) item.toneMs = item.playedMs + 2 * periodMs;
    const before = item.playedMs;
    item.playedMs += periodMs;
    if (before < item.toneMs) {
      const last = item.playedMs >= item.toneMs;
      return { kind: 'tone', item: { ...item, playedMs: before }, first: before === 0, last };
    }
    if (item.playedMs >= item.toneMs + item.gapMs) {
      this.#items.shift();
      if (!this.#items.some((other) => other.sendId === item.sendId)) this.#settle(item.sendId);
    }
    return gap;
  }

  #settle(sendId: string): void {
    const done = this.#waiting.get(sendId);
    this.#waiting.delete(sendId);
    done?.();
  }
}

function newItem(sendId: string, key: string, toneMs: number, gapMs: number, open: boolean): Item {
  return { sendId, event: eventOfKey(key), frequencies: dtmfFrequencies(key), toneMs, gapMs, open, playedMs: 0 };
}
