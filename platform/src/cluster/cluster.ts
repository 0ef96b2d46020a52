import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMongoServer } from '../data-servers/mongo-server.js';
import { startRedisServer } from '../data-servers/redis-server.js';
import { type ClusterOptions, planCluster } from './cluster-plan.js';
import { ClusterProcess } from './cluster-process.js';

const platformProgram = fileURLToPath(new URL('../../start.sh', import.meta.url));

/** A running cluster. */
export interface Cluster {
  readonly processes: readonly ClusterProcess[];
  /** One line for each server of data. */
  readonly dataServers: readonly string[];
  /** Ends the processes in the reverse order of their start, then the servers of data. Idempotent. */
  stop(): Promise<void>;
  /** Ends all at once, whatever they do. */
  kill(): void;
}

export interface StartCluster extends Omit<ClusterOptions, 'mongodbUri' | 'redisUrl'> {
  /** Instead of starting one. */
  readonly mongodbUri?: string | undefined;
  readonly redisUrl?: string | undefined;
  /** Told of each process that is ready. */
  readonly onReady?: (process: ClusterProcess) => void;
}

/** Starts data servers, edge, relay, API, workers, routing and media nodes on loopback addresses. Rejects, with nothing left running, where one does not come up. */
export async function startCluster(options: StartCluster): Promise<Cluster> {
  const { dataFolder, onReady } = options;
  const logs = join(dataFolder, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const processes: ClusterProcess[] = [];
  const dataServers: { readonly description: string; stop(): Promise<void> }[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const each of [...processes].reverse()) await each.stop();
      await Promise.all(dataServers.map((server) => server.stop()));
    })();
    return stopping;
  };
  try {
    const redis = await startRedisServer({ url: options.redisUrl, dataFolder });
    dataServers.push(redis);
    const mongo = await startMongoServer({ uri: options.mongodbUri, dataFolder });
    dataServers.push(mongo);
    const plans = planCluster({ ...options, mongodbUri: mongo.uri, redisUrl: redis.uri }, platformProgram);
    for (const plan of plans) {
      const started = await ClusterProcess.start(plan, join(logs, `${plan.name}.log`));
      processes.push(started);
      onReady?.(started);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    processes,
    dataServers: dataServers.map(({ description }) => description),
    stop,
    kill: () => {
      for (const each of processes) each.kill();
    },
  };
}
