import { randomUUID } from 'node:crypto';
import { MongoTimelineStore } from '@hookswitch/api/calls/timeline/mongo-timeline-store';
import { type Connection, createConnection } from 'mongoose';
import { afterAll } from 'vitest';
import { timelineStoreContract } from '../timeline-store.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase();
    await connection.close();
  }
});

timelineStoreContract('mongo', async () => {
  const dbName = `timeline-${randomUUID()}`;
  const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
  connections.push(connection);
  const store = new MongoTimelineStore(connection, { retentionDays: 30 });
  await store.prepare();
  return store;
});
