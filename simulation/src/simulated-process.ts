import type { LiveCentreStore, RoutingLease } from '@hookswitch/api/acd/index';
import { defaultAudioResolverSettings, HttpAudioResolver, UnreadableAudioError } from '@hookswitch/api/audio/index';
import type { ConferenceClaims } from '@hookswitch/api/conferences/index';
import { type Settings, settingsWith } from '@hookswitch/api/config/settings';
import type { EventStreams } from '@hookswitch/api/event-streams/index';
import type { ObjectStore } from '@hookswitch/api/objects/index';
import { MemoryCalleeHistory } from '@hookswitch/api/outbound-dialling/index';
import { AesSecretBox } from '@hookswitch/api/secrets/index';
import type { SkillGroupNews } from '@hookswitch/api/skill-groups/index';
import { createMemorySpeech } from '@hookswitch/api/speech/index';
import type { Clock } from '@hookswitch/kernel/clock';
import { idMaker } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import { createEmbeddedEngine } from '@hookswitch/media/drivers/embedded/index';
import { createInProcessMediaPlane } from '@hookswitch/media/drivers/embedded/media-plane/in-process-media-plane';
import type { VirtualNetwork } from '@hookswitch/media/net/virtual-network';
import type { Backing } from '@hookswitch/platform/compose/backing';
import { type Platform, startPlatform } from '@hookswitch/platform/compose/platform';
import type { Stores } from '@hookswitch/platform/compose/stores';
import { MemoryJobQueue } from '@hookswitch/workers/memory-job-queue';
import { inTimesOf } from './binding-times.js';
import type { Chance } from './chance.js';
import type { DataCentre } from './data-centre.js';
import type { Internet } from './internet.js';
import type { KeptSound } from './kept-sound.js';
import { Mortal, ProcessClock } from './mortal.js';
import { type Deaf, MortalNetwork } from './mortal-network.js';
import { overTheNetwork, type StoreWeather } from './store-weather.js';

export interface ProcessParts {
  readonly name: string;
  /** The media node that it is: one after another may be the same. */
  readonly nodeId: string;
  /** Carries its sound and outlives it, where its calls do. */
  readonly sound?: KeptSound;
  /** Where its SIP and its sound are. */
  readonly address: string;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly network: VirtualNetwork;
  readonly deaf: Deaf;
  readonly internet: Internet;
  readonly dataCentre: DataCentre;
  readonly storeWeather: () => StoreWeather;
  readonly logger: Logger;
}

/** The key of a simulated installation. */
export const encryptionKey = Buffer.alloc(32, 7);

/** One process of the platform, the roles `calls` and `workers`, composed as on a server but for what it stands on. It can be killed. */
export class SimulatedProcess {
  readonly name: string;
  readonly nodeId: string;
  readonly address: string;
  readonly mortal = new Mortal();
  readonly clock: ProcessClock;
  readonly network: MortalNetwork;
  readonly #parts: ProcessParts;
  readonly jobs: MemoryJobQueue;
  /** Asked to stop. */
  retiring = false;
  #platform: Platform | undefined;

  constructor(parts: ProcessParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.nodeId = parts.nodeId;
    this.address = parts.address;
    this.clock = new ProcessClock(parts.clock, this.mortal);
    this.jobs = new MemoryJobQueue({ clock: this.clock, logger: parts.logger });
    this.network = new MortalNetwork(parts.network, this.mortal, parts.deaf);
  }

  get alive(): boolean {
    return this.mortal.alive;
  }

