import { randomUUID } from 'node:crypto';
import { MongoMigrationLedger } from '@hookswitch/api/store/mongo-migration-ledger';
import { type Connection, createConnection } from 'mongoose';
import { afterAll } from 'vitest';
import { migrationLedgerContract } from '../migration-ledger.contract.js';

const connections: Connection[] = [];
afterAll(async () => {
  for (const connection of connections) {
    await connection.dropDatabase();
    await connection.close();
  }
});

migrationLedgerContract('mongo', async (clock) => {
  const dbName = `test-${randomUUID()}`;
  const connection = await createConnection(process.env.MONGODB_URI!, { dbName }).asPromise();
  connections.push(connection);
  return new MongoMigrationLedger(connection, clock);
});
