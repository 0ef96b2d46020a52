import type { EndedCallUsage, UsageCounter, UsageDay } from './usage-counter.js';

/** Counts in this process. For tests, the simulation, and one process without Redis. */
export class MemoryUsageCounter implements UsageCounter {
  readonly #days = new Map<string, Map<string, UsageDay>>();

  add({ accountId, direction, day, seconds }: EndedCallUsage): void {
    let days = this.#days.get(accountId);
    if (!days) this.#days.set(accountId, (days = new Map()));
    const old = days.get(day) ?? { day, inboundCalls: 0, inboundSeconds: 0, outboundCalls: 0, outboundSeconds: 0 };
    days.set(day, {
      ...old,
      [`${direction}Calls`]: old[`${direction}Calls`] + 1,
      [`${direction}Seconds`]: old[`${direction}Seconds`] + seconds,
    });
  }

  async flush(): Promise<void> {}

  async days(accountId: string, from: string, to: string): Promise<readonly UsageDay[]> {
    return [...(this.#days.get(accountId)?.values() ?? [])]
      .filter(({ day }) => day >= from && day <= to)
      .sort((a, b) => (a.day < b.day ? -1 : 1));
  }

  async outboundSeconds(accountId: string, day: string): Promise<number> {
    return this.#days.get(accountId)?.get(day)?.outboundSeconds ?? 0;
  }
}
