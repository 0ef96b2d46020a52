import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { EdgeHealth, SipEdge } from '@hookswitch/media/port/sip-edge';
import type { NodeLeases } from '../calls/index.js';
import { enabledTrunks, type TrunkStore } from '../trunks/index.js';
import { edgeNodes, type KeptNode } from './edge-plan.js';

const lookMs = 1_000;
/** Trunks change seldom, and there may be many. */
const trunksMs = 3_000;
/** Outlives some lost renewals. */
const leaseMs = 6_000;

/** Lets one process at a time do it. */
export interface EdgeLease {
  /** Takes or prolongs it; whether it is held then. */
  hold(ttlMs: number): Promise<boolean>;
  release(): Promise<void>;
}

export interface KeepEdgeSettings {
  readonly edge: SipEdge;
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly trunks: TrunkStore;
  readonly lease: EdgeLease;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tells the edge which nodes and trunks there are, as long as this process holds the lease for it. What cannot be read leaves the edge as it is. */
export class KeepEdge {
  readonly #settings: KeepEdgeSettings;
  #nodes: readonly KeptNode[] = [];
  #sources: readonly string[] = [];
  #sourcesReadAt = Number.NEGATIVE_INFINITY;
  #told = '';
  #holds = false;
  #stopped = false;
  #cancel = () => {};
  #underWay: Promise<void> = Promise.resolve();

  constructor(settings: KeepEdgeSettings) {
    this.#settings = settings;
  }

  start(): void {
    this.#underWay = this.#round();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#underWay;
    await this.#settings.edge.stop();
    if (!this.#holds) return;
    await this.#settings.lease.release().catch((error: unknown) => {
      this.#settings.logger.warn({ err: error }, 'The lease for the SIP edge was not given up; it runs out by itself.');
    });
  }

  /** The machines as this process last saw them; none where another process looks after them. */
  health(): readonly EdgeHealth[] {
    return this.#holds ? this.#settings.edge.health() : [];
  }

  async #round(): Promise<void> {
    const { clock, logger } = this.#settings;
    try {
      if (await this.#hasLease()) await this.#tell();
    } catch (error) {
      logger.warn({ err: error }, 'Nodes and trunks for the SIP edge could not be read; it stays as it is.');
    }
    if (this.#stopped) return;
    this.#cancel = clock.after(lookMs, () => {
      this.#underWay = this.#round();
    });
  }

  async #hasLease(): Promise<boolean> {
    const { lease, edge } = this.#settings;
    const held = await lease.hold(leaseMs);
    if (held !== this.#holds) {
      this.#holds = held;
      this.#told = '';
      if (!held) await edge.stop();
    }
    return held;
  }

  async #tell(): Promise<void> {
    const { edge, leases, trunks, clock } = this.#settings;
    const now = clock.now();
    this.#nodes = edgeNodes(await leases.alive(), this.#nodes, now);
    if (now - this.#sourcesReadAt >= trunksMs) {
      const sources: string[] = [];
      for await (const { inbound } of enabledTrunks(trunks)) sources.push(...(inbound?.addresses ?? []));
      this.#sources = sources.sort();
      this.#sourcesReadAt = now;
    }
    // An edge that was told of no node would take the place of one that knows them.
    if (this.#nodes.length === 0 && this.#told === '') return;
    const plan = {
      nodes: this.#nodes.map(({ address, state, weight }) => ({ address, state, weight })),
      sources: this.#sources,
    };
    const text = JSON.stringify(plan);
    if (text === this.#told) return;
    this.#told = text;
    edge.set(plan);
    edge.start();
  }
}
