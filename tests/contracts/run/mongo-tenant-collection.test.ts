import { randomUUID } from 'node:crypto';
import { MongoTenantCollection } from '@hookswitch/api/store/mongo-tenant-collection';
import { type Connection, createConnection } from 'mongoose';
import { afterAll } from 'vitest';
import { tenantCollectionContract } from '../tenant-collection.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase();
    await connection.close();
  }
});

tenantCollectionContract('mongo', async (definition) => {
  const dbName = `things-${randomUUID()}`;
  const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
  connections.push(connection);
  const collection = new MongoTenantCollection(connection, definition);
  await collection.prepare();
  return collection;
});
