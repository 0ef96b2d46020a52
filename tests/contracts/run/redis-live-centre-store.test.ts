import { randomUUID } from 'node:crypto';
import { RedisLiveCentreStore } from '@hookswitch/api/acd/redis-live-centre-store';
import { silentLogger } from '@hookswitch/kernel/logger';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { liveCentreStoreContract } from '../live-centre-store.contract.js';

const control = new Redis(process.env.REDIS_URL!);
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
  await control.quit();
});

liveCentreStoreContract('redis', async () => {
  const prefix = `test:${randomUUID()}:`;
  // All connections of this world bear its name, so that a test can break them and no others.
  const connectionName = `live-${randomUUID()}`;
  const open = () => {
    const redis = new Redis(process.env.REDIS_URL!, { connectionName });
    const store = new RedisLiveCentreStore({ redis, prefix, logger: silentLogger });
    closing.push(
      () => store.close(),
      () => redis.quit(),
    );
    return store;
  };
  const breakSubscriptions = async () => {
    const clients = ((await control.client('LIST', 'TYPE', 'PUBSUB')) as string).split('\n');
    for (const line of clients.filter((line) => line.includes(` name=${connectionName} `))) {
      await control.client('KILL', 'ID', /\bid=(\d+)/.exec(line)![1]!);
    }
  };
  return {
    mine: open(),
    theirs: open(),
    async lose() {
      const keys = await control.keys(`${prefix}*`);
      if (keys.length > 0) await control.del(...keys);
      await breakSubscriptions();
    },
    async interrupt(meanwhile) {
      await breakSubscriptions();
      await meanwhile();
    },
  };
});
