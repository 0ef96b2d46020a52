import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { EdgeHealth, SipEdge } from '@hookswitch/media/port/sip-edge';
import type { CommandChannel } from '../nodes/index.js';
import { answerForEdge, type EdgeDesk, edgeDeskName, type FoundBans } from './edge-desk.js';
import { ReadPlan, type ReadPlanSettings } from './read-plan.js';

const lookMs = 1_000;
/** Outlives some lost renewals. */
const leaseMs = 6_000;

/** Lets one process at a time do it. */
export interface EdgeLease {
  /** Takes or prolongs it; whether it is held then. */
  hold(ttlMs: number): Promise<boolean>;
  release(): Promise<void>;
}

export interface KeepEdgeSettings extends ReadPlanSettings {
  readonly edge: SipEdge;
  readonly lease: EdgeLease;
  readonly commands: Pick<CommandChannel, 'listen'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Tells the edge which nodes, trunks and bans there are, as long as this process holds the lease for it, and answers for it meanwhile. What cannot be read
 * leaves the edge as it is.
 */
export class KeepEdge implements EdgeDesk {
  readonly #settings: KeepEdgeSettings;
  readonly #plan: ReadPlan;
  #told = '';
  #holds = false;
  #stopped = false;
  #cancel = () => {};
  #closeDesk = async () => {};
  #underWay: Promise<void> = Promise.resolve();

  constructor(settings: KeepEdgeSettings) {
    this.#settings = settings;
    this.#plan = new ReadPlan(settings);
  }

  start(): void {
    void this.#next(() => this.#round());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#underWay;
    await this.#closeDesk();
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

  async found(): Promise<FoundBans> {
    const bans = await this.#settings.edge.bans();
    const machines = this.health().filter(({ up }) => up);
    return { machines: machines.map(({ machine }) => machine), bans };
  }

  async unban(addresses: readonly string[]): Promise<number> {
    let lifted = 0;
    for (const address of addresses) if (await this.#settings.edge.unban(address)) lifted += 1;
    return lifted;
  }

  async lookAgain(): Promise<void> {
    await this.#next(async () => {
      this.#plan.forgetLists();
      await this.#tell();
    });
    await this.#settings.edge.settled();
  }

  /** One thing after another: a plan that is older than the one told last is never told. */
  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#underWay.then(work);
    this.#underWay = done.catch(() => {});
    return done;
  }

  async #round(): Promise<void> {
    const { clock, logger } = this.#settings;
    try {
      if (await this.#hasLease()) await this.#tell();
    } catch (error) {
      logger.warn({ err: error }, 'What the SIP edge should be told could not be read; it stays as it is.');
    }
    if (this.#stopped) return;
    this.#cancel = clock.after(lookMs, () => void this.#next(() => this.#round()));
  }

  async #hasLease(): Promise<boolean> {
    const { lease, edge, commands } = this.#settings;
    const held = await lease.hold(leaseMs);
    if (held !== this.#holds) {
      this.#holds = held;
      this.#told = '';
      await this.#closeDesk();
      this.#closeDesk = held ? await commands.listen(edgeDeskName, answerForEdge(this)) : async () => {};
      if (!held) await edge.stop();
    }
    return held;
  }

  async #tell(): Promise<void> {
    const { edge } = this.#settings;
    const plan = await this.#plan.read();
    // An edge that was told of no node would take the place of one that knows them.
    if (plan.nodes.length === 0 && this.#told === '') return;
    const text = JSON.stringify(plan);
    if (text === this.#told) return;
    this.#told = text;
    edge.set(plan);
    edge.start();
  }
}
