import { randomUUID } from 'node:crypto';
import { MongoDeliveryStore } from '@hookswitch/api/webhooks/index';
import { type Connection, createConnection } from 'mongoose';
import { afterAll } from 'vitest';
import { deliveryStoreContract } from '../delivery-store.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase();
    await connection.close();
  }
});

deliveryStoreContract('mongo', async () => {
  const dbName = `delivery-${randomUUID()}`;
  const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
  connections.push(connection);
  const store = new MongoDeliveryStore(connection);
  await store.prepare();
  return store;
});
