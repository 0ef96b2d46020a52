import { randomUUID } from 'node:crypto';
import { MongoEventStore } from '@hookswitch/api/events/index';
import { type Connection, createConnection } from 'mongoose';
import { afterAll } from 'vitest';
import { eventStoreContract } from '../event-store.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase();
    await connection.close();
  }
});

eventStoreContract('mongo', async () => {
  const dbName = `event-${randomUUID()}`;
  const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
  connections.push(connection);
  const store = new MongoEventStore(connection);
  await store.prepare();
  return store;
});
