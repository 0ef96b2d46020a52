import { bad, type CheckResult, good, lacking } from './check.js';
import type { Machine } from './machine.js';

/** ffmpeg: without it we go on, with WAV only. */
export async function checkFfmpeg(machine: Pick<Machine, 'runs'>, program: string): Promise<CheckResult> {
  return (await machine.runs(program, '-version'))
    ? good('ffmpeg', `${program} runs.`)
    : lacking(
        'ffmpeg',
        `${program} does not run: only WAV can be uploaded, and recordings stay WAV.`,
        'Install ffmpeg (Debian: apt-get install ffmpeg), or set FFMPEG_PATH.',
      );
}

/** eSpeak NG: without it we go on, without speech of our own. */
export async function checkSpeech(machine: Pick<Machine, 'runs'>, program: string): Promise<CheckResult> {
  return (await machine.runs(program, '--version'))
    ? good('speech', `${program} runs.`)
    : lacking(
        'speech',
        `${program} does not run: nothing can be spoken.`,
        'Install eSpeak NG (Debian: apt-get install espeak-ng), or set ESPEAK_PATH.',
      );
}

/** Redis: the one named, else the program that starts a private one. */
export async function checkRedis(machine: Machine, url: string | undefined): Promise<CheckResult> {
  if (url !== undefined) return checkServer(machine, 'Redis', new URL(url), 6379, 'REDIS_URL');
  const program = machine.find('redis-server');
  return program !== undefined
    ? good('Redis', `A private one will be started from ${program}.`)
    : bad('Redis', 'redis-server is not installed, and REDIS_URL names none.', 'Run script/setup, or set REDIS_URL.');
}

export interface MongoChoices {
  /** Program that set-up fetched. */
  readonly fetched: string | undefined;
  /** Whether the stand-in was built and has a Java to run it. */
  readonly standIn: boolean;
}

/** MongoDB: the one named, else whichever would be started. */
export async function checkMongo(
  machine: Machine,
  uri: string | undefined,
  choices: MongoChoices,
): Promise<CheckResult> {
  const name = 'MongoDB';
  if (uri !== undefined) {
    // An SRV name has no port to try; the driver finds its hosts.
    if (uri.startsWith('mongodb+srv:')) return good(name, 'It is found by its SRV name when the platform starts.');
    return checkServer(machine, name, firstHost(uri), 27017, 'MONGODB_URI');
  }
  const program = machine.find('mongod') ?? choices.fetched;
  if (program !== undefined) return good(name, `A private one will be started from ${program}.`);
  if (choices.standIn) {
    return good(
      name,
      'A stand-in (mongo-java-server) will be started: good for trying out and for tests, not for production.',
    );
  }
  return bad(
    name,
    'There is no mongod, no stand-in, and MONGODB_URI names none.',
    'Run script/setup, or set MONGODB_URI.',
  );
}

async function checkServer(
  machine: Machine,
  name: string,
  url: URL,
  standardPort: number,
  setting: string,
): Promise<CheckResult> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? standardPort : Number(url.port);
  return (await machine.accepts(host, port))
    ? good(name, `${host}:${port} accepts connections.`)
    : bad(
        name,
        `Nobody accepts connections at ${host}:${port}, which ${setting} names.`,
        `Start it, or correct ${setting}.`,
      );
}

/** A connection string may list several hosts, which URL does not read. */
function firstHost(uri: string): URL {
  return new URL(uri.replace(/^(mongodb:\/\/(?:[^@/]*@)?[^,/?]+)[^/?]*/, '$1'));
}
