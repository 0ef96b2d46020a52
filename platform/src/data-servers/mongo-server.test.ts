import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMongoServer } from './mongo-server.js';

describe('startMongoServer', () => {
  let dataFolder: string;
  const stops: (() => Promise<void>)[] = [];

  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'hookswitch-mongo-test-'));
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  it('uses the address it is given, and shows it without its password', async () => {
    const server = await startMongoServer({ uri: 'mongodb://me:hidden@db.example/x', dataFolder });
    expect(server.uri).toBe('mongodb://me:hidden@db.example/x');
    expect(server.description).toBe('MongoDB at mongodb://…@db.example/x (MONGODB_URI)');
  });

  it('keeps documents and unique indexes when it is stopped and started again', async () => {
    const first = await startMongoServer({ dataFolder, mayFetch: false });
    stops.push(first.stop);
    await withMongo(first.uri, async (connection) => {
      const things = connection.collection<{ name: string }>('things');
      await things.createIndex({ name: 1 }, { unique: true });
      await things.insertOne({ name: 'one' });
    });
    await first.stop();
    const second = await startMongoServer({ dataFolder, mayFetch: false });
    stops.push(second.stop);
    await withMongo(second.uri, async (connection) => {
      const things = connection.collection<{ name: string }>('things');
      expect(await things.countDocuments({ name: 'one' })).toBe(1);
      await expect(things.insertOne({ name: 'one' })).rejects.toMatchObject({ code: 11000 });
    });
  });

  it('lets one of many claimants win, with the store that the platform uses', async () => {
    const server = await startMongoServer({ dataFolder, mayFetch: false, throwaway: true });
    stops.push(server.stop);
    await withMongo(server.uri, async (connection) => {
      const jobs = connection.collection<{ owner: number | null; sequence: number; events: { n: number }[] }>('jobs');
      await jobs.insertOne({ owner: null, sequence: 0, events: [] });
      const claims = Array.from({ length: 20 }, (_, owner) =>
        jobs.findOneAndUpdate(
          { owner: null },
          { $set: { owner }, $inc: { sequence: 1 }, $push: { events: { n: owner } } },
          { returnDocument: 'after' },
        ),
      );
      const won = (await Promise.all(claims)).filter((claim) => claim !== null);
      expect(won).toHaveLength(1);
      expect(won[0]).toMatchObject({ sequence: 1, events: [{ n: won[0]!.owner }] });
    });
  });
});

async function withMongo(uri: string, action: (connection: mongoose.Connection) => Promise<void>): Promise<void> {
  const connection = await mongoose.createConnection(uri, { dbName: 'data_servers' }).asPromise();
  try {
    await action(connection);
  } finally {
    await connection.close();
  }
}
