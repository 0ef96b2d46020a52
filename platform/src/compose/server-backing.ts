import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RedisLiveCentreStore, RedisRoutingLease } from '@hookswitch/api/acd/index';
import { type AreaOf, areasWithTable, readAreaTable, ThreadedAreas } from '@hookswitch/api/areas/index';
import { defaultAudioResolverSettings, FfmpegAudioDecoder, HttpAudioResolver } from '@hookswitch/api/audio/index';
import { RedisKeptCallStore } from '@hookswitch/api/calls/index';
import { RedisConferenceClaims } from '@hookswitch/api/conferences/index';
import type { Settings } from '@hookswitch/api/config/settings';
import { RedisEventStreams } from '@hookswitch/api/event-streams/redis-event-streams';
import { RedisCommandChannel, RedisNodeLeases } from '@hookswitch/api/nodes/index';
import { FileObjectStore } from '@hookswitch/api/objects/index';
import { RedisCalleeHistory } from '@hookswitch/api/outbound-dialling/index';
import { addressRules, GuardedHttpClient } from '@hookswitch/api/outbound-http/index';
import { FfmpegMp3Encoder, ffmpegRuns, nodeRecordingFiles } from '@hookswitch/api/recordings/index';
import { AesSecretBox } from '@hookswitch/api/secrets/index';
import { RedisSkillGroupNews } from '@hookswitch/api/skill-groups/index';
import { CachedSpeech, EspeakSynthesizer, FileSpeechCache } from '@hookswitch/api/speech/index';
import { openRedis } from '@hookswitch/api/store/redis-connection';
import { systemClock } from '@hookswitch/kernel/clock';
import { idMaker } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { type MediaPlane, noMediaPlaneLoad } from '@hookswitch/media/drivers/embedded/media-plane/media-plane';
import { BullJobQueue } from '@hookswitch/workers/bull-job-queue';
import { createConnection } from 'mongoose';
import type { Backing } from './backing.js';
import { encryptionKeys } from './encryption-keys.js';
import { createServerMediaPlane, mediaPlaneReadiness } from './media-plane.js';
import { createServerMediaRelay, relayReadiness } from './media-relay.js';
import { createServerEngine, createServerFreeSwitch } from './media-stack.js';
import { serverReadiness } from './server-readiness.js';
import { createServerStores } from './server-stores.js';
import { createServerEdge } from './sip-edge.js';
import { createServerWebhookSender } from './webhook-sender.js';

/** Speech that is kept: a minute of it is about a megabyte. */
const speechMemoryBytes = 64 * 1024 * 1024;
const speechDiskBytes = 512 * 1024 * 1024;

function areas({ areaTable }: Settings, logger: Logger): AreaOf {
  const { areaOf } = new ThreadedAreas(logger);
  return areaTable === undefined ? areaOf : areasWithTable(readAreaTable(areaTable), areaOf);
}

export interface ServerBackingDeps {
  readonly settings: Settings;
  readonly mongodbUri: string;
  readonly redisUrl: string;
  /** Absolute. */
  readonly dataFolder: string;
  readonly logger: Logger;
}

