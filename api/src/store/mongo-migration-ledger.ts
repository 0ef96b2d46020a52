import type { Clock } from '@hookswitch/kernel/clock';
import type { Connection, mongo } from 'mongoose';
import type { MigrationLedger } from './migrations.js';
import { isDuplicateKey } from './mongo-faults.js';

interface Entry {
  readonly _id: string;
  readonly version?: number;
  readonly holder?: string;
  readonly until?: number;
}

const lease = '(lease)';

/** Keeps the versions in the collection `schemaVersions`, and the lease beside them as one document. */
export class MongoMigrationLedger implements MigrationLedger {
  readonly #entries: mongo.Collection<Entry>;
  readonly #clock: Clock;

  constructor(connection: Connection, clock: Clock) {
    this.#entries = connection.collection<Entry>('schemaVersions') as unknown as mongo.Collection<Entry>;
    this.#clock = clock;
  }

  async version(subject: string): Promise<number> {
    return (await this.#entries.findOne({ _id: subject }))?.version ?? 0;
  }

  async setVersion(subject: string, version: number): Promise<void> {
    await this.#entries.updateOne({ _id: subject }, { $set: { version } }, { upsert: true });
  }

  async claim(holder: string, leaseMs: number): Promise<boolean> {
    const now = this.#clock.now();
    const change = { $set: { holder, until: now + leaseMs } };
    const taken = await this.#entries.updateOne({ _id: lease, $or: [{ holder }, { until: { $lte: now } }] }, change);
    if (taken.matchedCount === 1) return true;
    try {
      await this.#entries.insertOne({ _id: lease, ...change.$set });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async release(holder: string): Promise<void> {
    await this.#entries.deleteOne({ _id: lease, holder });
  }
}
