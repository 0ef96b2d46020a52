import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { NodeLeases } from '../nodes/index.js';
import type { ConferenceClaims } from './conference-claims.js';
import type { ConferenceHost } from './conference-host.js';
import type { ConferenceSeat } from './conference-seat.js';
import type { ConferenceSeats } from './conference-seats.js';

/** How often it looks, milliseconds. */
const lookMs = 1000;

export interface ConferenceWatchDeps {
  readonly nodeId: string;
  readonly claims: ConferenceClaims;
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly host: ConferenceHost;
  readonly seats: ConferenceSeats;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keeps this node's claims, and finds out what died: the node that mixes a conference of our calls, or one whose calls are in a conference of ours. Whatever is missed is believed
 * dead when it was missed twice, so that a Redis that comes back empty breaks nothing. It sleeps while there are no conferences.
 */
export class ConferenceWatch {
  readonly #deps: ConferenceWatchDeps;
  /** What was missed at the last look: seats whose conference nobody had, and nodes. */
  #missed: ReadonlySet<unknown> = new Set();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(deps: ConferenceWatchDeps) {
    this.#deps = deps;
  }

  /** There is a conference to watch. */
  begin(): void {
    if (this.#cancel || this.#stopped) return;
    this.#cancel = this.#deps.clock.after(lookMs, () => void this.#look());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #look(): Promise<void> {
    const { host, logger } = this.#deps;
    try {
      await host.renewClaims();
      const missing = new Set([...(await this.#lostSeats()), ...(await this.#lostNodes())]);
      this.#missed = missing;
    } catch (error) {
      logger.warn({ err: error }, 'Whose conferences are whose could not be looked up; the next second tries again.');
    }
    this.#cancel = undefined;
    if (host.size > 0 || this.#away.length > 0) this.begin();
  }

  /** Our calls in conferences elsewhere. */
  get #away(): readonly ConferenceSeat[] {
    const { seats, nodeId } = this.#deps;
    return seats.all.filter(({ mixedOn }) => mixedOn !== undefined && mixedOn !== nodeId);
  }

  /** Sends those of our calls on whose conference another node has by now, or nobody. Answers those missed for the first time. */
  async #lostSeats(): Promise<readonly ConferenceSeat[]> {
    const away = this.#away;
    const owners = await this.#deps.claims.owners(away.map(({ joining }) => joining));
    const missed: ConferenceSeat[] = [];
    for (const [index, seat] of away.entries()) {
      const owner = owners[index];
      if (owner === seat.mixedOn) continue;
      if (owner !== undefined || this.#missed.has(seat)) seat.lost();
      else missed.push(seat);
    }
    return missed;
  }

  /** Takes the calls of dead nodes out of our conferences. */
  async #lostNodes(): Promise<readonly string[]> {
    const { host, leases } = this.#deps;
    const nodes = [...host.otherNodes];
    if (nodes.length === 0) return [];
    const alive = new Set((await leases.alive()).map(({ nodeId }) => nodeId));
    const missing = nodes.filter((nodeId) => !alive.has(nodeId));
    for (const nodeId of missing) if (this.#missed.has(nodeId)) host.nodeLost(nodeId);
    return missing;
  }
}
