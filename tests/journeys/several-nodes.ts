import type { ApiAnswer } from '../installation/api-client.js';
import { PlatformProcess } from '../installation/platform-process.js';
import { dataServers, World, type WorldOptions } from './world.js';

/** A node as the API shows it. */
export interface NodeView {
  readonly id: string;
  readonly state: 'active' | 'draining' | 'drained';
  readonly calls: number;
  readonly maxCalls: number;
  readonly sip: readonly string[];
  readonly startedAt: string;
  readonly reportedAt: string;
  readonly drain: { readonly since: string; readonly endsCallsAt: string | null; readonly stops: boolean } | null;
}

export interface SeveralNodesOptions extends WorldOptions {
  /** How many media nodes. Default 2. */
  readonly nodes?: number;
  /** The sound of each node is in a process of its own, so that its calls outlive it. Default false. */
  readonly ownSound?: boolean;
  /** Where each node listens, as SIP_LISTEN; a free port for 0. Default: on UDP. */
  readonly sipListen?: string;
  /** Settings of one node. */
  readonly settingsOf?: (nodeId: string) => Readonly<Record<string, string>>;
}

/**
 * An installation of several machines: one process with the API, one with workers and routing, and media nodes `media-1`, `media-2` …, on one MongoDB, one Redis and one
 * data folder.
 */
export class SeveralNodes {
  readonly #options: SeveralNodesOptions;
  readonly #nodes = new Map<string, PlatformProcess>();
  readonly #sound = new Map<string, PlatformProcess>();
  /** Every process that was started, also one that nobody got to know since another one failed. */
  readonly #starts: Promise<PlatformProcess>[] = [];
  #http: PlatformProcess | undefined;
  #workers: PlatformProcess | undefined;
  #world: World | undefined;

  constructor(options: SeveralNodesOptions) {
    this.#options = options;
  }

  /** Rejects where one of them does not start; the others are ended then. */
  async start(): Promise<World> {
    try {
      return await this.#start();
    } catch (error) {
      for (const started of await Promise.allSettled(this.#starts)) {
        if (started.status === 'fulfilled') await started.value.kill();
      }
      throw error;
    }
  }

  async #start(): Promise<World> {
    this.#http = await this.#process({ ROLES: 'http' });
    const { dataFolder } = this.#http;
    const ids = Array.from({ length: this.#options.nodes ?? 2 }, (_, at) => `media-${at + 1}`);
    const sound = this.#options.ownSound ? await Promise.all(ids.map((id) => this.#soundOf(id, dataFolder))) : [];
    const [workers, ...nodes] = await Promise.all([
      this.#process({ ROLES: 'workers,routing' }, dataFolder),
      ...ids.map((id) => this.#node(id, dataFolder)),
    ]);
    this.#workers = workers;
    for (const [at, id] of ids.entries()) {
      if (sound[at]) this.#sound.set(id, sound[at]);
      this.#nodes.set(id, nodes[at]!);
    }
    this.#world = await World.around([this.#http, ...this.#sound.values(), ...this.#nodes.values(), this.#workers]);
    return this.#world;
  }

  get ids(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  get http(): PlatformProcess {
    return this.#http!;
  }

  get workers(): PlatformProcess {
    return this.#workers!;
  }

  node(nodeId: string): PlatformProcess {
    return this.#nodes.get(nodeId)!;
  }

  /** The process that carries its sound. */
  sound(nodeId: string): PlatformProcess {
    return this.#sound.get(nodeId)!;
  }

  /** Where phones and carriers reach that node. */
  sip(nodeId: string): { readonly host: string; readonly port: number } {
    return this.node(nodeId).sip!;
  }

  /** `kill -9`. */
  kill(nodeId: string): Promise<void> {
    return this.node(nodeId).kill();
  }

  /** Starts a node that has ended once more, where it was. */
  async startAgain(nodeId: string): Promise<void> {
    const ended = this.node(nodeId);
    const started = await this.#node(nodeId, ended.dataFolder, ended.listening.join(','));
    this.#nodes.set(nodeId, started);
    this.#world!.replace(ended, started);
  }

  async list(): Promise<readonly NodeView[]> {
    return (await this.#world!.api.get<{ items: NodeView[] }>('/v1/nodes')).items;
  }

  /** The node, once it looks as wanted. */
  is(nodeId: string, wanted: (node: NodeView) => boolean): Promise<NodeView> {
    let seen: unknown;
    return this.#world!.eventually(`${nodeId} to be as wanted`, async () => {
      const { status, body } = await this.#world!.api.request<NodeView>('GET', `/v1/nodes/${nodeId}`);
      seen = body;
      return status === 200 && wanted(body) ? body : undefined;
    }).catch((error: Error) => {
      throw new Error(`${error.message}; it is ${JSON.stringify(seen)}`);
    });
  }

  drain(nodeId: string, how: { timeLimitSeconds?: number; stop?: boolean } = {}): Promise<ApiAnswer<NodeView>> {
    return this.#world!.api.request<NodeView>('POST', `/v1/nodes/${nodeId}/drain`, how);
  }

  undrain(nodeId: string): Promise<ApiAnswer<NodeView>> {
    return this.#world!.api.request<NodeView>('POST', `/v1/nodes/${nodeId}/undrain`);
  }

  #node(
    nodeId: string,
    dataFolder: string,
    sipListen = this.#options.sipListen ?? 'udp:127.0.0.1:0',
  ): Promise<PlatformProcess> {
    return this.#process(
      {
        ROLES: 'calls',
        NODE_ID: nodeId,
        SIP_LISTEN: sipListen,
        PROBES_PORT: '0',
        ...(this.#options.ownSound ? socketOf(nodeId, dataFolder) : {}),
        ...this.#options.settingsOf?.(nodeId),
      },
      dataFolder,
    );
  }

  #soundOf(nodeId: string, dataFolder: string): Promise<PlatformProcess> {
    return this.#process({ ROLES: 'media', ...socketOf(nodeId, dataFolder) }, dataFolder);
  }

  #process(settings: Readonly<Record<string, string>>, dataFolder?: string): Promise<PlatformProcess> {
    const common = { SIP_SESSION_EXPIRES_SECONDS: '0', ...this.#options.settings };
    const started = PlatformProcess.start({
      settings: { ...dataServers(this.#options), ...common, ...settings },
      ...(dataFolder === undefined ? {} : { dataFolder }),
    });
    this.#starts.push(started);
    return started;
  }
}

function socketOf(nodeId: string, dataFolder: string): Record<string, string> {
  return { MEDIA_PLANE_SOCKET: `${dataFolder}/${nodeId}.sock` };
}
