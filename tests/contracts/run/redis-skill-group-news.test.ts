import { randomUUID } from 'node:crypto';
import { RedisSkillGroupNews } from '@hookswitch/api/skill-groups/redis-skill-group-news';
import { silentLogger } from '@hookswitch/kernel/logger';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { skillGroupNewsContract } from '../skill-group-news.contract.js';

const control = new Redis(process.env.REDIS_URL!);
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
  await control.quit();
});

skillGroupNewsContract('redis', async () => {
  const prefix = `test:${randomUUID()}:`;
  // All connections of this world bear its name, so that a test can break them and no others.
  const connectionName = `news-${randomUUID()}`;
  const open = () => {
    const redis = new Redis(process.env.REDIS_URL!, { connectionName });
    const news = new RedisSkillGroupNews({ redis, logger: silentLogger, prefix });
    closing.push(
      () => news.close(),
      () => redis.quit(),
    );
    return news;
  };
  return {
    mine: open(),
    theirs: open(),
    async interrupt(meanwhile) {
      const clients = ((await control.client('LIST', 'TYPE', 'PUBSUB')) as string).split('\n');
      for (const line of clients.filter((line) => line.includes(` name=${connectionName} `))) {
        await control.client('KILL', 'ID', /\bid=(\d+)/.exec(line)![1]!);
      }
      await meanwhile();
    },
  };
});
