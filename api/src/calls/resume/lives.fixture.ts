import type { Clock } from '@hookswitch/kernel/clock';
import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine, type FakeFarEnd, FakeOutside } from '@hookswitch/media/drivers/fake/index';
import type { Call } from '../../call-records/call.js';
import { MemoryCallStore } from '../../call-records/memory-call-store.js';
import { MemoryEventStore } from '../../events/memory-event-store.js';
import type { CommandChannel } from '../../nodes/command-channel.js';
import { MemoryCommandChannel } from '../../nodes/memory-command-channel.js';
import { MemoryNodeLeases } from '../../nodes/memory-node-leases.js';
import { ScriptedOutboundHttp } from '../../outbound-http/index.js';
import { RecordCall } from '../../recordings/record-call.js';
import { recordingCollection } from '../../recordings/recording.js';
import { createHttpScriptSource, createScriptRunner, defaultScriptSettings } from '../../scripting/index.js';
import { AesSecretBox } from '../../secrets/index.js';
import { createMemorySpeech } from '../../speech/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import {
  accountId,
  applicationId,
  buildCallsForTests,
  type CallsForTestsOptions,
  scriptUrl,
} from '../calls-node.fixture.js';
import { MemoryKeptCallStore } from './memory-kept-call-store.js';

/** One process: its timers and what it waits for end with it. */
class Mortal {
  alive = true;
  readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, act) => clock.after(ms, () => this.alive && act()),
    };
  }

  /** The store as that process has it: asked by nobody, and answering nobody, who is dead. */
  guard<Store extends object>(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          if (!this.alive) return new Promise(() => {});
          const answer = (value as (...all: unknown[]) => unknown).apply(target, given);
          if (!(answer instanceof Promise)) return answer;
          return new Promise((resolve, reject) =>
            answer.then(
              (came) => this.alive && resolve(came),
              (error: unknown) => this.alive && reject(error),
            ),
          );
        };
      },
    });
  }
}

/** A node whose processes follow each other, with all that outlives them: phones, carriers and sound, stores, and the developer's backend. */
export class Lives {
  readonly clock = new ManualClock();
  readonly outside = new FakeOutside({ clock: this.clock, save: async () => {} });
  readonly newId = idMaker(this.clock, seededRandom(5));
  readonly store = new MemoryCallStore({ clock: this.clock, newId: this.newId });
  readonly leases = new MemoryNodeLeases(this.clock);
  readonly commands = new MemoryCommandChannel({ clock: this.clock });
  readonly keptCalls = new MemoryKeptCallStore(this.clock);
  readonly recordings = new MemoryTenantCollection(recordingCollection);
  readonly events = new MemoryEventStore();
  readonly secretBox = new AesSecretBox([Buffer.alloc(32, 3)], seededRandom(6));
  readonly http = new ScriptedOutboundHttp();
  /** Far ends that were rung, in order. */
  readonly dialled: FakeFarEnd[] = [];
  /** Processes that learned that another took their place. */
  readonly takenOver: number[] = [];
  #mortal = new Mortal(this.clock);
  #kit: Awaited<ReturnType<Lives['build']>> | undefined;
  #born = 0;
  #stopListening = async () => {};

  constructor() {
    this.outside.network.events.on('dialled', (farEnd) => this.dialled.push(farEnd));
  }

  /** The process that is up. */
  get kit() {
    return this.#kit!;
  }

  /** Bodies of the script requests so far. */
  get questions(): { url: string; call: Record<string, unknown>; result?: Record<string, unknown> }[] {
    return this.http.requests.map(({ url, body }) => ({ url, ...JSON.parse(String(body)) }));
  }

  /** A new process of the node. */
  async begin(options: Partial<CallsForTestsOptions> = {}): Promise<this> {
    this.#kit = this.build(options);
    await this.#kit.calls.start();
    await this.#kit.engine.start();
    await this.#kit.calls.listening(['udp:127.0.0.1:5060']);
    return this;
  }

  build(options: Partial<CallsForTestsOptions>) {
    const mortal = new Mortal(this.clock);
    this.#mortal = mortal;
    const { clock } = mortal;
    const number = ++this.#born;
    const engine = createFakeEngine({
      clock,
      random: seededRandom(100 + number),
      outside: this.outside,
      snapshots: true,
    });
    const { newId, http } = this;
    const store = mortal.guard(this.store);
    const recordings = new RecordCall({
      calls: store,
      recordings: mortal.guard(this.recordings),
      events: mortal.guard(this.events),
      newId,
      clock,
      logger: silentLogger,
      captureDirectory: '/captures',
      onCaptured: () => {},
      makeFolder: async () => {},
    });
    const runner = createScriptRunner({
      clock,
      logger: silentLogger,
      source: createHttpScriptSource({
        http: mortal.guard(http),
        clock,
        newId,
        settings: defaultScriptSettings,
      }),
      audio: {
        resolve: async () => ({ kind: 'audio', key: 'a', sampleRate: 8000, samples: new Int16Array(80_000) }),
      },
      speech: createMemorySpeech(),
      recorder: recordings,
      settings: defaultScriptSettings,
    });
    const kit = buildCallsForTests({
      clock,
      engine,
      seed: number,
      shared: { store, leases: mortal.guard(this.leases), commands: this.#commandsOf(mortal) },
      runner,
      recorder: recordings,
      survival: {
        keptCalls: mortal.guard(this.keptCalls),
        secretBox: this.secretBox,
        owner: `process ${number}`,
        recordings,
        formerContacts: async () => ({
          settle: () => ({ talking: new Set(), goOn: async () => {} }),
        }),
        onTakenOver: () => {
          this.takenOver.push(number);
          this.kill();
        },
      },
      ...options,
    });
    const signingSecrets = [`whsec_${Buffer.alloc(24, 4).toString('base64')}`];
    kit.routing.saveAccount({ ...kit.account, signingSecrets });
    kit.routing.saveApplication(accountId, { id: applicationId, script: { url: scriptUrl }, signingSecrets });
    return { ...kit, engine };
  }

  #commandsOf(mortal: Mortal): CommandChannel {
    return {
      send: mortal.guard(this.commands).send,
      listen: async (nodeId, handle) => {
        this.#stopListening = await this.commands.listen(nodeId, handle);
        return this.#stopListening;
      },
    };
  }

  /** As `kill -9`: phones hear on, and nobody is told. Its place in the command channel is empty at once. */
  kill(): void {
    this.#mortal.alive = false;
    this.kit.engine.die();
    void this.#stopListening();
  }

  /** Killed, and followed by another after that time. */
  async restart(awayMs = 1500, options: Partial<CallsForTestsOptions> = {}): Promise<void> {
    this.kill();
    await this.pass(awayMs);
    await this.begin(options);
    await this.pass(0);
  }

  /** All calls, in the order in which they were made. */
  async records(): Promise<readonly Call[]> {
    const all = await this.store.list(accountId, {}, { limit: 100 });
    return [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Moves time on; promises run after every timer. */
  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
    for (let turn = 0; turn < 5; turn++) await this.clock.advanceAsync(0);
  }

  /** A caller whose call runs these verbs. */
  async call(verbs: readonly unknown[]): Promise<FakeFarEnd> {
    this.http.on(scriptUrl, JSON.stringify(verbs));
    const caller = this.outside.network.call({
      from: '+12025550100',
      to: '+14155550100',
      source: { kind: 'trunk', id: `TK${'4'.repeat(32)}` },
    });
    await this.pass(200);
    return caller;
  }
}
