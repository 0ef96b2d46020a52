import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { EdgePlan } from '@hookswitch/media/port/sip-edge';
import type { NodeLeases } from '../nodes/index.js';
import { timestamp } from '../store/timestamp.js';
import { enabledTrunks, type TrunkStore } from '../trunks/index.js';
import { bansByHand } from './bans-of.js';
import { edgeNodes, type KeptNode } from './edge-plan.js';
import { lasts, type SipBanStore } from './sip-ban.js';

/** Trunks and bans change seldom, and there may be many, milliseconds. */
const listsMs = 3_000;

export interface ReadPlanSettings {
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly trunks: Pick<TrunkStore, 'acrossAccounts'>;
  readonly sipBans: SipBanStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the edge should be told, out of leases, trunks and bans. Rejects where leases cannot be read, or nothing was read so far. */
export class ReadPlan {
  readonly #settings: ReadPlanSettings;
  #nodes: readonly KeptNode[] = [];
  #lists: Pick<EdgePlan, 'sources' | 'banned'> | undefined;
  #listsReadAt = Number.NEGATIVE_INFINITY;

  constructor(settings: ReadPlanSettings) {
    this.#settings = settings;
  }

  /** Trunks and bans are read anew the next time. */
  forgetLists(): void {
    this.#listsReadAt = Number.NEGATIVE_INFINITY;
  }

  async read(): Promise<EdgePlan> {
    const { leases, clock } = this.#settings;
    const now = clock.now();
    this.#nodes = edgeNodes(await leases.alive(), this.#nodes, now);
    const known = now - this.#listsReadAt < listsMs ? this.#lists : undefined;
    const lists = known ?? (await this.#readLists(now));
    return { nodes: this.#nodes.map(({ seenAt: _, ...node }) => node), ...lists };
  }

  /** Those read last where they cannot be read now: nodes come and go meanwhile. */
  async #readLists(now: number): Promise<Pick<EdgePlan, 'sources' | 'banned'>> {
    try {
      this.#lists = { sources: await this.#sources(), banned: await this.#banned() };
      this.#listsReadAt = now;
    } catch (error) {
      if (!this.#lists) throw error;
      this.#settings.logger.warn(
        { err: error },
        'Trunks and bans for the SIP edge could not be read; they stay as they are.',
      );
    }
    return this.#lists;
  }

  async #sources(): Promise<string[]> {
    const sources: string[] = [];
    for await (const { inbound } of enabledTrunks(this.#settings.trunks)) sources.push(...(inbound?.addresses ?? []));
    return sources.sort();
  }

  /** Those that are over are put away. */
  async #banned(): Promise<string[]> {
    const { sipBans, clock } = this.#settings;
    const now = timestamp(clock);
    const bans = await bansByHand(sipBans);
    for (const ban of bans) if (!lasts(ban, now)) await sipBans.remove(ban.accountId, ban.id);
    return bans
      .filter((ban) => lasts(ban, now))
      .map(({ network }) => network)
      .sort();
  }
}
