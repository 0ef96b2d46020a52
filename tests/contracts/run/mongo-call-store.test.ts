import { randomUUID } from 'node:crypto';
import { MongoCallStore } from '@hookswitch/api/call-records/mongo-call-store';
import { type Connection, createConnection } from 'mongoose';
import { afterAll } from 'vitest';
import { callStoreContract } from '../call-store.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase();
    await connection.close();
  }
});

callStoreContract('mongo', async (settings) => {
  const dbName = `calls-${randomUUID()}`;
  const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
  connections.push(connection);
  const store = new MongoCallStore(connection, settings);
  await store.prepare();
  return store;
});
