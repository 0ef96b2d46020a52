import type { TimerSet } from '../../../port/timer-set.js';

/** How long a digit sounds and the pause after it, milliseconds. */
const usualToneMs = 100;
const usualGapMs = 60;

/**
 * Sends digits one at a time, so that those not sent yet can be taken back: what FreeSWITCH was given it sends to the end. Digits wait until the leg has sound.
 */
export class DigitSender {
  readonly #timers: TimerSet;
  readonly #api: (verb: string, rest: string) => Promise<string>;
  readonly #waiting = new Set<() => void>();
  #state: 'waiting' | 'open' | 'closed' = 'waiting';
  #before: Promise<void> = Promise.resolve();

  constructor(timers: TimerSet, api: (verb: string, rest: string) => Promise<string>) {
    this.#timers = timers;
    this.#api = api;
  }

  open(): void {
    if (this.#state === 'waiting') this.#state = 'open';
    for (const wake of [...this.#waiting]) wake();
  }

  close(): void {
    this.#state = 'closed';
    for (const wake of [...this.#waiting]) wake();
  }

  /** See `LiveCall.sendDigits`. Calls queue behind each other. */
  send(digits: string, options: { signal?: AbortSignal; toneMs?: number; gapMs?: number }): Promise<void> {
    const sent = this.#before.then(() => this.#send(digits, options));
    this.#before = sent;
    return sent;
  }

  async #send(
    digits: string,
    { signal, toneMs = usualToneMs, gapMs = usualGapMs }: { signal?: AbortSignal; toneMs?: number; gapMs?: number },
  ): Promise<void> {
    if (this.#state === 'waiting') await this.#wait(undefined, signal);
    for (const digit of digits) {
      if (this.#state !== 'open' || signal?.aborted) return;
      if (digit === 'w' || digit === 'W') await this.#wait(digit === 'w' ? 500 : 1000, signal);
      else if (/^[0-9*#A-Da-d]$/.test(digit)) {
        await this.#api('send_dtmf', `${digit}@${Math.round(toneMs)}`).catch(() => undefined);
        await this.#wait(toneMs + gapMs, signal);
      }
    }
  }

  #wait(ms: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (this.#state === 'closed' || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        cancel();
        resolve();
      };
      const cancel = ms === undefined ? () => undefined : this.#timers.after(ms, wake);
      this.#waiting.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
