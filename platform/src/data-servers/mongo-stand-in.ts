import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataServer } from './data-server.js';
import { findProgram } from './find-program.js';
import { startKeptProcess } from './kept-process.js';
import type { DataPlace } from './mongod.js';
import { logSays, tcpAnswers } from './tcp-answers.js';

/** What runs it: a Java and the jar built by script/setup. */
export interface MongoStandIn {
  readonly java: string;
  readonly jar: string;
}

/** The jar in `deploy/mongo-java-server/target`, seen from this file's compiled place. */
const builtJar = fileURLToPath(new URL('../../../deploy/mongo-java-server/target/mongo-stand-in.jar', import.meta.url));

/** The stand-in, where it was built and a Java is there to run it. */
export function findMongoStandIn(jar = builtJar): MongoStandIn | undefined {
  const java = findProgram('java');
  return java !== undefined && existsSync(jar) ? { java, jar } : undefined;
}

/** Starts the stand-in, on the loopback address only. */
export async function startMongoStandIn(standIn: MongoStandIn, place: DataPlace): Promise<DataServer> {
  const folder = join(place.dataFolder, 'mongo-stand-in');
  const file = place.throwaway ? [] : [join(folder, 'data.mv')];
  const server = await startKeptProcess({
    name: 'the MongoDB stand-in',
    folder,
    program: standIn.java,
    arguments: (port) => [
      ...['-Xmx768m', '-XX:+UseSerialGC', '-Xshare:auto', `-Dhookswitch.folder=${folder}`],
      // Netty would look for native parts, which only takes time.
      ...['-Dio.netty.transport.noNative=true', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'],
      ...['-jar', standIn.jar, String(port), ...file],
    ],
    answers: async (port) => logSays(join(folder, 'server.log'), 'listening on') && (await tcpAnswers(port)),
    startTimeoutMs: 60_000,
    endsWithUs: place.throwaway,
  });
  return {
    uri: `mongodb://127.0.0.1:${server.port}`,
    description:
      `a MongoDB stand-in (mongo-java-server) on port ${server.port}, ` +
      (place.throwaway ? 'in memory only' : `data in ${folder}`) +
      '; good for trying out and for tests: about 800 writes/s, no transactions, and killing it may lose its last 10 ms',
    stop: server.stop,
  };
}
