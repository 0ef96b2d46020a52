import type { TimelineEntry, TimelineStore } from './call-timeline.js';

/** Keeps timelines in this process. For tests and the simulation. */
export class MemoryTimelineStore implements TimelineStore {
  readonly #byCall = new Map<string, Map<string, TimelineEntry>>();

  async append(entries: readonly TimelineEntry[]): Promise<void> {
    for (const entry of entries) {
      let call = this.#byCall.get(entry.callId);
      if (!call) this.#byCall.set(entry.callId, (call = new Map()));
      call.set(entry.id, structuredClone(entry));
    }
  }

  async list(
    accountId: string,
    callId: string,
    { limit, after = '' }: { limit: number; after?: string | undefined },
  ): Promise<readonly TimelineEntry[]> {
    return [...(this.#byCall.get(callId)?.values() ?? [])]
      .filter((entry) => entry.accountId === accountId && entry.id > after)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit)
      .map((entry) => structuredClone(entry));
  }
}
