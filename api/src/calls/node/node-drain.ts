import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { NodeDrainReport } from '../../nodes/node-leases.js';
import type { LiveCallRegistry } from '../live-call-registry.js';

/** How a node is drained. */
export interface DrainNode {
  /** Calls still up after so long are ended (`shutdown`), seconds. Default: they may take their time. */
  readonly timeLimitSeconds?: number;
  /** Stop the process once no call is left. Default: it stays, without calls. */
  readonly stop?: boolean;
}

/**
 * Whether this node takes new calls. A drain moves no call: those up go on, and what they begin (a dialled party, an agent's leg) is theirs. Asked again, a drain keeps its
 * beginning and takes the new limit.
 */
export class NodeDrain {
  readonly #registry: LiveCallRegistry;
  readonly #clock: Clock;
  readonly #noticeMs: number;
  #report: NodeDrainReport | undefined;
  #round: AbortController | undefined;
  #ending = false;

  /** @param noticeMs how long an edge may go on sending calls because it does not know yet; these are taken. 0 without one. */
  constructor(registry: LiveCallRegistry, clock: Clock, noticeMs = 0) {
    this.#registry = registry;
    this.#clock = clock;
    this.#noticeMs = noticeMs;
  }

  /** Undefined while new calls are taken. */
  get report(): NodeDrainReport | undefined {
    return this.#report;
  }

  /** Whether calls that come in are refused. */
  get refusesIncoming(): boolean {
    return this.#report !== undefined && this.#clock.now() - this.#report.since >= this.#noticeMs;
  }

  /** Whether calls are being ended, so that nothing may begin on their behalf either. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Refuses new calls from now on. Resolves when every record of a call is final, to true; to false where another `begin` or `end` came first. */
  async begin({ timeLimitSeconds, stop = false }: DrainNode): Promise<boolean> {
    const now = this.#clock.now();
    this.#round?.abort();
    const round = new AbortController();
    this.#round = round;
    this.#report = {
      since: this.#report?.since ?? now,
      ...(timeLimitSeconds === undefined ? {} : { until: now + timeLimitSeconds * 1000 }),
      stops: stop,
    };
    const givenUp = new Promise<void>((resolve) => round.signal.addEventListener('abort', () => resolve()));
    const empty = this.#noticed(round.signal, timeLimitSeconds).then(() => this.#registry.empty());
    if (timeLimitSeconds !== undefined) {
      const patience = new AbortController();
      void Promise.race([empty, givenUp]).then(() => patience.abort());
      await pause(this.#clock, timeLimitSeconds * 1000, patience.signal);
      if (!round.signal.aborted) this.#endCalls();
    }
    await Promise.race([empty, givenUp]);
    return !round.signal.aborted;
  }

  /** Takes new calls again. */
  end(): void {
    this.#round?.abort();
    this.#round = undefined;
    this.#report = undefined;
    this.#ending = false;
  }

  /** Resolves once no call is sent here any more. */
  async #noticed(signal: AbortSignal, timeLimitSeconds = Number.POSITIVE_INFINITY): Promise<void> {
    const left = (this.#report?.since ?? 0) + this.#noticeMs - this.#clock.now();
    if (left > 0) await pause(this.#clock, Math.min(left, timeLimitSeconds * 1000), signal);
  }

  #endCalls(): void {
    this.#ending = true;
    for (const active of this.#registry.all()) {
      active.scripts?.stop('the platform stops');
      active.leg.hangUp({ by: 'system', reason: 'shutdown' });
    }
  }
}
