import type { CallStore } from '@hookswitch/api/call-records/index';
import type { CallControl } from '@hookswitch/api/calls/index';
import { BaseError } from '@hookswitch/kernel/base-error';
import { idMaker, type NewId } from '@hookswitch/kernel/ids';
import { createLogger, type Logger } from '@hookswitch/kernel/logger';
import { VirtualNetwork } from '@hookswitch/media/net/virtual-network';
import { Chance } from './chance.js';
import { checkStopped } from './check-rest.js';
import { DataCentre } from './data-centre.js';
import { openDeveloperBackend } from './developer-backend.js';
import { History } from './history.js';
import { carrierProxy, friendsHost, type Installation, install } from './installation.js';
import { Internet } from './internet.js';
import { KeptSound } from './kept-sound.js';
import { planCallee } from './line-plan.js';
import { Mortal } from './mortal.js';
import { Deaf, MortalNetwork } from './mortal-network.js';
import { Phone } from './phone.js';
import type { ScriptWorld } from './random-script.js';
import { SimulatedProcess } from './simulated-process.js';
import type { StoreWeather } from './store-weather.js';
import type { Violation } from './violation.js';
import { VirtualClock } from './virtual-clock.js';
import { WebhookReceivers } from './webhook-receivers.js';

export interface WorldOptions {
  readonly seed: number;
  /** Processes of the platform. By chance where left away. */
  readonly nodes?: number;
  /** Phones send a packet of sound so often, milliseconds: 20 is what real ones do, the default 500 is much cheaper. */
  readonly soundEveryMs?: number;
  /** Told each line of the history. */
  readonly onLine?: (line: string) => void;
}

/** The longest that a script's last request takes, tries and all. */
const afterCallMs = 60_000;

/** A process that was killed, with the calls it owned. */
export interface Killed {
  readonly nodeId: string;
  readonly at: number;
}

/** Something that broke without an invariant of a call: an error nobody expects. */
export interface Fault {
  readonly text: string;
}

/** One simulated world: an installation of the platform, phones, a developer, a network, a clock. All of it follows from the seed. */
export class World {
  readonly seed: number;
  readonly clock = new VirtualClock();
  readonly chance: Chance;
  readonly history: History;
  readonly network: VirtualNetwork;
  readonly deaf = new Deaf();
  readonly dataCentre: DataCentre;
  readonly internet = new Internet();
  readonly receivers: WebhookReceivers;
  readonly newId: NewId;
  readonly processes: SimulatedProcess[] = [];
  readonly killed: Killed[] = [];
  /** How often the clock of a process was set. */
  clocksSet = 0;
  readonly faults: Fault[] = [];
  /** What stopped processes left. */
  readonly leftovers: Violation[] = [];
  readonly phones: Phone[] = [];
  readonly endpointPhones: { phone: Phone; username: string; password: string; node: string }[] = [];
  readonly calls: CallStore;
  readonly callStatusUrl: string;
  /** Carries the sound of all nodes in a world where calls outlive their process. */
  readonly sound: KeptSound | undefined;
  /** Whether databases fail in this world. */
  readonly shaky: boolean;
  scripts: ScriptWorld = { numbers: [], endpoints: [], sipUris: [], sounds: [] };
  installation!: Installation;
  readonly #options: WorldOptions;
  readonly #nodes: number;
  readonly #logger: (who: string) => Logger;
  readonly #phonesAlive = new Mortal();
  #storeWeather: StoreWeather;
  #nextCaller = 10;
  #born = 0;

