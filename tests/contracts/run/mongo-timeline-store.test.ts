import { randomUUID } from 'node:crypto';
import { MongoTimelineStore } from '@hookswitch/api/call-records/timeline/mongo-timeline-store';
import { type Connection, createConnection } from 'mongoose';
import { afterAll, expect, it } from 'vitest';
import { timelineStoreContract } from '../timeline-store.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase();
    await connection.close();
  }
});

async function connect(): Promise<Connection> {
  const dbName = `timeline-${randomUUID()}`;
  const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
  connections.push(connection);
  return connection;
}

timelineStoreContract('mongo', async () => {
  const connection = await connect();
  const store = new MongoTimelineStore(connection, { retentionDays: 30 });
  await store.prepare();
  return store;
});

it('reads entries of version 0.1, which stood one in a document, among those of today', async () => {
  const connection = await connect();
  const store = new MongoTimelineStore(connection, { retentionDays: 30 });
  await store.prepare();
  const entry = (id: string) => ({ id, accountId: 'AC1', callId: 'CA1', at: 1, kind: 'verb' as const, summary: id });
  const { id: entryId, ...old } = entry('2');
  const detail = { url: 'https://example.com' };
  await connection
    .collection('call_timeline')
    .insertOne({ _id: 'CA1.2' as never, entryId, ...old, detail: JSON.stringify(detail), expiresAt: new Date() });
  await store.append([entry('1'), entry('3')]);
  expect(await store.list('AC1', 'CA1', { limit: 10 })).toEqual([entry('1'), { ...entry('2'), detail }, entry('3')]);
});
