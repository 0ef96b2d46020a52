import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMongoServer } from '@hookswitch/platform/data-servers/mongo-server';
import { startRedisServer } from '@hookswitch/platform/data-servers/redis-server';

/**
 * One Redis and one MongoDB for the whole test run, in `REDIS_URL` and `MONGODB_URI` unless those are set already. Both are on ports of their own
 * and in memory, so that runs do not meet; each test file uses its own database name and key prefix.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'hookswitch-tests-'));
  const started = await Promise.allSettled([
    startRedisServer({ url: process.env.REDIS_URL, dataFolder, throwaway: true }),
    startMongoServer({ uri: process.env.MONGODB_URI, dataFolder, throwaway: true, mayFetch: false }),
  ]);
  const stopAll = async () => {
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    rmSync(dataFolder, { recursive: true, force: true });
  };
  const [redis, mongo] = started;
  if (redis.status === 'rejected' || mongo.status === 'rejected') {
    await stopAll();
    const reasons = started.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    throw new Error(`The tests need a Redis and a MongoDB; script/setup --test installs them. ${reasons.join(' ')}`);
  }
  process.env.REDIS_URL = redis.value.uri;
  process.env.MONGODB_URI = mongo.value.uri;
  return stopAll;
}
