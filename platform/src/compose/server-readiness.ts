import { join } from 'node:path';
import type { Settings } from '@hookswitch/api/config/settings';
import type { ReadinessCheck } from '@hookswitch/api/http/probes';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Connection } from 'mongoose';
import type { CheckResult } from '../check/check.js';
import { type Machine, thisMachine } from '../check/machine.js';
import { checkFfmpeg, checkSpeech } from '../check/program-check.js';
import { checkFolder, checkRoom } from './folder-checks.js';
import { nothingBroken, nothingLacking, remembered, withinTime } from './readiness.js';

export interface ServerReadinessDeps {
  readonly mongo: Pick<Connection, 'db'>;
  readonly redis: { ping(): Promise<unknown> };
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'ffmpegPath' | 'espeakPath' | 'roles'>;
  readonly dataFolder: string;
  readonly machine?: Pick<Machine, 'runs'>;
}

/** Each part must answer in this time, milliseconds; and what it said counts so long. */
const limitMs = 2000;
const answerKeptMs = 1000;
/** Programs are started to look at them, and a disk fills slowly. */
const slowThingsKeptMs = 60_000;

/** What `/readyz` asks on a server: MongoDB, Redis, the folder of objects and the disk; as warnings ffmpeg, speech and a disk that gets full. */
export function serverReadiness(deps: ServerReadinessDeps) {
  const { mongo, redis, clock, settings, dataFolder, machine = thisMachine } = deps;
  const quick = (check: ReadinessCheck) => remembered(withinTime(check, limitMs, clock), answerKeptMs, clock);
  const slow = (check: ReadinessCheck) => remembered(withinTime(check, 5 * limitMs, clock), slowThingsKeptMs, clock);
  const program = (check: (machine: Pick<Machine, 'runs'>, path: string) => Promise<CheckResult>, path: string) =>
    slow(() => nothingLacking(check(machine, path)));
  return {
    readiness: {
      mongodb: quick(async () => {
        if (!mongo.db) throw new Error('There is no connection to MongoDB.');
        await mongo.db.command({ ping: 1 }, { timeoutMS: limitMs });
      }),
      redis: quick(async () => {
        await redis.ping();
      }),
      objects: quick(() => nothingBroken(checkFolder('objects', join(dataFolder, 'objects')))),
      disk: quick(() => nothingBroken(checkRoom(dataFolder))),
    },
    warnings: {
      disk: quick(() => nothingLacking(checkRoom(dataFolder))),
      ffmpeg: program(checkFfmpeg, settings.ffmpegPath),
      ...(settings.roles.includes('calls') && { speech: program(checkSpeech, settings.espeakPath) }),
    },
  } satisfies Record<string, Readonly<Record<string, ReadinessCheck>>>;
}
