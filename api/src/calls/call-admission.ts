import type { Clock } from '@hookswitch/kernel/clock';
import type { CallCounts } from '../nodes/node-leases.js';
import { CallLimitError } from './call-errors.js';
import type { CallAccount, TrunkLimits } from './routing/call-routing.js';
import { brokenLimit } from './routing/dialing-policy.js';

/** How many calls an account or a trunk has on the other nodes, as last heard. */
export type CallsElsewhere = (kind: 'account' | 'trunk', id: string) => number;

export interface CallAdmissionSettings {
  readonly clock: Clock;
  /** Calls this node carries at most. */
  readonly maxCalls: number;
  /** Calls this node starts a second at most. */
  readonly maxCallsPerSecond: number;
  /** Whether it can carry any now: while it cannot, it has room for none. Default: always. */
  readonly canCarry?: (() => boolean) | undefined;
  readonly elsewhere?: CallsElsewhere;
}

/**
 * Lets calls in up to the caps of account, trunk and node. Counts are what this node's live calls are, plus what the other nodes said at their last
 * heartbeat: nothing is counted up in a shared place, so nothing can leak there.
 */
export class CallAdmission {
  readonly #settings: CallAdmissionSettings;
  readonly #accounts = new Map<string, number>();
  readonly #trunks = new Map<string, number>();
  readonly #rates = new Map<string, StartRate>();
  #total = 0;

  constructor(settings: CallAdmissionSettings) {
    this.#settings = settings;
  }

  /**
   * Takes a place for one call; the answer gives it back (calling it twice is harmless).
   * @throws CallLimitError naming the cap that is reached
   */
  enter(call: {
    direction: 'inbound' | 'outbound';
    account: CallAccount;
    trunk?: TrunkLimits | undefined;
    /** Minutes of outbound calls today. */
    minutesToday?: number;
  }): () => void {
    const { account, trunk, direction } = call;
    const rates = [
      this.#rate('node', this.#settings.maxCallsPerSecond),
      this.#rate(account.id, account.callsPerSecond),
      ...(trunk ? [this.#rate(trunk.id, trunk.callsPerSecond)] : []),
    ] as const;
    const broken = brokenLimit({
      direction,
      node: {
        concurrentCalls: this.#total,
        maxCalls: this.#maxCalls,
        startAllowed: rates[0].allows(),
      },
      account: {
        concurrentCalls: this.concurrentCalls(account.id),
        maxConcurrentCalls: account.concurrentCalls,
        startAllowed: rates[1].allows(),
        minutesToday: call.minutesToday ?? 0,
        maxMinutesPerDay: account.minutesPerDay,
      },
      ...(trunk && rates[2]
        ? {
            trunk: {
              concurrentCalls: (this.#trunks.get(trunk.id) ?? 0) + this.#elsewhere('trunk', trunk.id),
              maxConcurrentCalls: trunk.concurrentCalls,
              startAllowed: rates[2].allows(),
            },
          }
        : {}),
    });
    if (broken) throw new CallLimitError(broken);
    for (const rate of rates) rate.take();
    return this.readmit(account.id, trunk?.id);
  }

  /** As `enter` for a call that is up already, whatever the caps say. */
  readmit(accountId: string, trunkId: string | undefined): () => void {
    this.#total++;
    add(this.#accounts, accountId, 1);
    if (trunkId !== undefined) add(this.#trunks, trunkId, 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#total--;
      add(this.#accounts, accountId, -1);
      if (trunkId !== undefined) add(this.#trunks, trunkId, -1);
    };
  }

  /** Whether this node carries fewer calls than it may. */
  hasRoom(): boolean {
    return this.#total < this.#maxCalls;
  }

  /** Concurrent calls of an account on all nodes. */
  concurrentCalls(accountId: string): number {
    return (this.#accounts.get(accountId) ?? 0) + this.#elsewhere('account', accountId);
  }

  /** What this node tells the others. */
  counts(): CallCounts {
    return {
      total: this.#total,
      accounts: Object.fromEntries(this.#accounts),
      trunks: Object.fromEntries(this.#trunks),
    };
  }

  get #maxCalls(): number {
    const { canCarry, maxCalls } = this.#settings;
    return canCarry?.() === false ? 0 : maxCalls;
  }

  #elsewhere(kind: 'account' | 'trunk', id: string): number {
    return this.#settings.elsewhere?.(kind, id) ?? 0;
  }

  #rate(id: string, perSecond: number): StartRate {
    let rate = this.#rates.get(id);
    if (!rate || rate.perSecond !== perSecond) {
      if (this.#rates.size > 10_000) this.#forgetFullRates();
      rate = new StartRate(perSecond, this.#settings.clock);
      this.#rates.set(id, rate);
    }
    return rate;
  }

  #forgetFullRates(): void {
    for (const [id, rate] of this.#rates) if (rate.isFull()) this.#rates.delete(id);
  }
}

/** A token bucket: a second's worth at once, refilled evenly. */
class StartRate {
  readonly perSecond: number;
  readonly #clock: Clock;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, clock: Clock) {
    this.perSecond = perSecond;
    this.#clock = clock;
    this.#tokens = this.#burst;
    this.#at = clock.monotonic();
  }

  get #burst(): number {
    return this.perSecond <= 0 ? 0 : Math.max(1, this.perSecond);
  }

  allows(): boolean {
    if (this.perSecond === Number.POSITIVE_INFINITY) return true;
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#burst, this.#tokens + (Math.max(0, now - this.#at) * this.perSecond) / 1000);
    this.#at = now;
    return this.#tokens >= 1 - 1e-9;
  }

  take(): void {
    this.#tokens -= 1;
  }

  isFull(): boolean {
    this.allows();
    return this.#tokens >= this.#burst;
  }
}

function add(counts: Map<string, number>, id: string, by: number): void {
  const count = (counts.get(id) ?? 0) + by;
  if (count > 0) counts.set(id, count);
  else counts.delete(id);
}
