import { PlatformProcess } from '../installation/platform-process.js';
import { dataServers, World, type WorldOptions } from './world.js';

type Role = 'http' | 'calls' | 'workers';

/** The platform as three processes on one MongoDB, one Redis and one data folder. */
export class ThreeProcesses {
  readonly #options: WorldOptions;
  readonly #running = new Map<Role, PlatformProcess>();
  #world: World | undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  async start(): Promise<World> {
    // The one with the API makes the data folder and the first account.
    const http = await this.#start('http');
    const [calls, workers] = await Promise.all([
      this.#start('calls', http.dataFolder),
      this.#start('workers', http.dataFolder),
    ]);
    this.#world = await World.around([http, calls, workers]);
    return this.#world;
  }

  process(role: Role): PlatformProcess {
    return this.#running.get(role)!;
  }

  /** `kill -9`. */
  kill(role: Role): Promise<void> {
    return this.process(role).kill();
  }

  /** Starts one that was killed once more, with the SIP address it had. */
  async startAgain(role: Role): Promise<void> {
    const killed = this.process(role);
    this.#world!.replace(killed, await this.#start(role, killed.dataFolder, killed.sip?.port));
  }

  async #start(role: Role, dataFolder?: string, sipPort = 0): Promise<PlatformProcess> {
    const started = await PlatformProcess.start({
      settings: {
        ...dataServers(this.#options),
        ROLES: role === 'workers' ? 'workers,routing' : role,
        SIP_LISTEN: `udp:127.0.0.1:${sipPort}`,
        SIP_SESSION_EXPIRES_SECONDS: '0',
        // What is open in it is read there.
        ...(role === 'calls' ? { PROBES_PORT: '0' } : {}),
        ...this.#options.settings,
      },
      ...(dataFolder === undefined ? {} : { dataFolder }),
    });
    this.#running.set(role, started);
    return started;
  }
}
