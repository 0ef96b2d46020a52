import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { NodeLeases, NodeReport, NodeState } from './node-leases.js';

/** A lease outlives this many lost renewals, less one. */
export const leaseTtlMs = 10_000;
export const heartbeatMs = 2000;

export interface NodeHeartbeatSettings {
  readonly nodeId: string;
  readonly leases: NodeLeases;
  /** What to say; `lagMs` is how late this beat is. */
  readonly report: (lagMs: number) => NodeReport;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when a lease that had run out was taken again: others may have taken the node for dead meanwhile. */
  readonly onRevived?: () => void;
}

/** Keeps this node's lease, tells the others what it carries, and hears what they do. */
export class NodeHeartbeat {
  readonly #settings: NodeHeartbeatSettings;
  #others: readonly NodeState[] = [];
  #cancel: (() => void) | undefined;
  #stopped = false;
  #underWay: Promise<void> = Promise.resolve();
  #leaseUntil = Number.POSITIVE_INFINITY;

  constructor(settings: NodeHeartbeatSettings) {
    this.#settings = settings;
  }

  /** Takes the lease. Rejects where the first renewal fails: a node without a lease must take no call. */
  async start(): Promise<void> {
    await this.#beat(0);
    this.#schedule();
  }

  /** Tells the others at once what changed. Never rejects: the next beat tells them too. */
  async announce(): Promise<void> {
    if (this.#stopped) return;
    const before = this.#underWay;
    this.#underWay = before.then(() => this.#beat(0)).catch((error: unknown) => this.#notRenewed(error));
    await this.#underWay;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#underWay;
    const { leases, nodeId, logger } = this.#settings;
    await leases.release(nodeId).catch((error: unknown) => {
      logger.warn({ err: error }, "This node's lease was not given up; it runs out by itself.");
    });
  }

  /** Calls of an account or trunk on the other nodes, as they said at our last beat. */
  readonly elsewhere = (kind: 'account' | 'trunk', id: string): number =>
    this.#others.reduce((sum, { counts }) => sum + (counts[kind === 'account' ? 'accounts' : 'trunks'][id] ?? 0), 0);

  #schedule(): void {
    if (this.#stopped) return;
    const { clock } = this.#settings;
    const due = clock.monotonic() + heartbeatMs;
    this.#cancel = clock.after(heartbeatMs, () => {
      const lagMs = Math.max(0, clock.monotonic() - due);
      this.#underWay = this.#underWay
        .then(() => this.#beat(lagMs))
        .catch((error: unknown) => this.#notRenewed(error))
        .finally(() => this.#schedule());
    });
  }

  #notRenewed(error: unknown): void {
    this.#settings.logger.error({ err: error }, "This node's lease was not renewed.");
  }

  async #beat(lagMs: number): Promise<void> {
    const { leases, nodeId, report, clock, onRevived } = this.#settings;
    const asked = clock.monotonic();
    await leases.renew(nodeId, leaseTtlMs, report(lagMs));
    const lapsed = asked > this.#leaseUntil;
    this.#leaseUntil = asked + leaseTtlMs;
    if (lapsed) onRevived?.();
    // A beat under way while we stop must not bring the lease back.
    if (this.#stopped) return leases.release(nodeId);
    this.#others = (await leases.alive()).filter((node) => node.nodeId !== nodeId);
  }
}
