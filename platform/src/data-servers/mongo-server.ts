import { addressForPeople, type DataServer, existingServer } from './data-server.js';
import { ProgramMissingError } from './data-server-errors.js';
import { fetchedMongod, fetchMongod } from './fetch-mongod.js';
import { findProgram } from './find-program.js';
import { findMongoStandIn, startMongoStandIn } from './mongo-stand-in.js';
import { startMongod } from './mongod.js';

export interface MongoServerOptions {
  /** `MONGODB_URI`: use this one and start none. */
  readonly uri?: string | undefined;
  /** Folder for everything we keep, absolute (`…/.hookswitch`). */
  readonly dataFolder: string;
  /** Keep nothing on disk, and die with this process whatever ends it. For tests. */
  readonly throwaway?: boolean;
  /** Whether a mongod may be downloaded where there is neither one nor the stand-in. Default true. */
  readonly mayFetch?: boolean;
}

/**
 * Finds or starts something that speaks MongoDB: `uri`; mongod on PATH; the mongod that set-up fetched; the stand-in that set-up built; a mongod
 * fetched now. Rejects with `ProgramMissingError`, `MongodFetchError` or `DataServerNotReadyError`.
 */
export async function startMongoServer(options: MongoServerOptions): Promise<DataServer> {
  if (options.uri) return existingServer(options.uri, `MongoDB at ${addressForPeople(options.uri)} (MONGODB_URI)`);
  const place = { dataFolder: options.dataFolder, throwaway: options.throwaway ?? false };
  const mongod = findProgram('mongod') ?? fetchedMongod(options.dataFolder);
  if (mongod !== undefined) return startMongod(mongod, place);
  const standIn = findMongoStandIn();
  if (standIn !== undefined) return startMongoStandIn(standIn, place);
  if (options.mayFetch ?? true) return startMongod(await fetchMongod(options.dataFolder), place);
  throw new ProgramMissingError(
    'MongoDB',
    'Run script/setup, which fetches one or builds a stand-in; or install mongod; or set MONGODB_URI.',
  );
}
