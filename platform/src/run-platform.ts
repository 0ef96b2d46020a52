import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureFirstAccount } from '@hookswitch/api/accounts/index';
import type { Settings } from '@hookswitch/api/config/settings';
import type { Logger } from '@hookswitch/kernel/logger';
import { accountDeps } from './compose/account-deps.js';
import type { Backing } from './compose/backing.js';
import { callsSurvive } from './compose/calls-survive.js';
import { type Platform, startPlatform } from './compose/platform.js';
import { openServerBacking } from './compose/server-backing.js';
import { startMongoServer } from './data-servers/mongo-server.js';
import { startRedisServer } from './data-servers/redis-server.js';
import { closingMs, couldNotStart, endOnSignals } from './end-of-process.js';
import { startUpScreen } from './start-up-screen.js';

/** Where the first account's key is kept on a development machine, so that one can go on after a restart. */
const firstAccountFile = 'first-account.json';

/** A process with any roles but `media`, until a signal ends it. Rejects where its data servers cannot be had. */
export async function runPlatform(settings: Settings, dataFolder: string, logger: Logger): Promise<void> {
  const leavesCalls = settings.roles.includes('calls') && callsSurvive(settings);
  const { redis, mongo } = await startDataServers(settings, dataFolder);
  let stopPlatform: () => Promise<void> = async () => {};
  const close = async () => {
    await stopPlatform();
    await Promise.all([redis.stop(), mongo.stop()]);
  };
  const end = endOnSignals(logger, settings.drainSeconds * 1000 + closingMs, close, leavesCalls);

  try {
    const backing = await openServerBacking({
      settings,
      mongodbUri: mongo.uri,
      redisUrl: redis.uri,
      dataFolder,
      logger,
    });
    const platform = await startPlatform(backing, settings, {
      onStopAsked: () => void end(0),
      onTakenOver() {
        logger.fatal(
          'another process with this NODE_ID has taken over the calls of this one; the process ends at once',
        );
        process.exit(1);
      },
    });
    stopPlatform = () => platform.stop();
    const firstKey = await firstAccount(backing, platform, settings, dataFolder, logger);
    console.error(
      startUpScreen({ settings, platform, dataServers: [mongo.description, redis.description], dataFolder, firstKey }),
    );
    logger.info(
      { http: platform.httpUrl, probes: platform.probesUrl, sip: platform.sip, roles: settings.roles },
      'ready',
    );
  } catch (error) {
    await couldNotStart(error, logger, end);
  }
}

/** Starts or finds both; where one cannot be had, the other does not stay behind. */
async function startDataServers(settings: Settings, dataFolder: string) {
  const [redis, mongo] = await Promise.allSettled([
    startRedisServer({ url: settings.redisUrl, dataFolder }),
    startMongoServer({ uri: settings.mongodbUri, dataFolder }),
  ]);
  if (redis.status === 'fulfilled' && mongo.status === 'fulfilled') return { redis: redis.value, mongo: mongo.value };
  for (const server of [redis, mongo]) if (server.status === 'fulfilled') await server.value.stop();
  throw redis.status === 'rejected' ? redis.reason : (mongo as PromiseRejectedResult).reason;
}

/** Makes the first account where there is none, and leaves its key in the data folder. Resolves to that file where it is there. */
async function firstAccount(
  backing: Backing,
  { features }: Platform,
  settings: Settings,
  dataFolder: string,
  logger: Logger,
): Promise<string | undefined> {
  const file = join(dataFolder, firstAccountFile);
  if (settings.roles.includes('http')) {
    const { account, made } = await ensureFirstAccount(accountDeps(backing, features, settings), {
      name: 'First account',
      edition: 'premium',
    });
    if (made) {
      const content = { accountId: account.id, apiKey: made.key, signingSecret: made.signingSecret };
      writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
      logger.info({ accountId: account.id }, 'made the first account');
    }
  }
  return existsSync(file) ? file : undefined;
}
