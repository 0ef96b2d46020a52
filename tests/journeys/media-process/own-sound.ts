import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformProcess } from '../../installation/platform-process.js';
import { dataServers, World, type WorldOptions } from '../world.js';

/** A node whose sound is in a process of its own, and that process. */
export class OwnSound {
  readonly dataFolder = mkdtempSync(join(tmpdir(), 'own-sound-'));
  readonly #options: WorldOptions;
  #media!: PlatformProcess;
  #world!: World;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  async start(): Promise<World> {
    this.#media = await this.startMedia();
    this.#world = await World.around([await this.startNode()]);
    return this.#world;
  }

  /** The process with the role `media`. */
  get media(): PlatformProcess {
    return this.#media;
  }

  async startMedia(): Promise<PlatformProcess> {
    this.#media = await PlatformProcess.start({
      dataFolder: this.dataFolder,
      settings: { ...this.#settings, ROLES: 'media', PROBES_PORT: '0' },
    });
    return this.#media;
  }

  /** A process with all other roles; another one has the same name. */
  startNode(settings: Readonly<Record<string, string>> = {}): Promise<PlatformProcess> {
    return PlatformProcess.start({
      dataFolder: this.dataFolder,
      settings: {
        ...dataServers(this.#options),
        SIP_SESSION_EXPIRES_SECONDS: '0',
        NODE_ID: 'media-1',
        ...this.#settings,
        ...settings,
      },
    });
  }

  /** What `/readyz` of the node says. */
  async readyz(): Promise<{ status: number; parts: Record<string, string> }> {
    const answer = await fetch(`${this.#world.platform.httpUrl}/readyz`);
    const { parts } = (await answer.json()) as { parts: Record<string, string> };
    return { status: answer.status, parts };
  }

  /** A value of the media process's metrics. */
  async open(kind: 'legs' | 'ports' | 'recordings' | 'orphans'): Promise<number> {
    const text = await (await fetch(`${this.#media.probesUrl}/metrics`)).text();
    return Number(new RegExp(`^hookswitch_media_open\\{kind="${kind}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
  }

  /** After the world was stopped. */
  async stop(): Promise<void> {
    await this.#media.stop();
    rmSync(this.dataFolder, { recursive: true, force: true });
  }

  get #settings(): Record<string, string> {
    return { MEDIA_PLANE_SOCKET: join(this.dataFolder, 'media.sock'), ...this.#options.settings };
  }
}
