import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureFirstAccount } from '@hookswitch/api/accounts/index';
import { readSettings, type Settings } from '@hookswitch/api/config/settings';
import { createLogger, type Logger } from '@hookswitch/kernel/logger';
import type { Backing } from './compose/backing.js';
import { accountDeps } from './compose/http-role.js';
import { startMediaRole } from './compose/media-role.js';
import { type Platform, startPlatform } from './compose/platform.js';
import { openServerBacking } from './compose/server-backing.js';
import { startMongoServer } from './data-servers/mongo-server.js';
import { startRedisServer } from './data-servers/redis-server.js';
import { endOnSignals } from './end-of-process.js';
import { mediaStartUpScreen, startUpScreen } from './start-up-screen.js';

const help = `Usage: main.js [--help]

Starts the platform with the settings of the environment (docs/settings.md). Roles: ROLES=http,calls,workers,routing, or ROLES=media alone.
SIGINT or SIGTERM stops it: new calls are refused, those up get DRAIN_SECONDS, then everything is closed. A second one ends it at once.`;

/** What is still open so long after the drain is left as it is, milliseconds: Redis or MongoDB may be gone for good. */
const closingMs = 15_000;
/** How much longer than its node a media process waits, milliseconds: a node that is stopped together with it closes its legs in time. */
const mediaWaitsLongerMs = 5_000;

/** Where the first account's key is kept on a development machine, so that one can go on after a restart. */
const firstAccountFile = 'first-account.json';

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(help);
    return;
  }
  const settings = readSettings(process.env);
  const logger = createLogger({ level: settings.logLevel });
  const dataFolder = resolve(settings.dataFolder);
  if (settings.roles.includes('media')) {
    await runMedia(settings, dataFolder, logger);
    return;
  }

  const { redis, mongo } = await startDataServers(settings, dataFolder);
  let stopPlatform: () => Promise<void> = async () => {};
  const end = endOnSignals(logger, settings.drainSeconds * 1000 + closingMs, async () => {
    await stopPlatform();
    await Promise.all([redis.stop(), mongo.stop()]);
  });

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

/** A process with the role `media`. It waits for its legs as a node does for its calls, and longer: the node ends them first. */
async function runMedia(settings: Settings, dataFolder: string, logger: Logger): Promise<void> {
  const drainMs = settings.drainSeconds * 1000 + mediaWaitsLongerMs;
  let stopRole: () => Promise<void> = async () => {};
  const end = endOnSignals(logger, drainMs + closingMs, () => stopRole());
  try {
    const role = await startMediaRole(settings, dataFolder, logger);
    stopRole = () => role.stop(drainMs);
    console.error(mediaStartUpScreen({ settings, role, dataFolder }));
    logger.info({ socket: role.socket, probes: role.probesUrl, roles: settings.roles }, 'ready');
  } catch (error) {
    await couldNotStart(error, logger, end);
  }
}

async function couldNotStart(error: unknown, logger: Logger, end: (code: number) => Promise<void>): Promise<void> {
  logger.fatal({ err: error }, 'the platform could not start');
  console.error(`\nHookswitch could not start: ${error instanceof Error ? error.message : String(error)}`);
  console.error('`script/server --check` says what stands in the way.');
  await end(1);
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

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
