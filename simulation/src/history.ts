import { createHash } from 'node:crypto';
import type { Clock } from '@hookswitch/kernel/clock';

/** One thing that happened in a simulated world. */
export interface HistoryEntry {
  /** Milliseconds since the world began. */
  readonly at: number;
  /** Who saw it: a process, a phone, the developer's backend … */
  readonly who: string;
  readonly what: string;
}

/** All that happened, in order. Two worlds of one seed have the same. */
export class History {
  readonly entries: HistoryEntry[] = [];
  readonly #clock: Clock;
  readonly #start: number;
  readonly #onEntry: ((line: string) => void) | undefined;

  constructor(clock: Clock, onEntry?: (line: string) => void) {
    this.#clock = clock;
    this.#start = clock.now();
    this.#onEntry = onEntry;
  }

  note(who: string, what: string): void {
    const entry = { at: this.#clock.now() - this.#start, who, what };
    this.entries.push(entry);
    this.#onEntry?.(line(entry));
  }

  /** What tells two histories apart. */
  hash(): string {
    const hash = createHash('sha256');
    for (const entry of this.entries) hash.update(`${line(entry)}\n`);
    return hash.digest('hex').slice(0, 16);
  }

  /** The last `most` lines that mention any of these. */
  about(words: readonly string[], most: number): string[] {
    return this.entries
      .filter(({ who, what }) => words.some((word) => who.includes(word) || what.includes(word)))
      .slice(-most)
      .map(line);
  }

  last(most: number): string[] {
    return this.entries.slice(-most).map(line);
  }
}

function line({ at, who, what }: HistoryEntry): string {
  return `${(at / 1000).toFixed(3).padStart(10)}  ${who.padEnd(14)} ${what}`;
}