  /** Once started. */
  get platform(): Platform {
    if (!this.#platform) throw new Error(`${this.name} has not started.`);
    return this.#platform;
  }

  get started(): boolean {
    return this.#platform !== undefined;
  }

  async start(): Promise<void> {
    const { nodeId, address, sound } = this.#parts;
    const settings: Settings = settingsWith({
      roles: ['calls', 'workers'],
      nodeId,
      callsSurviveRestart: sound !== undefined,
      sipListen: [{ transport: 'udp', address, port: 5060 }],
      drainSeconds: 30,
    });
    this.#platform = await this.mortal.guard(
      startPlatform(this.#backing(settings), settings, { onTakenOver: () => this.kill() }),
    );
  }

  kill(): void {
    this.mortal.kill();
  }

  #backing(settings: Settings): Backing {
    const { dataCentre, internet, chance, address, logger, sound } = this.#parts;
    const { clock, mortal, network } = this;
    const { random } = chance;
    const outboundHttp = internet.as(clock, mortal);
    const { disk } = dataCentre;
    const objects: ObjectStore = Object.assign(Object.create(dataCentre.objects) as ObjectStore, {
      put: dataCentre.objects.put.bind(dataCentre.objects),
      open: dataCentre.objects.open.bind(dataCentre.objects),
      size: dataCentre.objects.size.bind(dataCentre.objects),
      remove: dataCentre.objects.remove.bind(dataCentre.objects),
      putFile: (key: string, path: string) => mortal.guard(dataCentre.objects.put(key, disk.bytes(path))),
    });
    const audioDecoder = {
      // A tenth of a second of sound for each byte; what is no path of a sound is no sound.
      decode: async (bytes: Buffer) => {
        if (!/^\/[\w-]+\.wav$/.test(bytes.toString('latin1', 0, 100))) throw new UnreadableAudioError('it is no sound');
        return { sampleRate: 8000, samples: new Int16Array(bytes.length * 800).fill(1000) };
      },
    };
    return {
      clock,
      random,
      newId: idMaker(clock, random),
      logger,
      secretBox: new AesSecretBox([encryptionKey], random),
      stores: this.#stores(),
      leases: this.#remote(dataCentre.leases),
      keptCalls: this.#remote(dataCentre.keptCalls),
      liveCentre: this.#remote<LiveCentreStore>(dataCentre.liveCentre),
      eventStreams: this.#remote<EventStreams>(dataCentre.eventStreams),
      clientLeases: this.#remote(dataCentre.clientLeases),
      routingLease: this.#remote<RoutingLease>(dataCentre.routingLease),
      conferenceClaims: this.#remote<ConferenceClaims>(dataCentre.conferenceClaims),
      skillGroupNews: this.#remote<SkillGroupNews>(dataCentre.skillGroupNews),
      commands: {
        send: (nodeId, command) => mortal.guard(dataCentre.commands.send(nodeId, command)),
        listen: (nodeId, handle) =>
          dataCentre.commands.listen(nodeId, (command) =>
            mortal.alive ? mortal.guard(handle(command)) : new Promise(() => {}),
          ),
      },
      jobs: this.jobs,
      objects,
      outboundHttp,
      speech: createMemorySpeech(),
      audioDecoder,
      calleeHistory: new MemoryCalleeHistory(),
      areaOf: async () => undefined,
      createAudioResolver: (audio) =>
        new HttpAudioResolver({
          http: outboundHttp,
          audio,
          objects,
          decoder: audioDecoder,
          clock,
          settings: defaultAudioResolverSettings,
        }),
      mp3: { encode: (wavPath, mp3Path) => disk.writeText(mp3Path, `MP3 of ${disk.bytes(wavPath).length} bytes`) },
      captureDirectory: '/captures',
      recordingFiles: disk,
      makeCaptureFolder: async () => {},
      createEngine: (directory, nodeId) =>
        createEmbeddedEngine({
          listen: settings.sipListen,
          localAddressTowards: () => address,
          directory,
          nodeId,
          network,
          mediaPlane:
            sound?.of(address, nodeId, mortal) ??
            createInProcessMediaPlane(
              { portLow: settings.rtpPortLow, portHigh: settings.rtpPortHigh },
              { clock, random, network, captures: disk },
            ),
          snapshots: sound !== undefined,
          clock,
          random,
          logger,
          sessionExpiresSeconds: settings.sipSessionExpiresSeconds,
        }),
      readiness: {},
      close: async () => {},
    };
  }

  #remote<Store extends object>(store: Store): Store {
    const { chance, storeWeather } = this.#parts;
    return overTheNetwork(store, { clock: this.clock, mortal: this.mortal, chance, weather: storeWeather });
  }

  #stores(): Stores {
    const { dataCentre } = this.#parts;
    const { stores } = dataCentre;
    const events = this.#remote(stores.events);
    return {
      collection: (definition) => this.#remote(stores.collection(definition)),
      contacts: (settings) => this.#remote(stores.contacts(settings)),
      calls: (settings) =>
        this.#remote(
          stores.calls({
            ...settings,
            onCallEvents: (callId, pushed, call) => {
              dataCentre.noteEvents(callId, pushed);
              if (this.alive) settings.onCallEvents?.(callId, pushed, call);
            },
          }),
        ),
      timeline: this.#remote(stores.timeline),
      events: new Proxy(events, {
        get: (target, name) => {
          if (name !== 'insertMany') return Reflect.get(target, name) as unknown;
          return (given: Parameters<typeof events.insertMany>[0]) => {
            dataCentre.noteRelayed(given);
            return events.insertMany(given);
          };
        },
      }),
      deliveries: this.#remote(stores.deliveries),
      flowCounts: this.#remote(stores.flowCounts),
      idempotency: stores.idempotency,
      authenticationFailures: stores.authenticationFailures,
      bindings: inTimesOf(this.clock, this.#remote(stores.bindings)),
      trunkRegistrations: this.#remote(stores.trunkRegistrations),
      ledger: stores.ledger,
      usage: stores.usage,
      prepare: () => stores.prepare(),
    };
  }
}
