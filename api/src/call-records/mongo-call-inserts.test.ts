import { type Connection, mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import type { CallDocument } from './mongo-call-document.js';
import { MongoCallInserts } from './mongo-call-inserts.js';

const duplicate = () => new mongo.MongoServerError({ message: 'E11000 duplicate key', code: 11000 });

/** A collection, and a database that stores what it is asked to and then answers as told. */
function setUp(answer: (stored: Map<string, CallDocument>) => unknown) {
  const stored = new Map<string, CallDocument>();
  const commands: object[] = [];
  const put = (document: CallDocument) => {
    if (stored.has(document._id)) throw duplicate();
    stored.set(document._id, structuredClone(document));
  };
  const collection = {
    collectionName: 'calls',
    insertOne: async (document: CallDocument) => put(document),
    findOne: async ({ _id }: { _id: string }) => stored.get(_id) ?? null,
  };
  const db = {
    async command(command: { documents: readonly CallDocument[] }) {
      commands.push(command);
      for (const document of command.documents) if (!stored.has(document._id)) put(document);
      return answer(stored);
    },
  };
  const inserts = new MongoCallInserts(
    collection as unknown as mongo.Collection<CallDocument>,
    { db } as unknown as Connection,
  );
  return { inserts, stored, commands };
}

function call(id: string, eventId = `EV-${id}`): CallDocument {
  const pendingEvents = [{ id: eventId, sequence: 1 }];
  return { _id: id, contactId: `CC-${id}`, createdAt: 1000, pendingEvents } as unknown as CallDocument;
}

describe('calls inserted as one command', () => {
  it('are stored once where no answer came, also where their events were relayed meanwhile', async () => {
    const { inserts, stored } = setUp((all) => {
      for (const [id, document] of all) all.set(id, { ...document, pendingEvents: [] });
      throw new mongo.MongoNetworkError('connection 3 to 127.0.0.1:27017 closed');
    });
    await Promise.all([inserts.insert(call('CA1')), inserts.insert(call('CA2'))]);
    expect([...stored.keys()]).toEqual(['CA1', 'CA2']);
  });

  it('are all refused at once where no server is there, and not asked for again', async () => {
    const { inserts, stored } = setUp((all) => {
      all.clear();
      throw new mongo.MongoServerSelectionError('connect ECONNREFUSED', {} as mongo.TopologyDescription);
    });
    const outcome = await Promise.allSettled([inserts.insert(call('CA1')), inserts.insert(call('CA2'))]);
    expect(outcome.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(stored.size).toBe(0);
  });

  it('are each told their own where one is another’s', async () => {
    const { inserts, stored, commands } = setUp(() => ({ writeErrors: [{ index: 0, code: 11000 }] }));
    stored.set('CA1', call('CA1', 'EV-other'));
    const outcome = await Promise.allSettled([inserts.insert(call('CA1')), inserts.insert(call('CA2'))]);
    expect(outcome.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(commands).toHaveLength(1);
  });
});
