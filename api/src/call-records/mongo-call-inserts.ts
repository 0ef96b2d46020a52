import { type Connection, mongo } from 'mongoose';
import { isDuplicateKey } from '../store/mongo-faults.js';
import { insertCommand } from '../store/mongo-insert-many.js';
import type { CallDocument } from './mongo-call-document.js';

interface Waiting {
  readonly document: CallDocument;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Inserts calls: those asked for in one turn of the event loop as one command. */
export class MongoCallInserts {
  readonly #calls: mongo.Collection<CallDocument>;
  readonly #connection: Connection;
  readonly #waiting: Waiting[] = [];

  constructor(calls: mongo.Collection<CallDocument>, connection: Connection) {
    this.#calls = calls;
    this.#connection = connection;
  }

  /**
   * Resolves when the call is stored.
   * @throws MongoServerError where a call of that id is there already, and whatever the server refuses it for
   */
  insert(document: CallDocument): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#flush());
      this.#waiting.push({ document, resolve, reject });
    });
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting.splice(0);
    const together = batch.length > 1;
    try {
      const stored = together && (await this.#together(batch));
      // Where one of several was refused, or no answer came, each is told its own.
      for (const one of batch) {
        if (stored) one.resolve();
        else void this.#alone(one, together);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Whether all of them are stored. Rejects where no server is there: then nothing was sent, and to ask for each would have callers wait as long once more. */
  async #together(batch: readonly Waiting[]): Promise<boolean> {
    const documents = batch.map(({ document }) => document);
    const answer = await insertCommand(this.#connection, this.#calls.collectionName, documents).catch(
      (error: unknown) => {
        if (error instanceof mongo.MongoServerSelectionError) throw error;
        return undefined;
      },
    );
    return answer !== undefined && !answer.writeErrors?.length && !answer.writeConcernError;
  }

  async #alone({ document, resolve, reject }: Waiting, triedBefore: boolean): Promise<void> {
    try {
      await this.#calls.insertOne(document, { ignoreUndefined: true });
      resolve();
    } catch (error) {
      if (triedBefore && (await this.#isThere(document, error))) resolve();
      else reject(error);
    }
  }

  /** Whether the one that is there is this one, stored by the command before. Its first event may have been relayed since. */
  async #isThere(
    { _id, contactId, createdAt, pendingEvents: [event] }: CallDocument,
    error: unknown,
  ): Promise<boolean> {
    if (!(error instanceof mongo.MongoServerError) || !isDuplicateKey(error)) return false;
    const found = await this.#calls.findOne({ _id }).catch(() => null);
    if (found?.contactId !== contactId || found.createdAt !== createdAt) return false;
    const first = found.pendingEvents.find(({ sequence }) => sequence === event?.sequence);
    return first === undefined || first.id === event?.id;
  }
}