  constructor(options: WorldOptions) {
    const { seed } = options;
    this.seed = seed;
    this.#options = options;
    this.chance = Chance.seeded(seed, 0);
    const { chance, clock } = this;
    this.history = new History(clock, options.onLine);
    this.network = new VirtualNetwork(clock, Chance.seeded(seed, 1).random);
    this.dataCentre = new DataCentre(clock);
    this.newId = idMaker(clock, Chance.seeded(seed, 2).random);
    this.receivers = new WebhookReceivers(this.internet, chance, (who, what) => this.history.note(who, what));
    this.callStatusUrl = this.receivers.open('call-status', chance.one(['good', 'flaky']));
    this.#nodes = options.nodes ?? Number(chance.weighted({ 1: 6, 2: 3, 3: 1 }));
    this.shaky = chance.happens(0.15);
    this.#storeWeather = {
      slowestMs: chance.one([0, 5, 50]),
      failures: this.shaky ? chance.one([0.002, 0.02]) : 0,
    };
    this.calls = this.dataCentre.stores.calls({ clock, newId: this.newId });
    this.#logger = (who) => this.#makeLogger(who);
    const chanceOfSound = Chance.seeded(seed, 3);
    this.sound = chanceOfSound.happens(0.5)
      ? new KeptSound({
          clock,
          chance: chanceOfSound,
          network: this.network,
          deaf: this.deaf,
          captures: this.dataCentre.disk,
          logger: this.#logger('sound'),
        })
      : undefined;
  }

  note(who: string, what: string): void {
    this.history.note(who, what);
  }

  /** Brings the installation, its processes and the phones to life. */
  async open(): Promise<void> {
    const { chance, clock, dataCentre, network } = this;
    const stormy = chance.happens(0.7);
    if (stormy) {
      network.setConditions({
        delayMs: chance.between(1, 60),
        jitterMs: chance.between(0, 60),
        loss: chance.between(0, 8) / 100,
        duplicate: chance.between(0, 5) / 100,
      });
    }
    this.installation = await install(dataCentre.stores, clock, chance, this.receivers);
    network.name(friendsHost, ['10.0.3.1']);
    this.scripts = {
      numbers: Array.from({ length: 5 }, (_, at) => `+1415555020${at}`),
      endpoints: this.installation.endpoints.map(({ username }) => username),
      sipUris: [`sip:someone@${friendsHost}`, `sip:else@${friendsHost}`],
      sounds: ['https://sounds.example/a.wav', 'https://sounds.example/longer-sound.wav'],
    };
    openDeveloperBackend(this.internet, {
      chance,
      world: this.scripts,
      trouble: chance.one([0, 0.1, 0.3]),
      note: (who, what) => this.history.note(who, what),
    });
    for (let node = 1; node <= this.#nodes; node++) void this.startProcess(`10.0.0.${node}`);
    await clock.run(5000, () => this.processes.every((one) => one.started));
    await this.#phone('carrier', carrierProxy);
    await this.#phone('friends', '10.0.3.1');
    for (const [at, { username, password }] of this.installation.endpoints.entries()) {
      const phone = await this.#phone(username, `10.0.2.${at + 1}`);
      const node = this.someNode().address;
      this.endpointPhones.push({ phone, username, password, node });
      phone.register(node, username, password);
    }
    await clock.run(2000);
  }

  /** A new process on that address; one that cannot start is started again, as a supervisor does. Resolves when it is up, or never where it is killed before. */
  async startProcess(address: string): Promise<void> {
    const name = `node-${++this.#born}`;
    const process = new SimulatedProcess({
      name,
      // Only where calls outlive their process there is anything to find under its name.
      nodeId: this.sound ? `node-at-${address}` : name,
      ...(this.sound && { sound: this.sound }),
      address,
      clock: this.clock,
      chance: Chance.seeded(this.seed, 100 + this.#born),
      network: this.network,
      deaf: this.deaf,
      internet: this.internet,
      dataCentre: this.dataCentre,
      storeWeather: () => this.#storeWeather,
      logger: this.#logger(name),
    });
    this.processes.push(process);
    this.note(name, 'starts');
    try {
      await process.start();
      this.note(name, 'is up');
    } catch (error) {
      this.note(name, `cannot start: ${String(error)}`);
      if (!this.shaky) this.faults.push({ text: `${name} cannot start: ${String(error)}` });
      process.kill();
      this.clock.after(1000, () => void this.startProcess(address));
    }
  }

  /** Kills one process as `kill -9`; another takes its address soon. Nothing happens where none is up. */
  kill(): void {
    const up = this.alive.filter((one) => one.started);
    if (up.length === 0) return;
    const victim = this.chance.one(up);
    this.note(victim.name, 'is killed');
    this.killed.push({ nodeId: victim.nodeId, at: this.clock.now() });
    victim.kill();
    this.clock.after(this.chance.between(200, 3000), () => void this.startProcess(victim.address));
  }

  /** Stops one process as SIGTERM does, calls and all, while another comes up elsewhere. Nothing happens where none is up. */
  retire(): void {
    const up = this.serving;
    if (up.length === 0) return;
    const leaving = this.chance.one(up);
    this.note(leaving.name, 'is asked to stop');
    leaving.retiring = true;
    void this.startProcess(`10.0.0.${100 + this.#born}`);
    void leaving.platform.stop().then(() => {
      this.note(leaving.name, 'stopped');
      // The request that a script makes after its call has ended is not waited for by `stop`; it may take so long.
      this.clock.after(afterCallMs, () => {
        this.leftovers.push(...checkStopped(leaving));
        leaving.kill();
      });
    });
  }

  /** Somebody sets the clock of one process, and sets it right some seconds later. Nothing happens where none is up. */
  setAClock(): void {
    const up = this.alive.filter((one) => one.started);
    if (up.length === 0) return;
    const { clock, name } = this.chance.one(up);
    const ms = this.chance.one([-3_600_000, -90_000, 90_000, 3_600_000]);
    this.note(name, `has its clock set by ${ms / 1000} s`);
    this.clocksSet += 1;
    clock.setAhead(ms);
    this.clock.after(this.chance.between(1_000, 30_000), () => clock.setAhead(0));
  }

  /** Whether a living process has this call. */
  has(callId: string): boolean {
    return this.alive.some((one) => one.started && one.platform.callRole!.calls.registry.get(callId));
  }

  /** Processes that live. */
  get alive(): readonly SimulatedProcess[] {
    return this.processes.filter((one) => one.alive);
  }

  /** Processes that take calls. */
  get serving(): readonly SimulatedProcess[] {
    return this.alive.filter((one) => one.started && !one.retiring);
  }

  someNode(): SimulatedProcess {
    const up = this.serving;
    return this.chance.one(up.length > 0 ? up : this.processes.filter((one) => one.started));
  }

  /** A caller of the carrier's, with an address of its own. */
  newCaller(): Promise<Phone> {
    const address = `10.0.1.${this.#nextCaller++}`;
    return this.#phone(`caller ${address}`, address);
  }

  /** Asks the API at a process. An answer that its death swallows counts as one that never came. */
  asApi<Result>(at: SimulatedProcess, ask: (control: CallControl) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const died = () => reject(new BaseError('unavailable', 'died', 'The process was killed meanwhile.'));
      if (!at.alive) return died();
      const stop = at.mortal.onDeath(died);
      ask(at.platform.callRole!.calls.control).finally(stop).then(resolve, reject);
    });
  }

  /** An error that the API may not have answered with. */
  unexpected(error: unknown, what: string): void {
    if (this.shaky) return;
    if (!(error instanceof BaseError) || error.kind === 'bug') {
      this.faults.push({ text: `${what} broke: ${error instanceof Error ? error.stack : String(error)}` });
    }
  }

  /** The weather clears up: nothing is lost any more, databases are well, receivers take what they are sent. */
  calm(): void {
    this.note('world', 'calm');
    this.network.setConditions({ delayMs: 5, jitterMs: 0, loss: 0, duplicate: 0 });
    this.#storeWeather = { ...this.#storeWeather, failures: 0 };
    this.receivers.calm();
    for (const { phone } of this.endpointPhones) phone.unregister();
  }

  async #phone(name: string, address: string): Promise<Phone> {
    const phone = await new Phone({
      name,
      clock: this.clock,
      chance: this.chance,
      network: new MortalNetwork(this.network, this.#phonesAlive, this.deaf),
      deaf: this.deaf,
      address,
      soundEveryMs: this.#options.soundEveryMs ?? 500,
      planCallee,
      note: (who, what) => this.history.note(who, what),
    }).open();
    this.phones.push(phone);
    return phone;
  }

  #makeLogger(who: string): Logger {
    return createLogger({
      level: 'warn',
      destination: {
        write: (text: string) => {
          const entry = JSON.parse(text) as { level: number; msg?: string; err?: { message?: string; stack?: string } };
          this.note(who, `logs: ${entry.msg}${entry.err ? ` (${entry.err.message})` : ''}`);
          if (entry.level >= 50 && !this.shaky) {
            this.faults.push({ text: `${who} logged an error: ${entry.msg} ${entry.err?.stack ?? ''}` });
          }
          return true;
        },
      } as unknown as NodeJS.WritableStream,
    });
  }
}
