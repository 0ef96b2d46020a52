import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Connection, mongo } from 'mongoose';
import { isDuplicateKey } from '../store/mongo-faults.js';
import { claimLeaseMs, type IdempotencyClaim, type IdempotencyStore, type StoredAnswer } from './idempotency-store.js';

interface Entry {
  readonly _id: string;
  readonly fingerprint: string;
  readonly claim: string;
  readonly answer?: StoredAnswer;
  readonly expiresAt: Date;
}

/** Keeps answers in the collection `idempotencyKeys`. MongoDB removes expired ones itself; until it does they count as absent. */
export class MongoIdempotencyStore implements IdempotencyStore {
  readonly #entries: mongo.Collection<Entry>;
  readonly #clock: Clock;
  readonly #newId: NewId;
  readonly #keepMs: number;

  constructor(connection: Connection, deps: { clock: Clock; newId: NewId; keepMs: number }) {
    this.#entries = connection.collection<Entry>('idempotencyKeys') as unknown as mongo.Collection<Entry>;
    this.#clock = deps.clock;
    this.#newId = deps.newId;
    this.#keepMs = deps.keepMs;
  }

  /** Makes the index by which MongoDB forgets. Once, at start-up. */
  async prepare(): Promise<void> {
    await this.#entries.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  }

  async begin(accountId: string, key: string, fingerprint: string): Promise<IdempotencyClaim> {
    const _id = place(accountId, key);
    const now = this.#clock.now();
    const claim = this.#newId('JB');
    const fresh = { fingerprint, claim, expiresAt: new Date(now + claimLeaseMs) };
    for (;;) {
      try {
        await this.#entries.insertOne({ _id, ...fresh });
        return { state: 'mine', claim };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const entry = await this.#entries.findOne({ _id });
      if (!entry) continue;
      if (entry.expiresAt.getTime() > now) {
        if (entry.fingerprint !== fingerprint) return { state: 'other-request' };
        return entry.answer ? { state: 'done', answer: entry.answer } : { state: 'running' };
      }
      const taken = await this.#entries.replaceOne({ _id, claim: entry.claim, expiresAt: entry.expiresAt }, fresh);
      if (taken.matchedCount === 1) return { state: 'mine', claim };
    }
  }

  async finish(accountId: string, key: string, claim: string, answer: StoredAnswer): Promise<void> {
    const expiresAt = new Date(this.#clock.now() + this.#keepMs);
    await this.#entries.updateOne({ _id: place(accountId, key), claim }, { $set: { answer, expiresAt } });
  }

  async abandon(accountId: string, key: string, claim: string): Promise<void> {
    await this.#entries.deleteOne({ _id: place(accountId, key), claim });
  }
}

function place(accountId: string, key: string): string {
  return `${accountId} ${key}`;
}