/** The real world of one process: MongoDB, Redis, Bull, files, the machine's clock and network. Rejects where a server does not answer. */
export async function openServerBacking(deps: ServerBackingDeps): Promise<Backing> {
  const { settings, dataFolder, logger } = deps;
  const clock = systemClock;
  const random = systemRandom;
  const newId = idMaker(clock, random);
  const processId = newId('JB');
  // What takes time by itself begins first.
  const ffmpeg = ffmpegRuns(settings.ffmpegPath);

  const mongo = await createConnection(deps.mongodbUri, {
    dbName: new URL(deps.mongodbUri).pathname.slice(1) || 'hookswitch',
    serverSelectionTimeoutMS: 10_000,
    // A MongoDB that packets do not reach any more is noticed within some 15 s, not 45.
    connectTimeoutMS: 5_000,
    heartbeatFrequencyMS: 5_000,
  }).asPromise();
  const redis = openRedis(deps.redisUrl, { maxRetriesPerRequest: 3 });
  redis.on('error', (error) => logger.warn({ err: error }, 'Redis cannot be reached'));
  const keys = encryptionKeys(settings, dataFolder);
  const commands = await RedisCommandChannel.open({ redis, processId, clock });
  const liveCentre = new RedisLiveCentreStore({ redis, logger });
  const eventStreams = new RedisEventStreams({ redis, logger });
  const skillGroupNews = new RedisSkillGroupNews({ redis, logger });
  const jobs = new BullJobQueue({ connect: (options) => openRedis(deps.redisUrl, options), logger });
  const outboundHttp = new GuardedHttpClient({ rules: addressRules(settings.allowedPrivateTargets), clock });
  const webhooks = await createServerWebhookSender(settings, clock);
  const objects = new FileObjectStore(join(dataFolder, 'objects'));
  const audioDecoder = new FfmpegAudioDecoder({ program: settings.ffmpegPath, maxSeconds: 3600 });
  const espeak = new EspeakSynthesizer({ program: settings.espeakPath });
  espeak.languages().catch((error: Error) => logger.warn(`Nothing can be said: ${error.message}`));
  const speech = new CachedSpeech({
    synthesizer: espeak,
    cache: new FileSpeechCache({ folder: join(dataFolder, 'speech'), maxBytes: speechDiskBytes }, logger),
    memoryBytes: speechMemoryBytes,
  });
  const captureDirectory = join(dataFolder, 'captures');
  mkdirSync(captureDirectory, { recursive: true, mode: 0o700 });
  const hasFfmpeg = await ffmpeg;
  if (!hasFfmpeg)
    logger.warn(`${settings.ffmpegPath} does not run: only WAV works. Install ffmpeg or set FFMPEG_PATH.`);

  const sipEdge = createServerEdge(settings, { clock, logger });
  const mediaRelay = createServerMediaRelay(settings, { clock, random, logger });
  await mediaRelay?.relay.start();
  // Made when an engine is; a process without one carries no sound.
  let mediaPlane: MediaPlane | undefined;

  const watchedParts = serverReadiness({ mongo, redis, clock, settings, dataFolder });
  const relayParts = relayReadiness(mediaRelay);

  return {
    clock,
    random,
    newId,
    logger,
    secretBox: new AesSecretBox(keys, random),
    stores: createServerStores({
      mongo,
      redis,
      clock,
      newId,
      logger,
      idempotencyKeepMs: settings.idempotencyKeepHours * 3_600_000,
      timelineRetentionDays: settings.timelineRetentionDays,
    }),
    leases: new RedisNodeLeases(redis),
    keptCalls: new RedisKeptCallStore(redis),
    liveCentre,
    eventStreams,
    clientLeases: new RedisNodeLeases(redis, 'hookswitch:clients:'),
    routingLease: new RedisRoutingLease(redis),
    skillGroupNews,
    commands,
    conferenceClaims: new RedisConferenceClaims(redis),
    jobs,
    objects,
    outboundHttp,
    ...(webhooks ? { webhookSender: webhooks.sender } : {}),
    speech,
    audioDecoder,
    calleeHistory: new RedisCalleeHistory(redis, random),
    areaOf: areas(settings, logger),
    createAudioResolver: (audio) =>
      new HttpAudioResolver({
        http: outboundHttp,
        audio,
        objects,
        decoder: audioDecoder,
        clock,
        settings: defaultAudioResolverSettings,
      }),
    makeCaptureFolder: (path) => mkdir(path, { recursive: true, mode: 0o700 }),
    mp3: hasFfmpeg ? new FfmpegMp3Encoder({ program: settings.ffmpegPath }) : undefined,
    captureDirectory,
    recordingFiles: nodeRecordingFiles,
    createEngine(directory, nodeId) {
      const decoySecret = createHmac('sha256', keys[0]).update('SIP decoys').digest();
      if (settings.mediaEngine === 'freeswitch') {
        return createServerFreeSwitch({ settings, directory, nodeId, clock, random, logger, decoySecret });
      }
      mediaPlane = createServerMediaPlane({ settings, nodeId, clock, logger, end: () => process.exit(1) });
      return createServerEngine({
        settings,
        directory,
        nodeId,
        clock,
        random,
        logger,
        mediaPlane,
        ...(mediaRelay && { mediaRelay }),
        decoySecret,
      });
    },
    mediaLoad: async () => (await mediaPlane?.load()) ?? noMediaPlaneLoad,
    ...(settings.mediaPlaneSocket !== undefined && { mediaPlaneUp: () => mediaPlane?.whyNot() === undefined }),
    ...(mediaRelay && { mediaRelay: mediaRelay.relay }),
    ...(sipEdge && { sipEdge }),
    readiness: {
      ...watchedParts.readiness,
      ...relayParts.readiness,
      ...mediaPlaneReadiness(settings, () => mediaPlane),
    },
    warnings: { ...watchedParts.warnings, ...relayParts.warnings },
    async close() {
      await mediaRelay?.relay.stop();
      await webhooks?.close();
      await outboundHttp.close();
      await commands.close();
      await liveCentre.close();
      await eventStreams.close();
      await skillGroupNews.close();
      await redis.quit();
      await mongo.close();
    },
  };
}
