import { randomUUID } from 'node:crypto';
import { MongoIdempotencyStore } from '@hookswitch/api/http/mongo-idempotency-store';
import { type Connection, createConnection } from 'mongoose';
import { afterAll } from 'vitest';
import { idempotencyStoreContract } from '../idempotency-store.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase();
    await connection.close();
  }
});

idempotencyStoreContract('mongo', async (deps) => {
  const dbName = `test-${randomUUID()}`;
  const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
  connections.push(connection);
  const store = new MongoIdempotencyStore(connection, deps);
  await store.prepare();
  return store;
});
