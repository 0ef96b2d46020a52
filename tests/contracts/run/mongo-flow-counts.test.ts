import { randomUUID } from 'node:crypto';
import { MongoFlowCounts } from '@hookswitch/api/flows/index';
import { type Connection, createConnection } from 'mongoose';
import { afterAll } from 'vitest';
import { flowCountsContract } from '../flow-counts.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase().catch(() => {});
    await connection.close();
  }
});

flowCountsContract('mongo', async () => {
  const dbName = `flow-counts-${randomUUID()}`;
  const connect = async () => {
    const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
    connections.push(connection);
    const counts = new MongoFlowCounts(connection);
    await counts.prepare();
    return counts;
  };
  return [await connect(), await connect()];
});
