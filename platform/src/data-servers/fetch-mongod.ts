import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongodFetchError } from './data-server-errors.js';

export interface FetchMongodOptions {
  /** Server to download from. Default: MongoDB's own. */
  readonly mirror?: string;
  /** How long the server may take to answer at all, milliseconds. The download itself may take as long as it needs. */
  readonly answerTimeoutMs?: number;
}

const version = '7.0.24';
const defaultMirror = 'https://fastdl.mongodb.org';

/** The mongod that an earlier `fetchMongod` left under this data folder. */
export function fetchedMongod(dataFolder: string): string | undefined {
  try {
    const program = readFileSync(join(binaryFolder(dataFolder), 'path'), 'utf8').trim();
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Downloads a real mongod into the data folder (about 100 MB) and answers with its path. Where nobody answers it rejects within seconds, with
 * `MongodFetchError`.
 */
export async function fetchMongod(dataFolder: string, options: FetchMongodOptions = {}): Promise<string> {
  const mirror = options.mirror ?? process.env.MONGOMS_DOWNLOAD_MIRROR ?? defaultMirror;
  await mustAnswer(mirror, options.answerTimeoutMs ?? 5000);
  const folder = binaryFolder(dataFolder);
  mkdirSync(folder, { recursive: true });
  process.env.MONGOMS_DOWNLOAD_MIRROR = mirror;
  try {
    const { MongoBinary } = await import('mongodb-memory-server-core');
    const program = await MongoBinary.getPath({ version, downloadDir: folder, checkMD5: true });
    writeFileSync(join(folder, 'path'), program);
    return program;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new MongodFetchError(error instanceof Error ? error.message : String(error), error);
  }
}

/** Asks before the downloader does: it would try again and again, for minutes. */
async function mustAnswer(mirror: string, timeoutMs: number): Promise<void> {
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const why = typeof code === 'string' ? code : cause instanceof Error ? cause.name : String(cause);
    throw new MongodFetchError(`${mirror} does not answer: ${why}`, error);
  }
}

function binaryFolder(dataFolder: string): string {
  return join(dataFolder, 'mongod-program');
}
