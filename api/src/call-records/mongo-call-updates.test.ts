import { type Connection, mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import type { CallDocument } from './mongo-call-document.js';
import { MongoCallUpdates } from './mongo-call-updates.js';

/** A collection of three calls at revision 1, and a database that answers commands as told. */
function setUp(answer: (updates: readonly { q: { _id: string } }[]) => unknown) {
  const documents = new Map(
    ['CA1', 'CA2', 'CA3'].map((id) => [id, { _id: id, revision: 1, pendingEvents: [] as object[] }]),
  );
  const carryOut = (id: string) => {
    const document = documents.get(id)!;
    document.revision += 1;
    document.pendingEvents.push({ id: `EV-${id}` });
  };
  const alone: string[] = [];
  const commands: object[] = [];
  const collection = {
    collectionName: 'calls',
    find: () => ({ toArray: async () => structuredClone([...documents.values()]) }),
    async updateOne({ _id, revision }: { _id: string; revision?: number }) {
      alone.push(_id);
      const matched = documents.has(_id) && (revision === undefined || documents.get(_id)!.revision === revision);
      if (matched) carryOut(_id);
      return { matchedCount: matched ? 1 : 0 };
    },
  };
  const db = {
    writeConcern: { w: 'majority', journal: true },
    async command(command: { updates: readonly { q: { _id: string } }[] }) {
      commands.push(command);
      return answer(command.updates);
    },
  };
  const updates = new MongoCallUpdates(
    collection as unknown as mongo.Collection<CallDocument>,
    { db } as unknown as Connection,
  );
  const update = (id: string, revision = 1) =>
    updates.carryOut({
      filter: { _id: id, revision },
      update: { $set: { revision: revision + 1 } },
      eventId: `EV-${id}`,
    });
  return { updates, update, alone, commands, carryOut, documents };
}

const cutOff = () => {
  throw new mongo.MongoNetworkError('connection 3 to 127.0.0.1:27017 closed');
};

describe('updates of calls as one command', () => {
  it('asks for what the connection asks of writes, and sends one alone as it is', async () => {
    const { update, commands, alone } = setUp((updates) => ({ n: updates.length }));
    expect(await Promise.all([update('CA1'), update('CA2')])).toEqual([true, true]);
    expect(commands).toMatchObject([{ ordered: false, writeConcern: { w: 'majority', j: true } }]);
    expect(await update('CA3')).toBe(true);
    expect(alone).toEqual(['CA3']);
  });

  it('knows what was carried out though the answer never came, and does the rest once', async () => {
    const world = setUp(() => {
      world.carryOut('CA1');
      return cutOff();
    });
    const { update, alone, documents } = world;
    expect(await Promise.all(['CA1', 'CA2', 'CA3'].map((id) => update(id)))).toEqual([true, true, true]);
    expect(alone).toEqual(['CA2', 'CA3']);
    expect([...documents.values()].map(({ revision }) => revision)).toEqual([2, 2, 2]);
  });

  it('tells which of them lost a race, and which call is gone', async () => {
    const { update, documents } = setUp((updates) => ({ n: updates.length - 2 }));
    Object.assign(documents.get('CA2')!, { revision: 2, pendingEvents: [{ id: 'EV-another' }] });
    documents.delete('CA3');
    expect(await Promise.all(['CA1', 'CA2', 'CA3'].map((id) => update(id)))).toEqual([true, false, false]);
  });

  it('sends two updates of one call, and one without an event, apart', async () => {
    const { updates, update, alone, commands } = setUp((all) => ({ n: all.length }));
    const eventless = updates.carryOut({ filter: { _id: 'CA3', revision: 1 }, update: { $set: { revision: 2 } } });
    expect(await Promise.all([update('CA1'), update('CA2'), update('CA1'), eventless])).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(alone.sort()).toEqual(['CA1', 'CA3']);
    expect(commands).toHaveLength(1);
  });

  it('rejects where the server could not make them durable, and where nobody can be asked', async () => {
    const durable = { code: 64, errmsg: 'waiting for replication timed out' };
    const undurable = setUp((updates) => ({ n: updates.length, writeConcernError: durable }));
    const outcomes = await Promise.allSettled([undurable.update('CA1'), undurable.update('CA2')]);
    expect(outcomes).toMatchObject([{ reason: { code: 64 } }, { reason: { code: 64 } }]);
    const broken = setUp(() => {
      throw new TypeError('a fault of ours');
    });
    const failures = await Promise.allSettled([broken.update('CA1'), broken.update('CA2')]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
