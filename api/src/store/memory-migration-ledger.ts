import type { Clock } from '@hookswitch/kernel/clock';
import type { MigrationLedger } from './migrations.js';

/** Keeps the versions in this process's memory. For tests and the simulation. */
export class MemoryMigrationLedger implements MigrationLedger {
  readonly #clock: Clock;
  readonly #versions = new Map<string, number>();
  #lease: { holder: string; until: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async version(subject: string): Promise<number> {
    return this.#versions.get(subject) ?? 0;
  }

  async setVersion(subject: string, version: number): Promise<void> {
    this.#versions.set(subject, version);
  }

  async claim(holder: string, leaseMs: number): Promise<boolean> {
    const now = this.#clock.now();
    if (this.#lease && this.#lease.holder !== holder && this.#lease.until > now) return false;
    this.#lease = { holder, until: now + leaseMs };
    return true;
  }

  async release(holder: string): Promise<void> {
    if (this.#lease?.holder === holder) this.#lease = undefined;
  }
}
