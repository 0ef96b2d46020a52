import { randomUUID } from 'node:crypto';
import { MongoContactStore } from '@hookswitch/api/contacts/mongo-contact-store';
import { type Connection, createConnection } from 'mongoose';
import { afterAll } from 'vitest';
import { contactStoreContract } from '../contact-store.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase();
    await connection.close();
  }
});

contactStoreContract('mongo', async (settings) => {
  const dbName = `contacts-${randomUUID()}`;
  const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
  connections.push(connection);
  const store = new MongoContactStore(connection, settings);
  await store.prepare();
  return store;
});
