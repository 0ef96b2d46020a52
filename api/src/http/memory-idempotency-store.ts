import type { Clock } from '@hookswitch/kernel/clock';
import { claimLeaseMs, type IdempotencyClaim, type IdempotencyStore, type StoredAnswer } from './idempotency-store.js';

interface Entry {
  readonly fingerprint: string;
  readonly claim: string;
  readonly answer?: StoredAnswer;
  readonly expiresAt: number;
}

/** Keeps answers in this process's memory. For tests and the simulation. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #entries = new Map<string, Entry>();
  #claims = 0;

  constructor(clock: Clock, keepMs: number) {
    this.#clock = clock;
    this.#keepMs = keepMs;
  }

  async begin(accountId: string, key: string, fingerprint: string): Promise<IdempotencyClaim> {
    const now = this.#clock.now();
    const entry = this.#entries.get(place(accountId, key));
    if (entry && entry.expiresAt > now) {
      if (entry.fingerprint !== fingerprint) return { state: 'other-request' };
      return entry.answer ? { state: 'done', answer: entry.answer } : { state: 'running' };
    }
    const claim = String(++this.#claims);
    this.#entries.set(place(accountId, key), { fingerprint, claim, expiresAt: now + claimLeaseMs });
    return { state: 'mine', claim };
  }

  async finish(accountId: string, key: string, claim: string, answer: StoredAnswer): Promise<void> {
    const entry = this.#entries.get(place(accountId, key));
    if (entry?.claim !== claim) return;
    this.#entries.set(place(accountId, key), { ...entry, answer, expiresAt: this.#clock.now() + this.#keepMs });
  }

  async abandon(accountId: string, key: string, claim: string): Promise<void> {
    if (this.#entries.get(place(accountId, key))?.claim === claim) this.#entries.delete(place(accountId, key));
  }
}

function place(accountId: string, key: string): string {
  return `${accountId} ${key}`;
}
